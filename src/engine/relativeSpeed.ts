import { type Architecture, initialParameters, parameterCount } from '../model/model';
import type { Batch, Engine, Update } from './engine';
import { freshState } from './trainerState';
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

/** Seconds that TensorFlow takes to be loaded, and for each time step of each layer to make its graph: measured as the table was. */
const preparation = { load: 1, step: 0.012 } as const;

/** Seconds until TensorFlow takes its first step, about. */
export function secondsToFirstStep({ layers }: Pick<Architecture, 'layers'>, length: number): number {
  return preparation.load + preparation.step * length * layers;
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
    [Math.log(few), interpolate(rows.few, hiddenSize)],
    [Math.log(many), interpolate(rows.many, hiddenSize)],
  ] as const;
  return interpolate(ends, Math.log(vocabularySize));
}

/** Whether an advantage is large enough to be believed on another machine than it was measured on. */
export function isDecisive(advantage: number): boolean {
  return advantage > decisive || advantage < 1 / decisive;
}

/** Linear between the points of a table, constant beyond its ends. */
export function interpolate(points: readonly (readonly [number, number])[], at: number): number {
  let [left, right] = [points[0], points.at(-1)];
  for (const point of points) {
    if (point[0] <= at) left = point;
    else {
      right = point;
      break;
    }
  }
  if (left === undefined || right === undefined) throw new RangeError('The table is empty.');
  if (at <= left[0] || right[0] <= left[0]) return left[1];
  const share = Math.min(1, (at - left[0]) / (right[0] - left[0]));
  return left[1] + share * (right[1] - left[1]);
}

/** Milliseconds for which an engine is timed: two of them, and the step that warms one up, take less than a fifth of a second. */
const budget = 50;

/** Parameters times tokens of a step that takes some 40 milliseconds. */
const affordable = 2.5e8;

/** Time steps of the shortest batch that is timed: with fewer, the update of the weights would weigh more than it does. */
const shortest = 4;

const update: Update = {
  rate: 1e-3,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  weightDecay: 0.01,
  clipNorm: 1,
  averageDecay: 0.99,
};

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
    trainer.train(batch, update);
    const end = now() + budget;
    let best = Infinity;
    let last: number;
    do {
      const start = now();
      trainer.train(batch, update);
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
