import fc from 'fast-check';
import assert from 'node:assert/strict';
import { InsertionPoints, type Place, shiftOf } from '../../../src/extension/generation/insertionPoints';

/** What an editor does with one edit: all offsets mean the document as it was. */
function apply(text: string, insertions: readonly (Place & { readonly text: string })[]): string {
  return [...insertions].reverse().reduce((done, { offset, replaced, text: piece }) => {
    return done.slice(0, offset) + piece + done.slice(offset + replaced);
  }, text);
}

/** Places between which a text goes. */
function between(...offsets: readonly number[]): readonly Place[] {
  return offsets.map((offset) => ({ offset, replaced: 0 }));
}

describe('insertion points', () => {
  it('stream several texts into one document, each where it began', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 40 }),
        fc.uniqueArray(fc.nat(40), { minLength: 1, maxLength: 5 }),
        fc.array(fc.array(fc.tuple(fc.nat(4), fc.string({ maxLength: 5 }))), { maxLength: 8 }),
        (original, places, flushes) => {
          const offsets = [...new Set(places.map((place) => Math.min(place, original.length)))];
          const points = new InsertionPoints(between(...offsets), '\n');
          const written = offsets.map(() => '');
          let text = original;
          for (const flush of flushes) {
            for (const [which, raw] of flush) {
              const piece = raw.replaceAll('\r', '');
              const index = which % offsets.length;
              points.append(index, piece);
              written[index] = `${written[index] ?? ''}${piece}`;
            }
            text = apply(text, points.take());
            points.ranges.forEach(({ start, end }, index) => assert.equal(text.slice(start, end), written[index]));
          }
          const inserted = offsets
            .map((offset, index) => ({ offset, replaced: 0, text: written[index] ?? '' }))
            .sort((one, other) => one.offset - other.offset);
          assert.equal(text, apply(original, inserted));
        },
      ),
    );
  });

  it('write the line ends of the document', () => {
    const points = new InsertionPoints(between(2), '\r\n');
    points.append(0, 'a\nb\r\nc\rd');
    assert.deepEqual(points.take(), [{ offset: 2, replaced: 0, text: 'a\r\nb\r\nc\r\nd' }]);
    assert.deepEqual(points.ranges, [{ start: 2, end: 12 }]);
  });

  it('have nothing pending once it is taken', () => {
    const points = new InsertionPoints(between(0), '\n');
    assert.equal(points.hasPending, false);
    points.append(0, 'x');
    assert.equal(points.hasPending, true);
    points.take();
    assert.equal(points.hasPending, false);
    assert.deepEqual(points.take(), []);
  });

  it('let the first piece take the place of what was there', () => {
    const original = 'one two three';
    const points = new InsertionPoints(
      [
        { offset: 0, replaced: 3 },
        { offset: 8, replaced: 5 },
      ],
      '\n',
    );
    points.append(1, 'DREI');
    let text = apply(original, points.take());
    assert.equal(text, 'one two DREI');
    points.append(0, 'EI');
    points.append(1, '!');
    text = apply(text, points.take());
    points.append(0, 'NS');
    text = apply(text, points.take());
    assert.equal(text, 'EINS two DREI!');
    assert.deepEqual(
      points.ranges.map(({ start, end }) => text.slice(start, end)),
      ['EINS', 'DREI!'],
    );
  });
});

describe('a text in a document that changes', () => {
  it('moves with what changes wholly before it', () => {
    assert.equal(shiftOf(10, { offset: 2, replaced: 3, text: 'a' }), -2);
    assert.equal(shiftOf(10, { offset: 7, replaced: 3, text: 'abcd' }), 1);
  });

  it('stays where a change begins in it, at its start or after it', () => {
    assert.equal(shiftOf(10, { offset: 10, replaced: 0, text: 'abc' }), 0);
    assert.equal(shiftOf(10, { offset: 8, replaced: 3, text: '' }), 0);
    assert.equal(shiftOf(10, { offset: 30, replaced: 1, text: 'x' }), 0);
  });
});
