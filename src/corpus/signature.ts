import { codeUnits } from './tokenizers/codeUnits';

/** Minima kept of a document. */
export const signatureSize = 64;

/** Code units of a document that its signature is made of, from the start: enough to recognise it by. */
const mostUnits = 100_000;
/** Code units of a shingle, blanks not counted. */
const shingleLength = 16;
/** Documents with fewer shingles are alike too easily. */
const fewestShingles = 256;

const base = 0x01000193;
/** What a unit is multiplied by when it leaves the window. */
const leaving = Array.from({ length: shingleLength }).reduce<number>((power) => Math.imul(power, base), 1);

/**
 * A sketch of the set of a document's shingles, by which the overlap of two sets can be estimated: one-permutation
 * MinHash (Li, Owen and Zhang, 2012) over a rolling hash (Karp and Rabin, 1987). Blanks and the case of ASCII don't count.
 */
export class SignatureBuilder {
  private readonly minima = new Uint32Array(signatureSize).fill(0xffffffff);
  private readonly window = new Uint16Array(shingleLength);
  private units = 0;
  private hash = 0;

  /** Adds a piece of the document. */
  add(text: string): void {
    if (this.units >= mostUnits) return;
    const { minima, window } = this;
    let { hash, units } = this;
    const added = codeUnits(text.slice(0, mostUnits - units));
    for (let i = 0; i < added.length;) {
      const unit = added[i++] ?? 0;
      if (unit <= 0x20) continue;
      const folded = unit >= 0x41 && unit <= 0x5a ? unit + 0x20 : unit;
      const slot = units & (shingleLength - 1);
      hash = (Math.imul(hash, base) + folded - Math.imul(window[slot] ?? 0, leaving)) | 0;
      window[slot] = folded;
      units++;
      if (units < shingleLength) continue;
      const mixed = mix(hash);
      const bin = mixed >>> 26;
      if (mixed < (minima[bin] ?? 0)) minima[bin] = mixed;
    }
    this.hash = hash;
    this.units = units;
  }

  /** The signature, or null for a document too short to have one. */
  finish(): Uint32Array | null {
    return this.units - shingleLength >= fewestShingles ? this.minima : null;
  }
}

/** Spreads a hash over all its bits (the finaliser of MurmurHash3, Appleby, 2011). */
function mix(hash: number): number {
  let mixed = hash;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** The estimated share of all shingles of two documents that both have (Jaccard, 1901). */
export function similarity(a: Uint32Array, b: Uint32Array): number {
  let equal = 0;
  let filled = 0;
  for (let i = 0; i < signatureSize; i++) {
    if (a[i] === 0xffffffff && b[i] === 0xffffffff) continue;
    filled++;
    if (a[i] === b[i]) equal++;
  }
  return filled === 0 ? 0 : equal / filled;
}
