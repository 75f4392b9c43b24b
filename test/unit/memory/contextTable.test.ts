import fc from 'fast-check';
import assert from 'node:assert/strict';
import { ContextTable, isSoundTable, mostCounted } from '../../../src/memory/contextTable';

const ample = { contexts: 1 << 20, lists: 1 << 20 };

/** What a table is to know of a context, kept the plain way: how often each symbol came, and which came last. */
interface Known {
  readonly counts: Map<number, number>;
  latest: number;
}

/** A table without limits. Where another symbol comes, what was counted above 30 is halved. */
class PlainTable {
  readonly contexts = new Map<number, Known>();

  add(key: number, symbol: number): void {
    const known = this.contexts.get(key) ?? { counts: new Map<number, number>(), latest: symbol };
    this.contexts.set(key, known);
    for (const [other, count] of known.counts) {
      if (other !== symbol && count > 30) known.counts.set(other, 30 + Math.floor((count - 30) / 2));
    }
    known.counts.set(symbol, Math.min(mostCounted, (known.counts.get(symbol) ?? 0) + 1));
    known.latest = symbol;
  }
}

function found(table: ContextTable, key: number): [number, number][] {
  const count = table.read(key);
  return Array.from({ length: count }, (_, i) => [table.symbols[i]!, table.counts[i]!]);
}

function assertEqual(table: ContextTable, { contexts }: PlainTable): void {
  for (const [key, { counts, latest }] of contexts) {
    const pairs = found(table, key);
    assert.equal(pairs[0]?.[0], latest, 'the latest comes first');
    assert.equal(pairs.length, counts.size);
    assert.deepEqual(new Map(pairs), counts);
  }
}

/** Spreads small numbers over all hashes. */
function hashOf(number: number): number {
  let mixed = Math.imul(number + 1, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
  return (mixed ^ (mixed >>> 13)) >>> 0 || 1;
}

const symbol = fc.oneof(fc.nat(3), fc.nat(600), fc.constantFrom(0, 1, 32_767, 32_768, 65_535));
/** A symbol that comes after a context so many times in a row. */
const run = fc.record({ key: fc.nat(40).map(hashOf), symbol, times: fc.oneof(fc.constant(1), fc.nat(400)) });
const runs = fc.array(run, { maxLength: 200 });

describe('context table', () => {
  it('knows what a plain map knows, whatever is added, as long as it is not full', () => {
    fc.assert(
      fc.property(runs, (added) => {
        const [table, plain] = [new ContextTable(ample), new PlainTable()];
        for (const { key, symbol: next, times } of added) {
          for (let i = 0; i < times; i++) {
            table.add(key, next);
            plain.add(key, next);
          }
        }
        assertEqual(table, plain);
        for (let i = 100; i < 200; i++) assert.equal(table.read(hashOf(i)), 0, 'what it never saw it does not know');
      }),
    );
  });

  it('loses nothing while it grows, however many contexts there are', () => {
    const table = new ContextTable(ample);
    const count = 300_000;
    for (let i = 0; i < count; i++) table.add(hashOf(i), i & 0xff);
    let missing = 0;
    for (let i = 0; i < count; i++) if (table.read(hashOf(i)) === 0) missing++;
    assert.equal(missing, 0);
    assert.ok(table.bytes < 8 * 2 * count, `${table.bytes} bytes`);
  });

  it('grows for contexts that have the same home, too', () => {
    const table = new ContextTable(ample);
    for (let i = 1; i <= 40; i++) table.add(i * 0x2000, i);
    for (let i = 1; i <= 40; i++) assert.deepEqual(found(table, i * 0x2000), [[i, 1]]);
  });

  it('keeps what is there of a list of more symbols than it has room for', () => {
    const table = new ContextTable(ample);
    for (let next = 0; next < 700; next++) table.add(7, next);
    const pairs = found(table, 7);
    const room = table.symbols.length;
    assert.equal(pairs.length, room);
    assert.deepEqual(new Set(pairs.map(([next]) => next)), new Set(Array.from({ length: room }, (_, i) => i)));
  });

  it('is bounded, whatever is added, and what it says is sound', () => {
    const key = fc.oneof(fc.nat(4), fc.nat(100).map(hashOf), fc.integer({ min: 0, max: 0xffff_ffff }));
    const add = fc.tuple(
      key.map((each) => each || 1),
      fc.nat(20),
    );
    const limits = fc.record({ contexts: fc.integer({ min: 1, max: 30 }), lists: fc.integer({ min: 0, max: 60 }) });
    fc.assert(
      fc.property(limits, fc.array(add, { maxLength: 500 }), (tiny, added) => {
        const table = new ContextTable(tiny);
        const ever = new Map<number, Set<number>>();
        for (const [context, next] of added) {
          table.add(context, next);
          ever.set(context, (ever.get(context) ?? new Set()).add(next));
        }
        assert.ok(table.bytes <= 8 * (tiny.contexts + 32) + 4 * tiny.lists, `${table.bytes} bytes`);
        for (const [context, nexts] of ever) {
          for (const [next, count] of found(table, context)) {
            assert.ok(nexts.has(next), 'only what came after it');
            assert.ok(count >= 1 && count <= mostCounted);
          }
        }
        assert.ok(isSoundTable(table.parts, tiny, 21));
        assert.equal(new Set(table.parts.keys).size, table.parts.keys.length, 'no context twice');
      }),
      { numRuns: 500 },
    );
  });

  it('gives the place of what was seen least to what is new, where it is full', () => {
    const table = new ContextTable({ contexts: 4, lists: 0 });
    const often = [1, 2, 3].map((i) => i * 0x1000_0000);
    for (const key of often) for (let i = 0; i < 9; i++) table.add(key, 5);
    for (let i = 0; i < 1000; i++) table.add(hashOf(i), 6);
    for (const key of often) assert.deepEqual(found(table, key), [[5, 9]]);
    assert.deepEqual(found(table, hashOf(999)), [[6, 1]], 'what is new is known');
  });

  it('is the same again from its parts', () => {
    const key = fc.oneof(fc.nat(60).map(hashOf), fc.integer({ min: 1, max: 0xffff_ffff }));
    const added = fc.array(fc.tuple(key, fc.nat(20), fc.integer({ min: 1, max: 50 })), { maxLength: 300 });
    const limits = fc.constantFrom(ample, { contexts: 20, lists: 30 }, { contexts: 150, lists: 200 });
    fc.assert(
      fc.property(limits, added, fc.array(fc.tuple(key, fc.nat(20)), { maxLength: 30 }), (bounds, before, after) => {
        const table = new ContextTable(bounds);
        for (const [context, next, times] of before) for (let i = 0; i < times; i++) table.add(context, next);
        const { parts } = table;
        const again = new ContextTable(bounds, parts);
        assert.deepEqual(again.parts, parts);
        for (const [context] of before) assert.deepEqual(found(again, context), found(table, context));
        if (bounds !== ample) return;
        for (const each of [table, again]) for (const [context, next] of after) each.add(context, next);
        assert.deepEqual(again.parts, table.parts, 'and goes on like it');
      }),
      { numRuns: 300 },
    );
  });

  it('keeps all of a full table, and of a large one', () => {
    const limits = { contexts: 20_000, lists: 9000 };
    for (const count of [15_999, 60_000]) {
      const table = new ContextTable(limits);
      for (let i = 0; i < count; i++) {
        table.add(hashOf(i), i & 7);
        table.add(hashOf(i), i & 3);
      }
      const { parts } = table;
      assert.deepEqual(new ContextTable(limits, parts).parts, parts);
    }
  });

  it('allocates nothing for what it has room for', () => {
    const table = new ContextTable({ contexts: 1 << 12, lists: 1 << 12 });
    const learn = () => {
      for (let i = 0; i < 20_000; i++) table.add(hashOf(i % 3000), i % 7);
      for (let i = 0; i < 20_000; i++) table.read(hashOf(i % 4000));
    };
    for (let i = 0; i < 30; i++) learn();
    const { bytes } = table;
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 20; i++) learn();
    const grown = process.memoryUsage().heapUsed - before;
    assert.equal(table.bytes, bytes);
    // 800,000 calls: an object of 16 bytes for each would be 13 MB, or a collection that makes this negative.
    assert.ok(grown < 2 ** 20, `${grown} bytes`);
  });
});
