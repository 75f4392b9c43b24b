import { isLowSurrogate } from '../base/text';

/** What a user wrote of a document before the cursor, for a model to read along. Lines end with a line feed. */
export interface ReadText {
  readonly text: string;
  /** Code units of the text before which something is left out, ascending: what the model itself wrote. */
  readonly seams: readonly number[];
}

/** The same, of a document that is told from others by its key. */
export interface DocumentText extends ReadText {
  readonly key: string;
}

/** Whether two texts are read to the same end. */
export function isSameText(one: ReadText, other: ReadText): boolean {
  return one.text === other.text && String(one.seams) === String(other.seams);
}

/** Code units up to which two texts are read alike. */
export function commonLength(one: ReadText, other: ReadText): number {
  const common = commonBeginning(one.text, other.text);
  const seams = Math.max(one.seams.length, other.seams.length);
  for (let i = 0; i < seams; i++) {
    const [mine, theirs] = [one.seams[i] ?? Infinity, other.seams[i] ?? Infinity];
    if (mine !== theirs) return Math.min(common, Math.min(mine, theirs) - 1);
  }
  return common;
}

/** Code units with which two texts begin alike. */
export function commonBeginning(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  let start = 0;
  for (let step = 1 << 16; step > 0; step >>= 4) {
    while (start + step <= length && one.slice(start, start + step) === other.slice(start, start + step)) start += step;
  }
  return start;
}

/** A part of a text that is read at once, and always the same way. */
export interface Block {
  readonly end: number;
  /** Code units of the text that decide where it ends. */
  readonly needed: number;
  /** What follows doesn't follow what is read in it. */
  readonly endsAtSeam: boolean;
}

/** A block has so many code units at least, where no seam ends it, and at most twice as many. */
const least = 256;

/**
 * The block that starts at a place: up to a line's end, else a blank. What a text starts with is cut alike whatever follows.
 * Null where the text ends before that is decided.
 * @param seam the next one after the start; left out: none
 */
export function blockAt(text: string, start: number, seam = Infinity): Block | null {
  const last = start + 2 * least;
  const line = text.slice(start + least - 1, last).indexOf('\n');
  const lineEnd = line < 0 ? Infinity : start + least + line;
  if (seam <= Math.min(lineEnd, last)) return { end: seam, needed: seam, endsAtSeam: true };
  if (lineEnd < Infinity) return { end: lineEnd, needed: lineEnd, endsAtSeam: false };
  if (text.length <= last) return null;
  const blank = text.slice(start + least, last).lastIndexOf(' ');
  const end = blank >= 0 ? start + least + blank : isLowSurrogate(text.charCodeAt(last)) ? last - 1 : last;
  return { end, needed: last + 1, endsAtSeam: false };
}
