import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ContextTable } from '../../../src/memory/contextTable';

const limits = { contexts: 1500, lists: 3000 };

/** Adds that crowd a table: it grows, its lists do, and contexts give way to others. */
function add(table: ContextTable, seed: number, count: number): void {
  let state = seed;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let i = 0; i < count; i++) table.add((1 + next(next(2) === 0 ? 40 : 4000)) * 1_000_003, next(60));
}

describe('taking back what a table counted', () => {
  it('leaves it as it was, and what is counted then comes out the same', () => {
    const moments = fc.array(fc.nat(3000), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.nat(), fc.nat(4000), moments, fc.nat(), fc.boolean(), (seed, before, counts, chosen, forgets) => {
        const table = new ContextTable(limits);
        const other = new ContextTable(limits);
        for (const each of [table, other]) add(each, seed, before);
        const marks = counts.map((count, i) => {
          const mark = table.mark();
          add(table, i, count);
          return mark;
        });
        const kept = chosen % counts.length;
        const mark = marks[kept] ?? table.mark();
        if (forgets) table.forgetBefore(mark);
        table.takeBack(mark);
        counts.slice(0, kept).forEach((count, i) => add(other, i, count));
        assert.deepEqual(table.parts, other.parts);
        for (const each of [table, other]) add(each, 99, 2000);
        assert.deepEqual(table.parts, other.parts);
        assert.equal(table.bytes, other.bytes);
      }),
    );
  });

  it('is refused where it was forgotten', () => {
    const table = new ContextTable(limits);
    const first = table.mark();
    add(table, 1, 100);
    table.forgetBefore(table.mark());
    assert.throws(() => table.takeBack(first), RangeError);
  });

  it('is refused once all marks were forgotten, and costs nothing from then on', () => {
    const table = new ContextTable(limits);
    const first = table.mark();
    add(table, 1, 3000);
    const last = table.mark();
    assert.ok(table.undoBytes > 100_000, `${table.undoBytes} bytes`);
    table.forgetMarks();
    for (const mark of [first, last]) assert.throws(() => table.takeBack(mark), RangeError);
    add(table, 2, 3000);
    assert.equal(table.undoBytes, 0);
    const { parts } = table;
    const next = table.mark();
    for (const mark of [first, last]) assert.throws(() => table.takeBack(mark), RangeError);
    add(table, 3, 3000);
    table.takeBack(next);
    assert.deepEqual(table.parts, parts);
  });

  it('gives back the room of notes that were forgotten', () => {
    const table = new ContextTable(limits);
    table.mark();
    add(table, 1, 20_000);
    const { undoBytes } = table;
    table.forgetBefore(table.mark());
    assert.ok(table.undoBytes < undoBytes / 20, `${table.undoBytes} bytes of ${undoBytes}`);
  });
});
