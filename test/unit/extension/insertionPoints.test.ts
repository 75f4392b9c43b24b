import assert from 'node:assert/strict';
import fc from 'fast-check';
import { InsertionPoints } from '../../../src/extension/generation/insertionPoints';

/** What an editor does with one edit: all offsets mean the document as it was. */
function apply(text: string, insertions: ReturnType<InsertionPoints['take']>): string {
  return [...insertions].reverse().reduce((done, { offset, text: piece }) => {
    return done.slice(0, offset) + piece + done.slice(offset);
  }, text);
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
          const points = new InsertionPoints(offsets, '\n');
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
            .map((offset, index) => ({ offset, text: written[index] ?? '' }))
            .sort((one, other) => one.offset - other.offset);
          assert.equal(text, apply(original, inserted));
        },
      ),
    );
  });

  it('write the line ends of the document', () => {
    const points = new InsertionPoints([2], '\r\n');
    points.append(0, 'a\nb\r\nc\rd');
    assert.deepEqual(points.take(), [{ offset: 2, text: 'a\r\nb\r\nc\r\nd' }]);
    assert.deepEqual(points.ranges, [{ start: 2, end: 12 }]);
  });

  it('have nothing pending once it is taken', () => {
    const points = new InsertionPoints([0], '\n');
    assert.equal(points.hasPending, false);
    points.append(0, 'x');
    assert.equal(points.hasPending, true);
    points.take();
    assert.equal(points.hasPending, false);
    assert.deepEqual(points.take(), []);
  });
});
