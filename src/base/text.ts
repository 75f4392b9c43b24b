/**
 * base/: what every room needs and none is about: text as code units, formats of numbers, turns on a thread, processes and
 * files. Nothing here knows a model or a corpus: every other folder may import this one, and this one imports none of them.
 * text.ts and format.ts need no Node, so that a page may have them as well.
 */

/** A text, or what reads as one: its UTF-16 code units. */
export type CodeUnits = Pick<string, 'charCodeAt' | 'length'>;

/** A text as models read it: each of its line ends, `\r\n`, `\r` or `\n`, is one `\n`. */
export function withLineFeeds(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

/** True for the first half of a surrogate pair. */
export function isHighSurrogate(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800;
}

/** True for the second half of a surrogate pair. */
export function isLowSurrogate(unit: number): boolean {
  return (unit & 0xfc00) === 0xdc00;
}

/** True for either half of a surrogate pair. */
export function isSurrogate(unit: number): boolean {
  return (unit & 0xf800) === 0xd800;
}

/** Whether a cut before this code unit would go through a surrogate pair. */
export function isInsidePair(text: CodeUnits, index: number): boolean {
  return index > 0 && isLowSurrogate(text.charCodeAt(index)) && isHighSurrogate(text.charCodeAt(index - 1));
}
