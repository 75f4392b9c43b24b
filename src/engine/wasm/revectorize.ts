import { instantiate, type KernelBuild } from './kernelBuild';
import type { Kernels } from './kernels';
import { lineBytes } from './parameterLayout';
import { makeMemory } from './threadPool';
import type { Address, Bytes, Panels, Rows } from './units';

/** Times that each of two ways is tried; the fastest counts, which other programs disturb least. */
const tries = 10;

/** Most of them, where other programs disturb so much that no fastest time comes twice. */
const mostTries = 200;

/** The fastest time is believed once another run has taken hardly longer. */
const hardlyLonger = 1.05;

/**
 * What the faster way may take of the other's time, at most: with pairing it takes 0.57 to 0.67 of it, without 0.85 (of one
 * processor, Intel's) to half as much again (of another, AMD's).
 */
const clearly = 0.76;

/**
 * Whether vectors have been paired in this build, for private memory. V8 doesn't say so, and does it only where the
 * processor has vectors of 256 bits; but tiles of 16 columns are far faster than narrow ones then, and hardly or not at all
 * otherwise. Takes a few milliseconds.
 */
export function isPaired(build: KernelBuild): boolean {
  const [wide, narrow] = [true, false].map((wideTiles) => new Stopwatch({ ...build, wideTiles }));
  if (wide === undefined || narrow === undefined) return false;
  for (let round = 0; round < tries || (round < mostTries && !(wide.isSteady && narrow.isSteady)); round++) {
    wide.run();
    narrow.run();
  }
  return wide.best < clearly * narrow.best;
}

/** Takes the time of the two products in which training spends most of its own. */
class Stopwatch {
  /** Milliseconds of the fastest run. */
  best = Infinity;
  private second = Infinity;
  private readonly kernels: Kernels;

  constructor(build: KernelBuild) {
    this.kernels = instantiate(build, makeMemory(product.end, false));
  }

  run(): void {
    const { a, b, c, initial, stride, rows, inputs, outputs } = product;
    const start = performance.now();
    this.kernels.matmul(c, a, stride, rows, inputs, b, outputs, initial, lineBytes, 0);
    const cPanel = inputs * 16 * lineBytes;
    this.kernels.matmulTransposed(c, cPanel, lineBytes, a, 0, inputs, b, 0, outputs, stride, 1, rows);
    const taken = performance.now() - start;
    this.second = Math.min(this.second, Math.max(this.best, taken));
    this.best = Math.min(this.best, taken);
  }

  get isSteady(): boolean {
    return this.second <= hardlyLonger * this.best;
  }
}

/** A product small enough for the second cache. */
const product: Readonly<Record<'a' | 'b' | 'c' | 'initial' | 'end', Address>> & {
  readonly stride: Bytes;
  readonly rows: Rows;
  readonly inputs: Panels;
  readonly outputs: Panels;
} = {
  a: 1 << 16,
  b: 1 << 17,
  c: 1 << 18,
  initial: 1 << 19,
  end: 1 << 20,
  stride: 49 * lineBytes,
  rows: 48,
  inputs: 16,
  outputs: 8,
};
