import { type Architecture, initialParameters, type Parameters } from '../../model/model';
import type { Batch, Update } from '../engine';
import { freshState } from '../trainerState';
import { Crew } from './crew';
import type { KernelBuild } from './kernelBuild';
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
 * resets and dropout, end in the same parameters, bit for bit. Takes some milliseconds.
 */
export function computeTheSame(one: KernelBuild, other: KernelBuild): boolean {
  const expected = [...train(one).values()];
  const actual = [...train(other).values()];
  return expected.every(({ data }, index) => equalBits(data, actual[index]?.data));
}

function train(build: KernelBuild): Parameters {
  const state = freshState(architecture, initialParameters(architecture, 1), streams);
  const dropout = { embedding: 0.2, hidden: 0.2, seed: 1 };
  const trainer = new WasmTrainer(Crew.alone(), build, architecture, state, { length, streams, dropout });
  for (let step = 0; step < 3; step++) trainer.train(batchOf(step), update);
  return trainer.weights('averaged');
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
