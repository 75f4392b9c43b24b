import { type Architecture, type Batch, initialParameters, type Parameters } from '../../model/model';
import type { Engine, Update } from '../engine';
import { EvaluatingScorer } from '../scorer';
import { freshState } from '../trainerState';
import type { KernelBuild } from './kernelBuild';
import { instantiate, type Kernels } from './kernels';
import { lineBytes } from './parameterLayout';
import { makeMemory, ThreadPool } from './threadPool';
import { WasmTrainer } from './trainer';

/** A model small enough to be trained at once, of sizes that use every tile and leave every kind of rest. */
const architecture: Architecture = { vocabularySize: 37, embeddingSize: 18, hiddenSize: 35, layers: 2, tied: false };
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
 * Whether two builds of the kernels, for private memory, compute the same: a few training steps of a small model, with
 * resets and dropout, end in the same parameters, bit for bit, and it scores alike. Takes some milliseconds.
 */
export function computeTheSame(one: KernelBuild, other: KernelBuild): boolean {
  const expected = train(one);
  const actual = train(other);
  const learnsAlike = [...expected].every(([name, { data }]) => equalBits(data, actual.get(name)?.data));
  return learnsAlike && equalBits(score(one, expected), score(other, expected));
}

/** Times that each of two ways is tried; the fastest counts, which other programs disturb least. */
const tries = 10;

/** What the faster way may take of the other's time, at most: with pairing it takes two thirds of it, without half as much again. */
const clearly = 0.85;

/**
 * Whether vectors have been paired in this build, for private memory. V8 doesn't say so, and does it only where the
 * processor has vectors of 256 bits; but tiles of 16 columns are faster than narrow ones then, and slower otherwise. Takes
 * a few milliseconds.
 */
export function isPaired(build: KernelBuild): boolean {
  const [wide, narrow] = [true, false].map((wideTiles) => new Stopwatch({ ...build, wideTiles }));
  for (let round = 0; round < tries; round++) {
    wide?.run();
    narrow?.run();
  }
  return wide !== undefined && narrow !== undefined && wide.best < clearly * narrow.best;
}

/** Takes the time of the two products in which training spends most of its own. */
class Stopwatch {
  /** Milliseconds of the fastest run. */
  best = Infinity;
  private readonly kernels: Kernels;

  constructor(build: KernelBuild) {
    this.kernels = instantiate(build, makeMemory(product.end, false));
  }

  run(): void {
    const { a, b, c, initial, stride, rows, inputs, outputs } = product;
    const start = performance.now();
    this.kernels.multiply(c, a, stride, rows, inputs, b, outputs, initial, lineBytes, 0);
    const cPanel = inputs * 16 * lineBytes;
    this.kernels.multiplyTransposed(c, cPanel, lineBytes, a, 0, inputs, b, 0, outputs, stride, 1, rows);
    this.best = Math.min(this.best, performance.now() - start);
  }
}

/** A product small enough for the second cache: addresses, and counts of rows and of panels. */
const product = {
  a: 1 << 16,
  b: 1 << 17,
  c: 1 << 18,
  initial: 1 << 19,
  end: 1 << 20,
  stride: 49 * lineBytes,
  rows: 48,
  inputs: 16,
  outputs: 8,
} as const;

function train(build: KernelBuild): Parameters {
  const state = freshState(architecture, initialParameters(architecture, 1), streams);
  const dropout = { embedding: 0.2, hidden: 0.2, seed: 1 };
  const trainer = new WasmTrainer(ThreadPool.alone(), build, architecture, state, { length, streams, dropout });
  for (let step = 0; step < 3; step++) trainer.train(batchOf(step), update);
  return trainer.weights('averaged');
}

function score(build: KernelBuild, parameters: Parameters): Float32Array {
  const createTrainer: Engine['createTrainer'] = (...made) =>
    new WasmTrainer(ThreadPool.alone(), build, ...made, 'quantized');
  const scorer = new EvaluatingScorer({ createTrainer }, architecture, parameters, { length, streams });
  const losses = new Float32Array(length * streams);
  scorer.score(batchOf(0), losses);
  return losses;
}

/** A batch like any other, the same every time. */
function batchOf(step: number): Batch {
  const positions = length * streams;
  const token = (position: number): number => (position * 7 + step * 11) % architecture.vocabularySize;
  return {
    length,
    streams,
    inputs: Uint16Array.from({ length: positions }, (_, position) => token(position)),
    targets: Uint16Array.from({ length: positions }, (_, position) => token(position * 3 + 1)),
    resets: Uint8Array.from({ length: positions }, (_, position) => (position % 13 === 5 ? 1 : 0)),
  };
}

function equalBits(a: Float32Array, b: Float32Array | undefined): boolean {
  if (b?.length !== a.length) return false;
  const bitsOfA = new Int32Array(a.buffer, a.byteOffset, a.length);
  const bitsOfB = new Int32Array(b.buffer, b.byteOffset, b.length);
  return bitsOfA.every((bits, index) => bits === bitsOfB[index]);
}
