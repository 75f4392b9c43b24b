import fc from 'fast-check';
import assert from 'node:assert/strict';
import { endOfDocument } from '../../../../src/corpus/tokenizers/tokenizer';
import { type BatchOptions, BatchStream, largestStreams } from '../../../../src/corpus/tokens/batches';
import { batchesOf, evaluationBatches, evenPieces } from '../../../../src/corpus/tokens/evaluationBatches';
import { memorySequence } from '../../../../src/corpus/tokens/tokenStore';
import { Random } from '../../../../src/model/random';

/** A sequence whose neighbours tell where they stand: ids count up, with document ends sprinkled in. */
function countingSequence(length: number, seed = 1) {
  const random = Random.seeded(seed, 'test');
  const tokens = Uint16Array.from({ length }, (_, i) => (i === 0 || random.below(37) === 0 ? endOfDocument : i + 1));
  return { tokens, sequence: memorySequence(tokens) };
}

const layouts = fc.record({
  tokens: fc.integer({ min: 2, max: 900 }),
  length: fc.integer({ min: 1, max: 40 }),
  streams: fc.integer({ min: 1, max: 12 }),
  seed: fc.integer(),
});

const options = (length: number, streams: number, seed = 0, resetProbability = 0): BatchOptions => ({
  length,
  streams,
  seed,
  resetProbability,
});

/** The columns of the next batches: what each stream reads, predicts and resets. */
function columns(stream: BatchStream, streams: number, batches: number) {
  const result = Array.from({ length: streams }, () => ({
    inputs: [] as number[],
    targets: [] as number[],
    resets: [] as number[],
  }));
  for (let k = 0; k < batches; k++) {
    const batch = stream.next();
    for (let t = 0; t < batch.length; t++) {
      result.forEach((column, b) => {
        const cell = t * streams + b;
        column.inputs.push(batch.inputs[cell]!);
        column.targets.push(batch.targets[cell]!);
        column.resets.push(batch.resets[cell]!);
      });
    }
  }
  return result;
}

describe('BatchStream', () => {
  it('reads, all streams together, the whole sequence once an epoch', () => {
    fc.assert(
      fc.property(layouts, ({ tokens: count, length, streams, seed }) => {
        const { tokens, sequence } = countingSequence(count);
        const stream = new BatchStream(sequence, options(length, streams, seed));
        const pairs = count - 1;
        const batches = Math.ceil(pairs / streams / length) + 1;
        const read: number[] = [];
        columns(stream, streams, batches).forEach(({ inputs }, b) => {
          const share = Math.floor(((b + 1) * pairs) / streams) - Math.floor((b * pairs) / streams);
          read.push(...inputs.slice(0, share));
        });
        const inputs = Array.from(tokens.subarray(0, pairs));
        const turns = inputs.map((_, turn) => turn).filter((turn) => inputs[turn] === read[0]);
        assert.ok(
          turns.some((turn) => [...inputs.slice(turn), ...inputs.slice(0, turn)].every((id, i) => id === read[i])),
          'the streams put together are the sequence, begun somewhere',
        );
      }),
    );
  });

  it('predicts the token after each input, and goes on where the last batch ended', () => {
    fc.assert(
      fc.property(layouts, ({ tokens: count, length, streams, seed }) => {
        const { tokens, sequence } = countingSequence(count);
        const next = new Map<number, Set<number>>();
        for (let i = 0; i + 1 < count; i++) {
          next.set(tokens[i]!, (next.get(tokens[i]!) ?? new Set()).add(tokens[i + 1]!));
        }
        const stream = new BatchStream(sequence, options(length, streams, seed));
        for (const { inputs, targets, resets } of columns(stream, streams, 4)) {
          inputs.forEach((input, i) => {
            assert.ok(next.get(input)?.has(targets[i]!));
            const wrapped = resets[i] === 1;
            if (i > 0 && !wrapped) assert.equal(input, targets[i - 1]);
          });
        }
      }),
    );
  });

  it('resets at the very first position, where a document begins, and nowhere else', () => {
    const { sequence } = countingSequence(500);
    const stream = new BatchStream(sequence, options(7, 3, 5));
    for (const { inputs, resets } of columns(stream, 3, 60)) {
      resets.forEach((reset, i) => assert.equal(reset, i === 0 || inputs[i] === endOfDocument ? 1 : 0));
    }
  });

  it('resets at the start of batches as often as asked', () => {
    const { sequence } = countingSequence(5000, 3);
    const stream = new BatchStream(sequence, options(10, 8, 2, 0.25));
    let starts = 0;
    for (let k = 0; k < 500; k++) {
      const { inputs, resets } = stream.next();
      for (let b = 0; b < 8; b++) if (inputs[b] !== endOfDocument) starts += resets[b]!;
    }
    assert.ok(Math.abs(starts / 4000 - 0.25) < 0.03, `${starts} resets in 4000 starts`);
  });

  it('goes on exactly from a saved position', () => {
    fc.assert(
      fc.property(layouts, fc.nat(12), ({ tokens: count, length, streams, seed }, before) => {
        const { sequence } = countingSequence(count);
        const layout = options(length, streams, seed, 0.3);
        const uninterrupted = new BatchStream(sequence, layout);
        columns(uninterrupted, streams, before);
        const saved: unknown = JSON.parse(JSON.stringify(uninterrupted.position));
        const resumed = new BatchStream(sequence, layout);
        resumed.restore(saved as typeof uninterrupted.position);
        assert.deepEqual(columns(resumed, streams, 5), columns(uninterrupted, streams, 5));
      }),
    );
  });

  it('starts at another place for another seed', () => {
    const { sequence } = countingSequence(5000);
    const firsts = [1, 2, 3].map((seed) => new BatchStream(sequence, options(4, 1, seed)).next().inputs[0]);
    assert.equal(new Set(firsts).size, 3);
  });

  it('overwrites the same arrays and counts epochs', () => {
    const { sequence } = countingSequence(101);
    const stream = new BatchStream(sequence, options(5, 2));
    assert.equal(stream.next(), stream.next());
    for (let k = 2; k < 10; k++) stream.next();
    assert.equal(stream.epochs, 1);
  });

  it('refuses a sequence with nothing to predict', () => {
    assert.throws(() => new BatchStream(memorySequence(Uint16Array.of(0)), options(4, 1)), RangeError);
  });

  it('names a number of streams that a short text can feed', () => {
    assert.equal(largestStreams(10, 64), 1);
    assert.equal(largestStreams(1_000_001, 50), 10_000);
  });
});

describe('evaluationBatches', () => {
  it('counts every target exactly once, in order, after its own input', () => {
    fc.assert(
      fc.property(layouts, ({ tokens: count, length, streams }) => {
        const { tokens, sequence } = countingSequence(count);
        const parts: number[][] = Array.from({ length: streams }, () => []);
        const inputs: number[][] = Array.from({ length: streams }, () => []);
        for (const batch of evaluationBatches(sequence, streams, length)) {
          for (let t = 0; t < length; t++) {
            for (let b = 0; b < streams; b++) {
              const cell = t * streams + b;
              if (batch.counted[cell] === 0) continue;
              parts[b]!.push(batch.targets[cell]!);
              inputs[b]!.push(batch.inputs[cell]!);
            }
          }
        }
        assert.deepEqual(parts.flat(), Array.from(tokens.subarray(1)));
        assert.deepEqual(inputs.flat(), Array.from(tokens.subarray(0, -1)));
      }),
    );
  });

  it('resets every stream at the start and reads on without a break', () => {
    const { sequence } = countingSequence(800);
    const columnsRead: number[][] = [[], [], []];
    let first = true;
    for (const batch of evaluationBatches(sequence, 3, 16)) {
      if (first) assert.deepEqual(Array.from(batch.resets.subarray(0, 3)), [1, 1, 1]);
      first = false;
      for (let i = 0; i < batch.inputs.length; i++) {
        const column = columnsRead[i % 3]!;
        if (batch.counted[i] === 1 && column.length > 0) assert.equal(batch.inputs[i], column.at(-1));
        column.push(batch.targets[i]!);
      }
    }
  });

  it('lets a stream read before its part is counted', () => {
    const { sequence } = countingSequence(1000);
    const [batch] = evaluationBatches(sequence, 2, 16);
    assert.equal(batch!.counted[0], 1, 'the first stream has nothing to read before');
    assert.equal(batch!.counted[1], 0);
  });

  it('lets a stream read as much before its part, however long a batch is', () => {
    const { sequence } = countingSequence(1000);
    const readBefore = (length: number): number => {
      let uncounted = 0;
      for (const { counted } of batchesOf(sequence, evenPieces(1000 - 1, 2), length, 48)) {
        for (let t = 0; t < length; t++) {
          if (counted[2 * t + 1] === 1) return uncounted;
          uncounted++;
        }
      }
      return uncounted;
    };
    assert.deepEqual([8, 16, 30, 64].map(readBefore), [48, 48, 48, 48]);
  });
});
