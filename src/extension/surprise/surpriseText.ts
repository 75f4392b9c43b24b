import type { ScoreResult } from '../../protocol/background';
import { CancelledError } from '../failure';

/** Scores a text from its start. */
export type Score = (text: string) => Promise<Pick<ScoreResult, 'characters' | 'starts'>>;

/** Code units before a part of a text that are read, and not scored, so that the model knows where it is. */
const context = 512;

/** Code units at both ends of a part whose tokens may be cut otherwise than in the whole. */
const margin = 32;

/** Code units scored in the first go after a change; each further go does twice as many. */
const firstGo = 1024;

/** A change is over where so many code units in a row are as surprising as before, within `agreement` bits. */
const settled = 192;
const agreement = 0.05;

/**
 * How surprising each code unit of a document is, kept up through its edits. What has been typed since is unknown (NaN)
 * until it is scored; what stands before it stays, and what stands after it is scored again as far as the change is felt.
 */
export class SurpriseText {
  private bits: Float32Array;
  private starts: Uint8Array;
  private changed: { start: number; end: number } | null = null;

  constructor(length: number) {
    this.bits = new Float32Array(length).fill(NaN);
    this.starts = new Uint8Array(length);
  }

  /** Bits of each code unit; NaN where they aren't known. Never to be written to. */
  get surprise(): Float32Array {
    return this.bits;
  }

  /** Something has been edited since it was scored. */
  get isStale(): boolean {
    return this.changed !== null;
  }

  /** Follows an edit. */
  edit(offset: number, removed: number, inserted: number): void {
    const tail = offset + removed;
    const bits = new Float32Array(this.bits.length + inserted - removed);
    bits.set(this.bits.subarray(0, offset));
    bits.fill(NaN, offset, offset + inserted);
    bits.set(this.bits.subarray(tail), offset + inserted);
    const starts = new Uint8Array(bits.length);
    starts.set(this.starts.subarray(0, offset));
    starts.set(this.starts.subarray(tail), offset + inserted);
    this.bits = bits;
    this.starts = starts;
    const { start, end } = this.changed ?? { start: offset, end: offset };
    const moved = end > offset ? Math.max(offset, end - removed) + inserted : end;
    this.changed = { start: Math.min(start, offset), end: Math.max(moved, offset + inserted) };
  }

  /** Scores the whole text. @throws CancelledError where it was edited meanwhile; so do the other ways of scoring. */
  async readAll(text: string, score: Score): Promise<void> {
    await this.read(text, 0, text.length, score);
    this.changed = null;
  }

  /** Scores a part of the text. */
  async readPart(text: string, start: number, end: number, score: Score): Promise<void> {
    await this.read(text, start, end, score);
  }

  /** Scores what has changed, and on from there until the change is no longer felt. Calls back after each go. */
  async refresh(text: string, score: Score, onGo: () => void): Promise<void> {
    for (let length = firstGo; this.changed !== null; length *= 2) {
      const { start, end } = this.changed;
      const from = Math.max(0, start - margin);
      const to = Math.min(text.length, from + margin + length);
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
    while (end < this.starts.length && this.starts[end] !== 1) end++;
    return { start, end };
  }

  /** Bits of a whole token. */
  bitsOf({ start, end }: { readonly start: number; readonly end: number }, text: string): number {
    let sum = 0;
    for (let i = start; i < end; i++) if (!isSecondHalf(text, i)) sum += this.bits[i] ?? NaN;
    return sum;
  }

  private async read(text: string, start: number, end: number, score: Score): Promise<void> {
    const first = whole(text, Math.max(0, start - context));
    const last = whole(text, Math.min(text.length, end + margin));
    const part = text.slice(first, last);
    const { bits } = this;
    const { characters, starts } = await score(part.replace(/\r\n?/g, '\n'));
    if (bits !== this.bits) throw new CancelledError();
    let character = -1;
    for (let i = 0; i < part.length; i++) {
      if (!isSecondHalf(part, i)) character++;
      const place = first + i;
      if (place < start || place >= end) continue;
      bits[place] = (characters[character] ?? NaN) / Math.LN2;
      this.starts[place] = isSecondHalf(part, i) ? 0 : (starts[character] ?? 0);
    }
  }

  /** Whether the last units before `to` are as surprising as they were. */
  private agrees(before: Float32Array, to: number): boolean {
    for (let i = 1; i <= settled; i++) {
      const difference = Math.abs((this.bits[to - i] ?? NaN) - (before[before.length - i] ?? NaN));
      if (!(difference <= agreement)) return false;
    }
    return true;
  }
}

/** Mean of the known, bits per character; NaN where nothing is known. */
export function meanBits(surprise: Float32Array, text: string): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < surprise.length; i++) {
    const bits = surprise[i] ?? NaN;
    if (Number.isNaN(bits) || isSecondHalf(text, i)) continue;
    sum += bits;
    count++;
  }
  return sum / count;
}

/** A place at or before `offset` that cuts neither a code point nor a CR LF in two. */
function whole(text: string, offset: number): number {
  return isSecondHalf(text, offset) ? offset - 1 : offset;
}

/** The unit belongs to the character of the one before it: a low surrogate, or the LF of a CR LF. */
function isSecondHalf(text: string, index: number): boolean {
  if (index <= 0 || index >= text.length) return false;
  const unit = text.charCodeAt(index);
  const before = text.charCodeAt(index - 1);
  return unit === 0x0a ? before === 0x0d : (unit & 0xfc00) === 0xdc00 && (before & 0xfc00) === 0xd800;
}
