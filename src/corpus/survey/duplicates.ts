import { longSimilarity, signatureSize, similarity } from './signature';

/** What a document is recognised by. */
export interface Traits {
  /** Of all its bytes. */
  readonly hash: string;
  /** Null for a short document. */
  readonly signature: Uint32Array | null;
  /** Code points. */
  readonly characters: number;
}

/** Documents that share this much of their shingles are the same text, edited. */
const leastSimilarity = 0.8;
/** The same of documents that repeat themselves, and their long shingles, which are lost to any change nearby. */
const leastLongSimilarity = 0.4;
/** Minima of a band: documents are compared where all minima of one band are equal (locality-sensitive hashing). */
const bandSize = 8;
const longBandSize = 2;

/** Remembers documents, and recognises copies of them. */
export class DuplicateFinder {
  private readonly hashes = new Set<string>();
  private readonly kept: Traits[] = [];
  /** By band and its minima, the first document that had them. */
  private readonly bands = new Map<number, number>();

  /** Says what a document is a copy of, as far as earlier ones go; remembers it where it is none. */
  check(document: Traits): 'duplicate' | 'near duplicate' | null {
    if (this.hashes.has(document.hash)) return 'duplicate';
    this.hashes.add(document.hash);
    const { signature } = document;
    if (signature === null) return null;
    const keys = bandKeys(signature);
    if (keys.some((key) => this.resembles(this.bands.get(key), document))) return 'near duplicate';
    const index = this.kept.push(document) - 1;
    for (const key of keys) if (!this.bands.has(key)) this.bands.set(key, index);
    return null;
  }

  private resembles(index: number | undefined, { signature, characters }: Traits): boolean {
    const other = index === undefined ? undefined : this.kept[index];
    if (!other?.signature || !signature) return false;
    const sizes = Math.min(characters, other.characters) / Math.max(characters, other.characters);
    if (sizes < leastSimilarity) return false;
    const long = longSimilarity(signature, other.signature);
    if (long !== null) return long >= leastLongSimilarity;
    return similarity(signature, other.signature) >= leastSimilarity;
  }
}

function bandKeys(signature: Uint32Array): readonly number[] {
  const keys: number[] = [];
  for (let start = 0; start < signature.length; start += start < signatureSize ? bandSize : longBandSize) {
    const size = start < signatureSize ? bandSize : longBandSize;
    let key = start;
    for (const minimum of signature.subarray(start, start + size)) key = (Math.imul(key, 0x9e3779b1) ^ minimum) >>> 0;
    keys.push(key);
  }
  return keys;
}
