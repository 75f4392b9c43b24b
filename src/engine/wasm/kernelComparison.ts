import type { Batch } from '../../model/batch';
import { type Architecture, initialParameters, type Parameters } from '../../model/model';
import type { Update, WeightKind } from '../engine';
import { freshState } from '../trainerState';
import { Allocator } from './allocator';
import { instantiate, type KernelBuild } from './kernelBuild';
import { firstByte } from './modelMemory';
import { lineBytes, panelWidth } from './parameterLayout';
import { WasmPredictor } from './predictor';
import { RowMatrix } from './rowMatrix';
import { makeMemory, ThreadPool } from './threadPool';
import { WasmTrainer } from './trainer';

const vocabularySize = 37;

/**
 * Models small enough to be trained at once, of sizes that leave every kind of rest: one with all that an untied model has,
 * and one with a projection before its shared matrix.
 */
const architectures: readonly Architecture[] = [
  { vocabularySize, embeddingSize: 18, hiddenSize: 35, layers: 2, tied: false },
  { vocabularySize, embeddingSize: 18, hiddenSize: 35, layers: 1, tied: true },
];

/** Rows that use tiles of every height. */
const everyHeight = [1, 2, 3, 4, 5, 6];

const length = 4;
const streams = 23;
const update: Update = {
  rate: 0.01,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  weightDecay: 0.1,
  clipNorm: 0.5,
  averageDecay: 0.9,
};

/**
 * Whether kernels whose vectors may be paired compute what others do, bit for bit, with tiles of either width: whatever has
 * pairs is run. Both builds are for private memory. Takes a tenth of a second.
 */
export function computeTheSame(unpaired: KernelBuild, paired: KernelBuild): boolean {
  const expected = resultsOf(unpaired);
  return [true, false].every((wideTiles) => {
    const actual = resultsOf({ ...paired, wideTiles });
    return expected.every((values, index) => equalBits(values, actual[index]));
  });
}

/**
 * What all kernels come to: a few training steps of small models with resets and dropout, losses by floats and by integers,
 * a predictor's state and logits, and a row times a matrix of integers.
 */
function resultsOf(build: KernelBuild): Float32Array[] {
  return [...architectures.flatMap((architecture) => resultsOfModel(build, architecture)), multiplyByIntegers(build)];
}

function resultsOfModel(build: KernelBuild, architecture: Architecture): Float32Array[] {
  const initial = freshState(architecture, initialParameters(architecture, 1), streams);
  const options = { length, streams, dropout: { embedding: 0.2, hidden: 0.2, seed: 1 } };
  const trainer = new WasmTrainer(ThreadPool.alone(), build, architecture, initial, options, 'quantized');
  for (let step = 0; step < 3; step++) trainer.train(batchOf(step, streams), update);
  const losses = everyHeight.flatMap((rows) => [
    score(trainer, 'averaged', rows),
    // The current weights, as integers.
    score(trainer, 'current', rows),
  ]);
  const { parameters, averaged, carried } = trainer.state();
  const trained = [parameters, averaged].flatMap((weights) => [...weights.values()].map(({ data }) => data));
  return [...losses, ...trained, carried, ...predict(build, architecture, averaged)];
}

/** Losses of a batch of so many streams. */
function score(trainer: WasmTrainer, weights: WeightKind, rows: number): Float32Array {
  const losses = new Float32Array(length * rows);
  trainer.evaluate(batchOf(0, rows), weights, losses);
  return losses;
}

/** State and logits of a predictor that has read a batch. */
function predict(build: KernelBuild, architecture: Architecture, parameters: Parameters): Float32Array[] {
  const predictor = new WasmPredictor(build, architecture, parameters);
  const state = new Float32Array(predictor.stateSize);
  const logits = new Float32Array(vocabularySize);
  predictor.prime(state, batchOf(0, 1).inputs);
  predictor.next(state, 0, logits);
  return [state, logits];
}

/** A row times a matrix of integers, as predictors of large models have them. */
function multiplyByIntegers(build: KernelBuild): Float32Array {
  const [inputs, outputs] = [3, 2];
  const allocator = new Allocator(firstByte);
  const row = allocator.bytes(inputs * lineBytes);
  const initial = allocator.bytes(outputs * lineBytes);
  const weights = allocator.bytes(inputs * panelWidth * outputs * lineBytes);
  const result = allocator.bytes(outputs * lineBytes);
  const matrix = new RowMatrix(weights, inputs, outputs);
  matrix.makeRoom(allocator);
  const memory = makeMemory(allocator.end, false);
  const floats = new Float32Array(memory.buffer);
  for (let at = row / 4; at < result / 4; at++) floats[at] = Math.sin(at);
  const kernels = instantiate(build, memory);
  matrix.quantize(kernels);
  matrix.matvec(kernels, result, initial, row);
  return floats.slice(result / 4, result / 4 + outputs * panelWidth);
}

/** A batch like any other, the same every time. The first of a run starts from zero, later ones from what was carried on. */
function batchOf(step: number, streams: number): Batch {
  const positions = length * streams;
  const token = (position: number): number => (position * 7 + step * 11) % vocabularySize;
  const starts = (position: number): boolean => (step === 0 && position < streams) || position % 13 === 5;
  return {
    length,
    streams,
    inputs: Uint16Array.from({ length: positions }, (_, position) => token(position)),
    targets: Uint16Array.from({ length: positions }, (_, position) => token(position * 3 + 1)),
    resets: Uint8Array.from({ length: positions }, (_, position) => (starts(position) ? 1 : 0)),
  };
}

function equalBits(a: Float32Array, b: Float32Array | undefined): boolean {
  if (b?.length !== a.length) return false;
  const bitsOfA = new Int32Array(a.buffer, a.byteOffset, a.length);
  const bitsOfB = new Int32Array(b.buffer, b.byteOffset, b.length);
  return bitsOfA.every((bits, index) => bits === bitsOfB[index]);
}
