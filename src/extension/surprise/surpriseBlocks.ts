import type { CodeUnits } from '../../base/text';
import { isBlank, levelOf, type SurprisingPlace } from '../../scoring/surpriseLevels';
import { isSecondHalf } from './codeUnits';

/** Code units of a block of a long text, at least: one is divided once it has grown beyond twice as many. */
const blockLength = 4096;

/** Places kept of a block, and told of the whole, at most. */
const mostPlaces = 200;

/** A part of a text, and what is known of it: nothing since it was changed. */
interface Block {
  readonly length: number;
  summary: BlockSummary | null;
}

/** Places are counted from the start of the block. */
interface BlockSummary {
  /** Of the known, bits and characters. */
  readonly bits: number;
  readonly characters: number;
  /** Of the word that may have begun before the block, the most surprising place that is known. */
  readonly head: number | null;
  /** The same of the word that may go on after it; undefined where the block has no blank, so that both are one. */
  readonly tail: number | null | undefined;
  /** The most surprising place of each word between, the most surprising first. */
  readonly words: Uint16Array;
}

/** Places of a part of a text, the most surprising first; the first one that hasn't been taken, at hand. */
interface Queue {
  readonly start: number;
  readonly words: ArrayLike<number>;
  taken: number;
  next: SurprisingPlace | null;
}

/**
 * How surprising a text is on the whole, and where most, kept by block: after an edit only the blocks that it touches are
 * read again, wherever the others have moved.
 */
export class SurpriseBlocks {
  private readonly blocks: Block[];

  constructor(length: number) {
    this.blocks = divided(length);
  }

  /** Follows an edit of the text. */
  edit(offset: number, removed: number, inserted: number): void {
    const { first, start } = this.blockAt(offset);
    const tail = offset + removed;
    let last = first;
    let end = start + (this.blocks[first]?.length ?? 0);
    // The unit behind the edit may have become, or ceased to be, the second half of a character.
    while (end <= tail && last + 1 < this.blocks.length) end += this.blocks[++last]?.length ?? 0;
    this.blocks.splice(first, last - first + 1, ...divided(end - start - removed + inserted));
  }

  /** The bits of these units have been changed. */
  invalidate(start: number, end: number): void {
    let from = 0;
    for (const block of this.blocks) {
      if (from < end && from + block.length > start) block.summary = null;
      from += block.length;
      if (from >= end) return;
    }
  }

  /** Reads what has been changed, a block a go: the text must not be edited between two. */
  *read(surprise: Float32Array, text: CodeUnits): Generator<void, void, void> {
    let start = 0;
    for (const block of this.blocks) {
      if (block.summary === null) {
        block.summary = summaryOf(surprise, text, start, start + block.length);
        yield;
      }
      start += block.length;
    }
  }

  /** Mean of the known, bits per character; NaN where nothing is known. Of what has been read, as is the next. */
  get mean(): number {
    let sum = 0;
    let count = 0;
    for (const { summary } of this.blocks) {
      sum += summary?.bits ?? 0;
      count += summary?.characters ?? 0;
    }
    return sum / count;
  }

  /** The most surprising places, as {@link mostSurprising} finds them. */
  places(surprise: Float32Array): readonly SurprisingPlace[] {
    const queues = this.queues(surprise);
    const places: SurprisingPlace[] = [];
    while (places.length < mostPlaces) {
      let best: Queue | null = null;
      for (const queue of queues) if (isAhead(queue.next, best?.next ?? null)) best = queue;
      const place = best?.next ?? null;
      if (best === null || place === null) break;
      places.push(place);
      advance(best, surprise);
    }
    return places;
  }

  /** One of each block, and one of the words that blocks share. */
  private queues(surprise: Float32Array): readonly Queue[] {
    const queues: Queue[] = [];
    const shared: number[] = [];
    let open: number | null = null;
    let start = 0;
    for (const { length, summary } of this.blocks) {
      if (summary !== null) {
        queues.push(queueOf(start, summary.words, surprise));
        const { head, tail } = summary;
        open = moreSurprising(open, absolute(start, head), surprise);
        if (tail !== undefined) {
          if (open !== null) shared.push(open);
          open = absolute(start, tail);
        }
      }
      start += length;
    }
    if (open !== null) shared.push(open);
    queues.push(queueOf(0, ranked(shared, surprise), surprise));
    return queues;
  }

  /** The block that a place belongs to, and where it starts: at the seam of two, the first of them. */
  private blockAt(offset: number): { readonly first: number; readonly start: number } {
    let start = 0;
    for (const [first, { length }] of this.blocks.entries()) {
      if (offset <= start + length) return { first, start };
      start += length;
    }
    return { first: this.blocks.length, start };
  }
}

/** Blocks of about the same length; none of no length. */
function divided(length: number): Block[] {
  const count = length > 2 * blockLength ? Math.floor(length / blockLength) : Math.min(1, length);
  return Array.from({ length: count }, (_, index) => {
    const end = Math.floor((length * (index + 1)) / count);
    return { length: end - Math.floor((length * index) / count), summary: null };
  });
}

function summaryOf(surprise: Float32Array, text: CodeUnits, start: number, end: number): BlockSummary {
  let sum = 0;
  let characters = 0;
  let head: number | null | undefined;
  let best: number | null = null;
  const words: number[] = [];
  for (let i = start; i < end; i++) {
    const bits = surprise[i] ?? NaN;
    if (isBlank(text.charCodeAt(i))) {
      if (head === undefined) head = best;
      else if (best !== null) words.push(best);
      best = null;
    }
    if (Number.isNaN(bits)) continue;
    if (best === null || bits > (surprise[best] ?? NaN)) best = i;
    if (isSecondHalf(text, i)) continue;
    sum += bits;
    characters++;
  }
  const relative = (place: number | null): number | null => (place === null ? null : place - start);
  return {
    bits: sum,
    characters,
    head: relative(head === undefined ? best : head),
    tail: head === undefined ? undefined : relative(best),
    words: Uint16Array.from(ranked(words, surprise).slice(0, mostPlaces), (place) => place - start),
  };
}

/** Those that stand out, the most surprising first. */
function ranked(places: readonly number[], surprise: Float32Array): readonly number[] {
  const bits = (place: number): number => surprise[place] ?? NaN;
  return places.filter((place) => levelOf(bits(place)) >= 0).sort((a, b) => bits(b) - bits(a) || a - b);
}

function queueOf(start: number, words: ArrayLike<number>, surprise: Float32Array): Queue {
  const queue: Queue = { start, words, taken: -1, next: null };
  advance(queue, surprise);
  return queue;
}

function advance(queue: Queue, surprise: Float32Array): void {
  const word = queue.words[++queue.taken];
  const offset = queue.start + (word ?? 0);
  queue.next = word === undefined ? null : { offset, bits: surprise[offset] ?? NaN };
}

function isAhead(place: SurprisingPlace | null, other: SurprisingPlace | null): boolean {
  if (place === null || other === null) return place !== null;
  return place.bits > other.bits || (place.bits === other.bits && place.offset < other.offset);
}

/** The later of two places only where it is the more surprising one. */
function moreSurprising(one: number | null, later: number | null, surprise: Float32Array): number | null {
  if (one === null || later === null) return one ?? later;
  return (surprise[later] ?? NaN) > (surprise[one] ?? NaN) ? later : one;
}

function absolute(start: number, place: number | null): number | null {
  return place === null ? null : start + place;
}
