import { firstByte } from './byte';

/** Id of the first learned pair. */
export const firstMerge = firstByte + 256;

/** A pair of ids as one number. */
function pairKey(left: number, right: number): number {
  return left * 0x10000 + right;
}

/** Pieces between two breaths. */
const turn = 2048;

/** A pair seen fewer times isn't worth a token. */
const fewestOccurrences = 2;

/**
 * Learns byte pairs from pieces and how often each occurs (Sennrich, 2016): the most frequent pair becomes a token, again
 * and again. Works on distinct pieces, so its time hardly depends on the corpus's size. Equal counts go to the pair with
 * the smaller ids, so equal pieces learn equal merges, in whatever order they come. Yields every few milliseconds, so that
 * others may go first, or give it up.
 */
export function* learnMerges(
  pieces: Iterable<readonly [piece: string, count: number]>,
  mostMerges: number,
): Generator<void, (readonly [number, number])[], void> {
  const table = new PairTable();
  yield* table.fill(pieces);
  const merges: (readonly [number, number])[] = [];
  while (merges.length < mostMerges) {
    const pair = table.takeMostFrequent();
    if (pair === null) break;
    yield* table.join(pair, firstMerge + merges.length);
    merges.push([Math.floor(pair / 0x10000), pair % 0x10000]);
  }
  return merges;
}

/** The pieces as rows of ids, and for each pair of neighbours its count and the pieces it may be in. */
class PairTable {
  private readonly words: number[][] = [];
  private readonly weights: number[] = [];
  private readonly counts = new Map<number, number>();
  /** Indices of pieces that had the pair when it was noted; joins may have taken it away since. */
  private readonly places = new Map<number, Set<number>>();
  private readonly queue = new PairQueue();

  /** Takes pieces in. */
  *fill(pieces: Iterable<readonly [piece: string, count: number]>): Generator<void, void, void> {
    for (const [piece, count] of pieces) {
      const ids = Array.from(Buffer.from(piece, 'utf8'), (byte) => byte + firstByte);
      const word = this.words.push(ids) - 1;
      this.weights.push(count);
      for (let i = 0; i + 1 < ids.length; i++) this.note(pairKey(ids[i] ?? 0, ids[i + 1] ?? 0), count, word);
      if (word % turn === 0) yield;
    }
    for (const [pair, count] of this.counts) this.queue.push(pair, count);
  }

  /** The most frequent pair, or null when none is frequent enough. Counts in the queue may be out of date: too high. */
  takeMostFrequent(): number | null {
    for (let top = this.queue.pop(); top !== null; top = this.queue.pop()) {
      const count = this.counts.get(top.pair) ?? 0;
      if (count < fewestOccurrences) continue;
      if (count === top.count) return top.pair;
      this.queue.push(top.pair, count);
    }
    return null;
  }

  /** Replaces a pair by a new token wherever it stands. */
  *join(pair: number, token: number): Generator<void, void, void> {
    const left = Math.floor(pair / 0x10000);
    const right = pair % 0x10000;
    const created = new Set<number>();
    let visited = 0;
    for (const word of this.places.get(pair) ?? []) {
      this.joinIn(word, left, right, token, created);
      if (++visited % turn === 0) yield;
    }
    this.counts.delete(pair);
    this.places.delete(pair);
    for (const made of created) this.queue.push(made, this.counts.get(made) ?? 0);
    yield;
  }

  private joinIn(word: number, left: number, right: number, token: number, created: Set<number>): void {
    const ids = this.words[word] ?? [];
    const weight = this.weights[word] ?? 0;
    for (let i = 0; i + 1 < ids.length; i++) {
      if (ids[i] !== left || ids[i + 1] !== right) continue;
      const before = ids[i - 1];
      const after = ids[i + 2];
      if (before !== undefined) this.swap(pairKey(before, left), pairKey(before, token), weight, word, created);
      if (after !== undefined) this.swap(pairKey(right, after), pairKey(token, after), weight, word, created);
      ids.splice(i, 2, token);
    }
  }

  private swap(old: number, made: number, weight: number, word: number, created: Set<number>): void {
    this.counts.set(old, (this.counts.get(old) ?? 0) - weight);
    this.note(made, weight, word);
    created.add(made);
  }

  private note(pair: number, weight: number, word: number): void {
    this.counts.set(pair, (this.counts.get(pair) ?? 0) + weight);
    const places = this.places.get(pair);
    if (places) places.add(word);
    else this.places.set(pair, new Set([word]));
  }
}

/** A binary heap: the highest count first, then the smaller pair. */
class PairQueue {
  private readonly pairs: number[] = [];
  private readonly counts: number[] = [];

  push(pair: number, count: number): void {
    let i = this.pairs.push(pair) - 1;
    this.counts.push(count);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!this.before(i, parent)) return;
      this.exchange(i, parent);
      i = parent;
    }
  }

  pop(): { readonly pair: number; readonly count: number } | null {
    const last = this.pairs.length - 1;
    if (last < 0) return null;
    this.exchange(0, last);
    const top = { pair: this.pairs.pop() ?? 0, count: this.counts.pop() ?? 0 };
    this.sink();
    return top;
  }

  private sink(): void {
    for (let i = 0; ;) {
      let first = i;
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < this.pairs.length && this.before(child, first)) first = child;
      }
      if (first === i) return;
      this.exchange(i, first);
      i = first;
    }
  }

  private before(a: number, b: number): boolean {
    const difference = (this.counts[a] ?? 0) - (this.counts[b] ?? 0);
    return difference > 0 || (difference === 0 && (this.pairs[a] ?? 0) < (this.pairs[b] ?? 0));
  }

  private exchange(a: number, b: number): void {
    [this.pairs[a], this.pairs[b]] = [this.pairs[b] ?? 0, this.pairs[a] ?? 0];
    [this.counts[a], this.counts[b]] = [this.counts[b] ?? 0, this.counts[a] ?? 0];
  }
}
