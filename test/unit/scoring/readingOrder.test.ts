import fc from 'fast-check';
import assert from 'node:assert/strict';
import type { Piece } from '../../../src/corpus/tokens/evaluationBatches';
import { ReadingOrder } from '../../../src/scoring/readingOrder';

function takeAll(agenda: ReadingOrder, count: number, length: number): readonly Piece[] {
  const taken: Piece[] = [];
  for (;;) {
    const pieces = agenda.take(count, length);
    if (pieces.length === 0) return taken;
    taken.push(...pieces);
  }
}

function places(pieces: readonly Piece[]): number[] {
  return pieces.flatMap(({ first, end }) => Array.from({ length: end - first }, (_, i) => first + i));
}

describe('what is to be read of a text', () => {
  it('is taken from where it is looked at on to the end, then from the start', () => {
    const agenda = new ReadingOrder([{ first: 0, end: 1000 }], 600);
    assert.deepEqual(agenda.take(2, 100), [
      { first: 600, end: 700 },
      { first: 700, end: 800 },
    ]);
    agenda.lookAt(300);
    assert.deepEqual(agenda.take(1, 100), [{ first: 300, end: 400 }]);
    assert.deepEqual(agenda.take(3, 100), [
      { first: 400, end: 500 },
      { first: 500, end: 600 },
      { first: 800, end: 900 },
    ]);
    assert.deepEqual(takeAll(agenda, 2, 1000), [
      { first: 900, end: 1000 },
      { first: 0, end: 200 },
      { first: 200, end: 264 },
      { first: 264, end: 300 },
    ]);
  });

  it('is taken in pieces that are worth a stream, of even length where little is left', () => {
    assert.equal(new ReadingOrder([{ first: 0, end: 100 }], 0).take(64, 16).length, 2);
    assert.deepEqual(
      new ReadingOrder([{ first: 0, end: 64_000 }], 0).take(64, 20_000).map(({ first, end }) => end - first),
      new Array(64).fill(1000),
    );
  });

  it('is cut only where a character ends', () => {
    const agenda = new ReadingOrder([{ first: 0, end: 999 }], 0, (place) => 3 * Math.ceil(place / 3));
    for (const { end } of takeAll(agenda, 4, 100)) assert.equal(end % 3, 0);
  });

  it('is taken whole and once, whatever is looked at and put back', () => {
    const gap = fc.tuple(fc.nat(300), fc.integer({ min: 1, max: 500 }));
    const step = fc.record({ look: fc.nat(3000), count: fc.integer({ min: 1, max: 9 }), length: fc.nat(400) });
    fc.assert(
      fc.property(fc.array(gap, { maxLength: 6 }), fc.array(step, { maxLength: 12 }), (gaps, steps) => {
        let at = 0;
        const wanted = gaps.map(([before, length]) => {
          const first = at + before;
          at = first + length;
          return { first, end: at };
        });
        const agenda = new ReadingOrder(wanted, 0);
        const read: Piece[] = [];
        for (const { look, count, length } of steps) {
          agenda.lookAt(look);
          const pieces = agenda.take(count, length);
          const halves = pieces.map(({ first, end }) => ({ first, end, middle: (first + end) >> 1 }));
          read.push(...halves.map(({ first, middle }) => ({ first, end: middle })));
          agenda.putBack(halves.map(({ middle, end }) => ({ first: middle, end })));
        }
        const left = agenda.left;
        const rest = takeAll(agenda, 5, 100);
        assert.equal(places(rest).length, left);
        assert.equal(agenda.left, 0);
        const all = places([...read, ...rest]).sort((one, other) => one - other);
        assert.deepEqual(all, places(wanted));
      }),
    );
  });
});
