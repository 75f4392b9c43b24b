import { type Architecture, initialParameters, parameterCount } from '../model/model';
import type { Batch, Engine, Update } from './engine';
import { freshState } from './trainerState';
import { bestInstructionSet, type InstructionSet } from './wasm/wasm';

/**
 * Training tokens a second of TensorFlow over those of the built-in engine, by hidden size (one row of the table), for
 * each build of the latter's kernels, by the benchmark on two cores of an x64 server (AMD EPYC, Zen 3; bench/README.md);
 * sizes beyond the last have not been measured and are taken to be like it.
 */
const table: Readonly<Record<InstructionSet, readonly (readonly [hiddenSize: number, advantage: number])[]>> = {
  paired: [
    [128, 0.73],
    [256, 0.72],
    [384, 0.71],
    [512, 1.02],
    [1024, 0.84],
  ],
  relaxed: [
    [128, 1.2],
    [256, 1.2],
    [384, 1.25],
    [512, 1.67],
    [1024, 1.46],
  ],
  simd: [
    [128, 1.51],
    [256, 1.63],
    [384, 1.53],
    [512, 2.28],
    [1024, 2.02],
  ],
};

/** An advantage nearer to 1 than this is measured anew before it is believed. */
const decisive = 1.3;

/** What the table says of this machine; null where the machine is of another kind than the table's. */
export function tabledAdvantage(hiddenSize: number): number | null {
  if (process.arch !== 'x64') return null;
  return interpolate(table[bestInstructionSet()], hiddenSize);
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

/** Milliseconds for which an engine is timed. */
const budget = 80;

/** Parameters times tokens that take about ten milliseconds of a slow machine. */
const shortStep = 4e7;

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

/** Training tokens a second of an engine: the best of a few short steps, at most of the length asked for. */
export function measureSpeed(engine: Engine, { architecture, length, streams }: Work): number {
  const affordable = Math.floor(shortStep / (parameterCount(architecture) * streams));
  const batch = meaninglessBatch(architecture, Math.max(2, Math.min(length, affordable)), streams);
  const options = { length: batch.length, streams, dropout: { embedding: 0, hidden: 0, seed: 0 } };
  const trainer = engine.createTrainer(
    architecture,
    freshState(architecture, initialParameters(architecture, 0), streams),
    options,
  );
  let best = Infinity;
  const end = performance.now() + budget;
  for (let step = 0; step < 2 || performance.now() < end; step++) {
    const start = performance.now();
    trainer.train(batch, update);
    if (step > 0) best = Math.min(best, performance.now() - start);
  }
  trainer.dispose();
  return (1000 * batch.length * streams) / best;
}

/** Tokens in turn: what they are makes no difference to the time. */
function meaninglessBatch({ vocabularySize }: Architecture, length: number, streams: number): Batch {
  const size = length * streams;
  const tokens = Uint16Array.from({ length: size }, (_, position) => position % vocabularySize);
  return { length, streams, inputs: tokens, targets: tokens, resets: new Uint8Array(size) };
}
