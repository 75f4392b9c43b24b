import fc from 'fast-check';
import assert from 'node:assert/strict';
import { endOfDocument } from '../../../../src/corpus/tokenizers/tokenizer';
import { type BatchOptions, BatchStream, type TrainingBatches } from '../../../../src/corpus/tokens/batches';
import { ItemBatches } from '../../../../src/corpus/tokens/itemBatches';
import { memorySequence } from '../../../../src/corpus/tokens/tokenStore';

/** Items of numbers above 1, no two alike, as a sequence. */
const lists = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 30 }).map((lengths) => {
  let next = 2;
  const items = lengths.map((length) => Array.from({ length }, () => next++));
  const tokens = items.flatMap((item) => [endOfDocument, ...item]);
  return { items, sequence: memorySequence(Uint16Array.from(tokens)), ranges: [{ start: 0, end: tokens.length }] };
});

const layouts = fc.record({
  length: fc.integer({ min: 1, max: 12 }),
  streams: fc.integer({ min: 1, max: 5 }),
  seed: fc.nat(),
  resetProbability: fc.constant(0.01),
});

/** What the streams read, as runs from one reset to the next: inputs, and the target of the last. */
function runsOf(
  batches: TrainingBatches,
  { streams }: BatchOptions,
  count: number,
): { whole: number[][]; open: number[][] } {
  const open: number[][] = Array.from({ length: streams }, () => []);
  const whole: number[][] = [];
  for (let k = 0; k < count; k++) {
    const { inputs, targets, resets } = batches.next();
    inputs.forEach((input, cell) => {
      const stream = cell % streams;
      assert.notEqual(targets[cell], endOfDocument);
      assert.equal(resets[cell], input === endOfDocument ? 1 : 0);
      if (resets[cell] === 1) {
        if (open[stream]!.length > 0) whole.push(open[stream]!);
        open[stream] = [];
      } else {
        assert.equal(input, open[stream]!.at(-1), 'a stream goes on where it was');
      }
      open[stream]!.push(targets[cell]!);
    });
  }
  return { whole, open };
}

describe('batches of items', () => {
  it('hold each item once an epoch, whole, and each from a fresh start on', () => {
    fc.assert(
      fc.property(lists, layouts, ({ items, sequence, ranges }, options) => {
        const batches = new ItemBatches(sequence, ranges, options);
        const tokens = items.flat().length;
        const count = Math.ceil((3 * tokens) / (options.length * options.streams)) + 1;
        const { whole, open } = runsOf(batches, options, count);
        const times = new Map<number, number>();
        for (const run of whole) {
          assert.deepEqual(
            run,
            items.find(([first]) => first === run[0]),
            'an item, from end to end',
          );
          times.set(run[0]!, (times.get(run[0]!) ?? 0) + 1);
        }
        const begun = open.filter((run) => run.length > 0);
        for (const [first] of begun) times.set(first!, (times.get(first!) ?? 0) + 1);
        const counts = items.map(([first]) => times.get(first!) ?? 0);
        assert.ok(Math.max(...counts) - Math.min(...counts) <= 1, counts.join());
        assert.equal(counts.reduce((sum, n) => sum + n, 0) / items.length, batches.epochs);
      }),
    );
  });

  it('come in a new order each epoch, and in another for another seed', () => {
    const items = Array.from({ length: 200 }, (_, i) => [endOfDocument, i + 2]);
    const sequence = memorySequence(Uint16Array.from(items.flat()));
    const epoch = (batches: TrainingBatches) => [...batches.next().targets];
    const options = { length: 200, streams: 1, resetProbability: 0, seed: 1 };
    const batches = new ItemBatches(sequence, [{ start: 0, end: 400 }], options);
    const orders = [epoch(batches), epoch(batches)];
    orders.push(epoch(new ItemBatches(sequence, [{ start: 0, end: 400 }], { ...options, seed: 2 })));
    for (const order of orders)
      assert.deepEqual(
        [...order].sort((a, b) => a - b),
        items.map(([, id]) => id),
      );
    assert.equal(new Set(orders.map(String)).size, 3);
    assert.notEqual(String(orders[0]), String(items.map(([, id]) => id)));
  });

  it('go on exactly from a saved position', () => {
    fc.assert(
      fc.property(lists, layouts, fc.nat(20), ({ sequence, ranges }, options, before) => {
        const uninterrupted = new ItemBatches(sequence, ranges, options);
        for (let k = 0; k < before; k++) uninterrupted.next();
        const saved = JSON.parse(JSON.stringify(uninterrupted.position)) as typeof uninterrupted.position;
        const resumed = new ItemBatches(sequence, ranges, options);
        resumed.restore(saved);
        for (let k = 0; k < 8; k++) {
          assert.deepEqual(structuredClone(resumed.next()), structuredClone(uninterrupted.next()));
        }
      }),
    );
  });

  it('take what a position of another text says as far as it makes sense', () => {
    fc.assert(
      fc.property(lists, lists, layouts, fc.nat(20), (one, other, options, before) => {
        const batches = new ItemBatches(one.sequence, one.ranges, options);
        for (let k = 0; k < before; k++) batches.next();
        const resumed = new ItemBatches(other.sequence, other.ranges, options);
        resumed.restore(batches.position);
        for (let k = 0; k < 5; k++) for (const target of resumed.next().targets) assert.notEqual(target, endOfDocument);
      }),
    );
  });

  it('read neighbours together where there are more items than may be told apart', () => {
    fc.assert(
      fc.property(lists, layouts, fc.integer({ min: 1, max: 5 }), ({ items, sequence, ranges }, options, limit) => {
        const batches = new ItemBatches(sequence, ranges, options, limit);
        const tokens = items.flat().length;
        const { whole } = runsOf(batches, options, Math.ceil((4 * tokens) / (options.length * options.streams)) + 2);
        for (const run of whole)
          assert.deepEqual(
            run,
            items.find(([first]) => first === run[0]),
          );
      }),
    );
  });

  it('hold other text in passages that start where lines do', () => {
    const [line, end] = [1, endOfDocument];
    const prose = Array.from({ length: 10_000 }, (_, i) =>
      i === 0 || i === 7000 ? end : i % 40 === 0 ? line : 2 + (i % 40),
    );
    const list = Array.from({ length: 500 }, (_, i) => [end, 50 + (i % 7), line]).flat();
    const sequence = memorySequence(Uint16Array.from([...prose, ...list]));
    const lineEnds = Uint8Array.from({ length: 64 }, (_, id) => (id === line ? 1 : 0));
    const options = { length: 50, streams: 1, resetProbability: 0.01, seed: 3, lineEnds };
    const batches = new ItemBatches(sequence, [{ start: 10_000, end: 11_500 }], options);
    let [starts, proseStarts, tokens, documentEnds] = [0, 0, 0, 0];
    while (batches.epochs < 3) {
      const { inputs, targets, resets } = batches.next();
      inputs.forEach((input, i) => {
        tokens++;
        if (targets[i] === end) documentEnds++;
        if (resets[i] !== 1) return;
        starts++;
        assert.equal(input, end);
        if (targets[i]! < 50) proseStarts++;
        if (targets[i]! < 50)
          assert.ok([line, 3].includes(targets[i]!) || targets[i] === 2 + (7001 % 40), `${targets[i]}`);
      });
    }
    assert.ok(Math.abs(proseStarts - 3 * 4) <= 2, `${proseStarts} passages`);
    assert.ok(Math.abs(starts - proseStarts - 1500) <= 60, `${starts} starts`);
    assert.ok(Math.abs(tokens - 3 * (9_999 + 1000)) < 3100, `${tokens} tokens`);
    assert.ok(documentEnds >= 3 && documentEnds <= 8, `${documentEnds} document ends`);
  });

  it('are refused where there is nothing to predict', () => {
    const options = { length: 4, streams: 1, resetProbability: 0, seed: 1 };
    const empty = memorySequence(Uint16Array.of(endOfDocument));
    assert.throws(() => new ItemBatches(empty, [{ start: 0, end: 1 }], options), RangeError);
  });
});

describe('resets of a text that is no list', () => {
  const [line, count] = [1, 20_000];
  const lineEnds = Uint8Array.from({ length: 60 }, (_, id) => (id === line ? 1 : 0));

  it('come where lines start alone, each after the end of a document', () => {
    fc.assert(
      fc.property(layouts, fc.integer({ min: 3, max: 50 }), (options, width) => {
        const at = (i: number) => (i === 0 ? endOfDocument : i % width === 0 ? line : 2 + (i % width));
        const sequence = memorySequence(Uint16Array.from({ length: count }, (_, i) => at(i)));
        const batches = new BatchStream(sequence, { ...options, resetProbability: 0.3, lineEnds });
        let resets = 0;
        for (let k = 0; k < 200; k++) {
          const batch = batches.next();
          batch.resets.forEach((reset, cell) => {
            if (reset !== 1 || k === 0) return;
            resets++;
            assert.equal(batch.inputs[cell], endOfDocument);
            assert.ok([3, 2 + (1 % width)].includes(batch.targets[cell]!), `${batch.targets[cell]} starts a line`);
          });
        }
        assert.ok(resets > 0 || options.length * options.streams * 200 < 4 * width * 10);
      }),
      { numRuns: 30 },
    );
  });

  it('come about five times in a hundred batches and streams, however long the lines are', () => {
    for (const width of [10, 60, 200]) {
      const at = (i: number) => (i % width === 0 ? line : 2 + (i % 50));
      const sequence = memorySequence(Uint16Array.from({ length: count }, (_, i) => at(i)));
      const options = { length: 32, streams: 8, resetProbability: 0.01, seed: 1, lineEnds };
      const batches = new BatchStream(sequence, options);
      batches.next();
      let resets = 0;
      for (let k = 0; k < 2000; k++) resets += batches.next().resets.reduce((sum, reset) => sum + reset, 0);
      assert.ok(Math.abs(resets / 16_000 - 0.05) < 0.007, `${resets} of 16000 where lines have ${width}`);
    }
  });
});
