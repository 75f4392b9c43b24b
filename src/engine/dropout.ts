/**
 * Dropout masks from a counter: bit `index` of a mask depends only on (seed, step, site, index), never on the order of
 * drawing, so both engines, any number of threads and a resumed run see the same masks.
 */

/** The "lowbias32" integer hash of Chris Wellons's hash-prospector. */
export function hash32(value: number): number {
  let x = value >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** Where a mask applies: 0 is the embedding matrix [V, E]; 1 + l is the output of LSTM layer l, [T, B, H]. */
export type DropoutSite = number;

/** Key of the mask of one site at one step. */
export function dropoutKey(seed: number, step: number, site: DropoutSite): number {
  return hash32(hash32(hash32(seed) ^ step) + site);
}

/** An element is kept when its hash is at least this. `rate` in [0, 1). */
export function dropoutThreshold(rate: number): number {
  return Math.floor(rate * 2 ** 32) >>> 0;
}

/** Whether element `index` (row-major) survives. Survivors are scaled by 1 / (1 - rate). */
export function isKept(key: number, index: number, threshold: number): boolean {
  return hash32((index ^ key) >>> 0) >= threshold;
}
