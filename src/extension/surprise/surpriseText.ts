import { Turn } from '../../base/yielding';
import type { SurprisingPlace } from '../../scoring/surpriseLevels';
import type { ScoredPart, Span } from '../../scoring/textTokens';
import { CancelledError } from '../failure';
import { isSecondHalf } from './codeUnits';
import { SurpriseBlocks } from './surpriseBlocks';

/** Scores a text from its start, of a document in which another stands before it. */
export type Score = (text: string, before: string) => Promise<ScoredPart>;

/** Scores these parts of a text, in an order of its own, and tells of each as soon as it is known. */
export type ScoreParts = (wanted: readonly Span[], tell: (parts: readonly ScoredPart[]) => void) => Promise<unknown>;

/** Code units before a part of a text that are read, and not scored, so that the model knows where it is. */
const context = 512;

/** Code units before that which a memory that reads along reads: tenths of a second. */
const remembered = 131_072;

/** Code units at both ends of a part whose tokens may be cut otherwise than in the whole. */
const margin = 32;

/** Code units scored in the first go after a change; each further go does twice as many, up to the most. */
const firstGo = 1024;
const mostInGo = 131_072;

/** Code units looked at between two looks at the clock. */
const mostAtOnce = 262_144;

/** Code units that a text may grow by, at least, before its numbers are moved elsewhere. */
const leastSpare = 4096;

/** Longest turn on the thread that answers the keys, milliseconds. */
const turnMilliseconds = 4;

/** A change is over where so many code units in a row are as surprising as before, within `agreement` bits. */
const settled = 192;
const agreement = 0.05;

/** How surprising a text is on the whole, and where most. */
export interface SurpriseSummary {
  /** Mean of the known, bits per character; NaN where nothing is known. */
  readonly mean: number;
  /** The places that stand out, most surprising first. */
  readonly places: readonly SurprisingPlace[];
}

/**
 * How surprising each code unit of a document is, kept up through its edits. What has been typed since is unknown (NaN)
 * until it is scored; what stands before it stays, and what stands after it is scored again as far as the change is felt.
 */
export class SurpriseText {
  /** With room to spare, so that a key moves what stands behind it and no more. */
  private bits: Float32Array;
  private starts: Uint8Array;
  private readonly blocks: SurpriseBlocks;
  private changed: { start: number; end: number } | null = null;
  /** Tells one state of the text from the next. */
  private version = 0;

  constructor(private length: number) {
    this.bits = new Float32Array(length).fill(NaN);
    this.starts = new Uint8Array(length);
    this.blocks = new SurpriseBlocks(length);
  }

  /** Bits of each code unit; NaN where they aren't known. Never to be written to, and good until the next edit. */
  get surprise(): Float32Array {
    return this.bits.subarray(0, this.length);
  }

  /** Something has been edited since it was scored. */
  get isStale(): boolean {
    return this.changed !== null;
  }

  /** Follows an edit. */
  edit(offset: number, removed: number, inserted: number): void {
    const tail = offset + removed;
    const length = this.length + inserted - removed;
    this.reserve(length);
    this.bits.copyWithin(offset + inserted, tail, this.length);
    this.bits.fill(NaN, offset, offset + inserted);
    this.starts.copyWithin(offset + inserted, tail, this.length);
    this.starts.fill(0, offset, offset + inserted);
    this.length = length;
    this.version++;
    this.blocks.edit(offset, removed, inserted);
    const { start, end } = this.changed ?? { start: offset, end: offset };
    const moved = end > offset ? Math.max(offset, end - removed) + inserted : end;
    this.changed = { start: Math.min(start, offset), end: Math.max(moved, offset + inserted) };
  }

  /** The whole as far as it is known. @throws CancelledError where the text was edited meanwhile. */
  async summarize(text: string): Promise<SurpriseSummary> {
    const { version, blocks, surprise } = this;
    const turn = new Turn(turnMilliseconds);
    const reading = blocks.read(surprise, text);
    while (reading.next().done !== true) {
      if (!turn.isOver) continue;
      await turn.next();
      this.check(version);
    }
    return { mean: blocks.mean, places: blocks.places(surprise) };
  }

  /** Scores the whole text. @throws CancelledError where it was edited meanwhile; so do the other ways of scoring. */
  async readAll(text: string, score: Score): Promise<void> {
    await this.read(text, 0, text.length, score);
    this.changed = null;
  }

  /** Scores what isn't known, a part at a time. Calls back as parts become known. */
  async readMissing(score: ScoreParts, onParts: () => void): Promise<void> {
    const { version } = this;
    const wanted = await this.missing();
    if (wanted.length === 0) return;
    await score(wanted, (parts) => {
      if (version !== this.version) return;
      for (const part of parts) this.note(part);
      onParts();
    });
    this.check(version);
  }

  /** Whether a part of the text holds anything that isn't known. */
  lacks({ start, end }: Span): boolean {
    return this.surprise.subarray(start, end).some(Number.isNaN);
  }

  /** Scores what has changed, and on from there until the change is no longer felt. Calls back after each go. */
  async refresh(text: string, score: Score, onGo: () => void): Promise<void> {
    for (let length = firstGo; this.changed !== null; length *= 2) {
      const { start, end } = this.changed;
      const from = Math.max(0, start - margin);
      const to = Math.min(text.length, from + margin + Math.min(length, mostInGo));
      const before = this.bits.slice(from, to);
      await this.read(text, from, to, score);
      const isOver = to === text.length || (to >= end + settled && this.agrees(before, to));
      this.changed = isOver ? null : { start: to, end: Math.max(to, end) };
      onGo();
    }
  }

  /** The token that a code unit belongs to: from where to where. */
  tokenAt(offset: number): { readonly start: number; readonly end: number } {
    let start = offset;
    while (start > 0 && this.starts[start] !== 1) start--;
    let end = offset + 1;
    while (end < this.length && this.starts[end] !== 1) end++;
    return { start, end };
  }

  /** Bits of a whole token. */
  bitsOf({ start, end }: { readonly start: number; readonly end: number }, text: string): number {
    let sum = 0;
    for (let i = start; i < end; i++) if (!isSecondHalf(text, i)) sum += this.bits[i] ?? NaN;
    return sum;
  }

  /** The parts that aren't known. */
  private async missing(): Promise<readonly Span[]> {
    const { version, bits, length } = this;
    const turn = new Turn(turnMilliseconds);
    const spans: Span[] = [];
    for (let start = 0, end = 0; start < length; start = end) {
      const isMissing = Number.isNaN(bits[start]);
      const most = Math.min(length, start + mostAtOnce);
      while (end < most && Number.isNaN(bits[end]) === isMissing) end++;
      const last = spans.at(-1);
      if (isMissing && last?.end === start) spans[spans.length - 1] = { start: last.start, end };
      else if (isMissing) spans.push({ start, end });
      if (!turn.isOver) continue;
      await turn.next();
      this.check(version);
    }
    return spans;
  }

  private note({ start, bits, starts }: ScoredPart): void {
    this.bits.set(bits, start);
    this.starts.set(starts, start);
    this.blocks.invalidate(start, start + bits.length);
  }

  private async read(text: string, start: number, end: number, score: Score): Promise<void> {
    const { version } = this;
    const first = whole(text, Math.max(0, start - context));
    const last = whole(text, Math.min(text.length, end + margin));
    const { bits, starts } = await score(
      text.slice(first, last),
      text.slice(whole(text, Math.max(0, first - remembered)), first),
    );
    this.check(version);
    const [from, to] = [start - first, end - first];
    this.note({ start, bits: bits.subarray(from, to), starts: starts.subarray(from, to) });
  }

  /** @throws CancelledError where the text isn't what it was. */
  private check(version: number): void {
    if (version !== this.version) throw new CancelledError();
  }

  /** Makes room for a text of this length, and for some more of it. */
  private reserve(length: number): void {
    if (length <= this.bits.length) return;
    const capacity = length + Math.max(leastSpare, length >> 3);
    const { bits, starts } = this;
    this.bits = new Float32Array(capacity);
    this.bits.set(bits);
    this.starts = new Uint8Array(capacity);
    this.starts.set(starts);
  }

  /** Whether the last units before `to` are as surprising as they were. */
  private agrees(before: Float32Array, to: number): boolean {
    for (let i = 1; i <= settled; i++) {
      const difference = Math.abs((this.bits[to - i] ?? NaN) - (before[before.length - i] ?? NaN));
      // What wasn't known before is for others to find out.
      if (difference > agreement) return false;
    }
    return true;
  }
}

/** A place at or before `offset` that cuts neither a code point nor a CR LF in two. */
function whole(text: string, offset: number): number {
  return isSecondHalf(text, offset) ? offset - 1 : offset;
}
