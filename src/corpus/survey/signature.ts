import { codeUnits } from '../tokenizers/codeUnits';

/** Minima kept of a document. */
export const signatureSize = 64;

/** Code units of a document that its signature is made of, from the start: enough to recognise it by. */
const mostUnits = 100_000;
/** Code units of a shingle, blanks not counted. */
const shingleLength = 16;
/** Documents with fewer shingles are alike too easily. */
const fewestShingles = 256;

/**
 * Of documents that repeat themselves, shingles of this length count: short ones say little of logs, tables and other
 * texts of few phrases, which have them all, in whatever order.
 */
const longShingleLength = 128;
/** A document repeats itself where fewer of its shingles are different ones. */
const fewestDistinct = 0.5;

const base = 0x01000193;

/**
 * A sketch of the set of a document's shingles, by which the overlap of two sets can be estimated: one-permutation
 * MinHash (Li, Owen and Zhang, 2012) over a rolling hash (Karp and Rabin, 1987). Blanks and the case of ASCII don't count.
 */
export class SignatureBuilder {
  /** The units that count, folded. */
  private folded: Uint16Array = new Uint16Array(0);
  /** Units that may come still. */
  private room = mostUnits;

  /** Adds a piece of the document. */
  add(text: string): void {
    if (this.room === 0) return;
    const units = codeUnits(text.slice(0, this.room));
    this.room -= units.length;
    let count = 0;
    // eslint-disable-next-line @typescript-eslint/prefer-for-of -- An iterator takes three times as long.
    for (let i = 0; i < units.length; i++) {
      const unit = units[i] ?? 0;
      if (unit > 0x20) units[count++] = unit >= 0x41 && unit <= 0x5a ? unit + 0x20 : unit;
    }
    this.folded = joined(this.folded, units.subarray(0, count));
  }

  /** The minima of short shingles, then, of a document that repeats itself, those of long ones; null for a short document. */
  finish(): Uint32Array | null {
    const { folded } = this;
    const shingles = folded.length - shingleLength;
    if (shingles < fewestShingles) return null;
    const minima = shingleMinima(folded, shingleLength);
    if (distinctShingles(minima) >= fewestDistinct * shingles) return minima;
    const both = new Uint32Array(2 * signatureSize);
    both.set(minima);
    both.set(shingleMinima(folded, longShingleLength), signatureSize);
    return both;
  }
}

function joined(first: Uint16Array, second: Uint16Array): Uint16Array {
  if (first.length === 0) return second;
  const all = new Uint16Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

/** The least hash in each bin, over all shingles of one length. */
function shingleMinima(units: Uint16Array, length: number): Uint32Array {
  const minima = new Uint32Array(signatureSize).fill(0xffffffff);
  const leaving = leavingFactor(length);
  let hash = 0;
  for (let i = 0; i < units.length; i++) {
    const left = i < length ? 0 : (units[i - length] ?? 0);
    hash = (Math.imul(hash, base) + (units[i] ?? 0) - Math.imul(left, leaving)) | 0;
    if (i + 1 < length) continue;
    const mixed = mix(hash);
    const bin = mixed >>> 26;
    if (mixed < (minima[bin] ?? 0)) minima[bin] = mixed;
  }
  return minima;
}

/** What a unit is multiplied by when it leaves a shingle. */
function leavingFactor(length: number): number {
  let power = 1;
  for (let i = 0; i < length; i++) power = Math.imul(power, base);
  return power;
}

/** About how many different shingles gave these minima: the more there are in a bin, the nearer its least is to 0. */
function distinctShingles(minima: Uint32Array): number {
  const width = 2 ** 26;
  let sum = 0;
  minima.forEach((minimum, bin) => (sum += minimum === 0xffffffff ? width : minimum - bin * width));
  return (signatureSize * signatureSize * width) / Math.max(1, sum);
}

/** Spreads a hash over all its bits (the finaliser of MurmurHash3, Appleby, 2011). */
function mix(hash: number): number {
  let mixed = hash;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** The estimated share of all short shingles of two documents that both have (Jaccard, 1901). */
export function similarity(a: Uint32Array, b: Uint32Array): number {
  return overlap(a.subarray(0, signatureSize), b.subarray(0, signatureSize));
}

/** The same of long shingles; null unless both documents repeat themselves. */
export function longSimilarity(a: Uint32Array, b: Uint32Array): number | null {
  if (a.length === signatureSize || b.length === signatureSize) return null;
  return overlap(a.subarray(signatureSize), b.subarray(signatureSize));
}

function overlap(a: Uint32Array, b: Uint32Array): number {
  let equal = 0;
  let filled = 0;
  for (let i = 0; i < signatureSize; i++) {
    if (a[i] === 0xffffffff && b[i] === 0xffffffff) continue;
    filled++;
    if (a[i] === b[i]) equal++;
  }
  return filled === 0 ? 0 : equal / filled;
}
