/**
 * generation/copies/: passages that stand in the corpus word for word: an index of hashes, and the guard that takes them
 * back.
 */
import { itemHash } from '../../corpus/items/itemHash';
import type { ItemForm } from '../../model/itemForm';
import { Fingerprints } from './fingerprints';

/** A document of the indexed corpus. */
export interface IndexedDocument {
  readonly name: string;
  /** Code units of all documents before it. */
  readonly start: number;
}

/** A place in the corpus. */
export interface CopyPlace {
  /** Name of the document. */
  readonly document: string;
  /** Code units before the place in the document. */
  readonly offset: number;
}

/** What a {@link CopyIndex} is made of: plain arrays, so that it can be saved. */
export interface CopyIndexParts {
  /** Grams of which one is kept. */
  readonly window: number;
  readonly documents: readonly IndexedDocument[];
  /** Hashes of fingerprints, ascending. */
  readonly hashes: Uint32Array;
  /** Where each stands, in units of the whole corpus. */
  readonly positions: Uint32Array;
  /** The items that it is made of, where it is. */
  readonly items?: IndexedItems;
}

/** Hashes of whole items: see itemHash.ts. */
interface IndexedItems {
  readonly form: ItemForm;
  /** The first half of each item's hash, ascending; the second; and where the item stands, in units of the whole corpus. */
  readonly first: Uint32Array;
  readonly second: Uint32Array;
  readonly positions: Uint32Array;
}

/** Fingerprints of a corpus, by which verbatim pieces of it are found again. It holds no text. */
export class CopyIndex {
  constructor(readonly parts: CopyIndexParts) {}

  /** Places of the corpus that have this fingerprint, at most a few. */
  *placesOf(hash: number): Generator<number, void, void> {
    const { hashes, positions } = this.parts;
    const first = lowerBound(hashes, hash);
    for (let i = first; i < first + mostPlaces && hashes[i] === hash; i++) yield positions[i] ?? 0;
  }

  /** Where an item, without what ends it, stands in the corpus; null where none is like it. */
  placeOfItem(item: string): CopyPlace | null {
    const { items } = this.parts;
    if (items === undefined) return null;
    const hash = new Uint32Array(2);
    itemHash(item, hash);
    const [first = 0, second = 0] = hash;
    for (let i = lowerBound(items.first, first); items.first[i] === first; i++) {
      if (items.second[i] === second) return this.placeAt(items.positions[i] ?? 0);
    }
    return null;
  }

  /** Names a position of the whole corpus. */
  placeAt(position: number): CopyPlace {
    const { documents } = this.parts;
    let low = 0;
    let high = documents.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((documents[middle]?.start ?? 0) <= position) low = middle;
      else high = middle;
    }
    const document = documents[low];
    return { document: document?.name ?? '', offset: position - (document?.start ?? 0) };
  }
}

/** A passage that stands in the corpus more often than this is found at some of its places only. */
const mostPlaces = 8;

function lowerBound(sorted: Uint32Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Fewest grams of which one is kept: passages of 39 units and more are found. */
const smallestWindow = 16;

/** Bounds the index: 8 bytes a fingerprint. */
const mostFingerprints = 2_000_000;

/** Bounds what is kept of items: 12 bytes each. */
const mostItems = 4_000_000;

/** Longest corpus that positions can count. */
const mostUnits = 2 ** 32 - 1;

/** Builds the index of a corpus, document by document. */
export class CopyIndexBuilder {
  private readonly window: number;
  private readonly fingerprints: Fingerprints;
  private readonly documents: IndexedDocument[] = [];
  /** Position and hash of each fingerprint. */
  private entries = new Uint32Array(2048);
  private count = 0;
  private units = 0;

  private readonly items = new ItemHashes();
  private readonly hash = new Uint32Array(2);

  /**
   * @param units about how many code units the corpus has: a larger one keeps fewer fingerprints.
   * @param form How the corpus is made of items, if it is.
   */
  constructor(
    units: number,
    private readonly form: ItemForm | null = null,
  ) {
    // Winnowing keeps two grams of every `window` + 1, in expectation.
    this.window = Math.max(smallestWindow, Math.ceil((2 * units) / mostFingerprints) - 1);
    this.fingerprints = new Fingerprints(this.window);
  }

  /** What is added from now on belongs to this document. */
  startDocument(name: string): void {
    this.fingerprints.reset();
    this.documents.push({ name, start: this.units });
  }

  /** Adds an item of the document that was started last. @param start code units of the document before it */
  addItem(item: string, start: number): void {
    if (this.items.length >= mostItems) return;
    itemHash(item, this.hash);
    this.items.push(this.hash[0] ?? 0, this.hash[1] ?? 0, (this.documents.at(-1)?.start ?? 0) + start);
  }

  /** Adds text; what is past the longest corpus is left out. */
  add(text: string): void {
    const { fingerprints } = this;
    const start = this.documents.at(-1)?.start ?? 0;
    const length = Math.min(text.length, mostUnits - this.units);
    for (let i = 0; i < length; i++) {
      if (fingerprints.push(text.charCodeAt(i))) this.keep(fingerprints.hash, start + fingerprints.start);
    }
    this.units += length;
  }

  finish(): CopyIndex {
    const { window, documents, count, entries } = this;
    // Position is the lower and hash the upper half of a 64-bit number, on every machine that Node runs on.
    new BigUint64Array(entries.buffer, 0, count).sort();
    const hashes = Uint32Array.from({ length: count }, (_, i) => entries[2 * i + 1] ?? 0);
    const positions = Uint32Array.from({ length: count }, (_, i) => entries[2 * i] ?? 0);
    const items = this.form === null ? null : { form: this.form, ...this.items.sorted() };
    return new CopyIndex({ window, documents, hashes, positions, ...(items && { items }) });
  }

  private keep(hash: number, position: number): void {
    if (2 * this.count === this.entries.length) {
      const larger = new Uint32Array(2 * this.entries.length);
      larger.set(this.entries);
      this.entries = larger;
    }
    this.entries[2 * this.count] = position;
    this.entries[2 * this.count + 1] = hash;
    this.count++;
  }
}

/** Hashes of items as they come. */
class ItemHashes {
  length = 0;
  private numbers = new Uint32Array(3072);

  push(first: number, second: number, position: number): void {
    const { length } = this;
    if (3 * length === this.numbers.length) {
      const larger = new Uint32Array(2 * this.numbers.length);
      larger.set(this.numbers);
      this.numbers = larger;
    }
    this.numbers.set([first, second, position], 3 * length);
    this.length++;
  }

  /** By the first half of the hash. */
  sorted(): Omit<IndexedItems, 'form'> {
    const { length, numbers } = this;
    const order = new Uint32Array(2 * length);
    for (let i = 0; i < length; i++) {
      order[2 * i] = i;
      order[2 * i + 1] = numbers[3 * i] ?? 0;
    }
    new BigUint64Array(order.buffer).sort();
    const at = (i: number, part: number) => numbers[3 * (order[2 * i] ?? 0) + part] ?? 0;
    return {
      first: Uint32Array.from({ length }, (_, i) => at(i, 0)),
      second: Uint32Array.from({ length }, (_, i) => at(i, 1)),
      positions: Uint32Array.from({ length }, (_, i) => at(i, 2)),
    };
  }
}
