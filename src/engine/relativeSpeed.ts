import { interpolate, interpolateOverLog } from '../base/interpolation';
import { type Architecture, type Batch, initialParameters, parameterCount } from '../model/model';
import type { Engine } from './engine';
import { freshState, plainUpdate } from './trainerState';
import type { InstructionSet } from './wasm/wasm';

/** An advantage by hidden size: one row of a table. */
type Row = readonly (readonly [hiddenSize: number, advantage: number])[];

/** Vocabularies that the table has a row for each of. */
const few = 65;
const many = 4096;

/**
 * Training tokens a second of TensorFlow over those of the built-in engine, by hidden size, for each build of the latter's
 * kernels and two sizes of vocabulary, by the benchmark on two cores of an x64 server (AMD EPYC, Zen 3; bench/README.md);
 * sizes beyond the last have not been measured and are taken to be like it.
 */
const table: Readonly<Record<InstructionSet, Readonly<Record<'few' | 'many', Row>>>> = {
  paired: {
    few: row(0.65, 0.69, 0.74, 0.81, 0.86),
    many: row(0.74, 0.6, 0.94, 1.08, 1.21),
  },
  relaxed: {
    few: row(1.19, 1.24, 1.36, 1.98, 1.57),
    many: row(1.24, 1.11, 1.82, 2.25, 2.17),
  },
  simd: {
    few: row(1.54, 1.62, 2.08, 2.14, 1.78),
    many: row(1.63, 1.81, 2.51, 2.69, 2.88),
  },
};

function row(...advantages: readonly [number, number, number, number, number]): Row {
  const [at128, at256, at384, at512, at1024] = advantages;
  return [
    [128, at128],
    [256, at256],
    [384, at384],
    [512, at512],
    [1024, at1024],
  ];
}

/** An advantage nearer to 1 than this is measured anew before it is believed. */
const decisive = 1.3;

/** What the table says of a model on this machine; null where the machine is of another kind than the table's. */
export function tabledAdvantage(
  { hiddenSize, vocabularySize }: Pick<Architecture, 'hiddenSize' | 'vocabularySize'>,
  instructions: InstructionSet,
): number | null {
  if (process.arch !== 'x64') return null;
  const rows = table[instructions];
  const ends = [
    [few, interpolate(rows.few, hiddenSize)],
    [many, interpolate(rows.many, hiddenSize)],
  ] as const;
  return interpolateOverLog(ends, vocabularySize);
}

/** Whether an advantage is large enough to be believed on another machine than it was measured on. */
export function isDecisive(advantage: number): boolean {
  return advantage > decisive || advantage < 1 / decisive;
}

/** Milliseconds for which an engine is timed: two of them, and the step that warms one up, take less than a fifth of a second. */
const budget = 50;

/** Parameters times tokens of a step that takes some 40 milliseconds. */
const affordable = 2.5e8;

/** Time steps of the shortest batch that is timed: with fewer, the update of the weights would weigh more than it does. */
const shortest = 4;

/** What is to be trained. */
interface Work {
  readonly architecture: Architecture;
  readonly length: number;
  readonly streams: number;
}

/**
 * Training tokens a second of an engine: the best of a few steps, at most of the length asked for. The first step isn't
 * timed: an engine compiles and sets memory aside with it.
 * @returns null where that would take too long
 */
export function measureSpeed(
  engine: Engine,
  { architecture, length, streams }: Work,
  now: () => number = () => performance.now(),
): number | null {
  const longest = Math.floor(affordable / (parameterCount(architecture) * streams));
  if (longest < Math.min(shortest, length)) return null;
  const batch = meaninglessBatch(architecture, Math.min(length, longest), streams);
  const options = { length: batch.length, streams, dropout: { embedding: 0, hidden: 0, seed: 0 } };
  const trainer = engine.createTrainer(
    architecture,
    freshState(architecture, initialParameters(architecture, 0), streams),
    options,
  );
  try {
    trainer.train(batch, plainUpdate);
    const end = now() + budget;
    let best = Infinity;
    let last: number;
    do {
      const start = now();
      trainer.train(batch, plainUpdate);
      last = now() - start;
      best = Math.min(best, last);
    } while (now() + last <= end);
    return best > budget ? null : (1000 * batch.length * streams) / Math.max(best, 1e-3);
  } finally {
    trainer.dispose();
  }
}

/** Tokens in turn: what they are makes no difference to the time. */
function meaninglessBatch({ vocabularySize }: Architecture, length: number, streams: number): Batch {
  const size = length * streams;
  const tokens = Uint16Array.from({ length: size }, (_, position) => position % vocabularySize);
  return { length, streams, inputs: tokens, targets: tokens, resets: new Uint8Array(size) };
}
