import { withLineFeeds } from '../../base/text';
import type { Copy } from '../../generation/copies/copyWatch';

/** A copied passage in a document. */
export interface CopyRange {
  readonly copy: Copy;
  /** UTF-16 offsets in the document. */
  readonly start: number;
  readonly end: number;
  /** The passage as it was written, line ends as one line feed. */
  readonly text: string;
}

/** Where the copies in a written text stand in its document: `text` stands there from `start` on, in its line ends. */
export function copyRanges(text: string, start: number, copies: readonly Copy[]): readonly CopyRange[] {
  return copies.map((copy) => {
    const from = offsetIn(text, copy.start);
    const to = offsetIn(text, copy.start + copy.length);
    return { copy, start: start + from, end: start + to, text: withLineFeeds(text.slice(from, to)) };
  });
}

/** The offset in a text of the place that has so many code units before it where a CR LF counts as one. */
function offsetIn(text: string, units: number): number {
  let offset = 0;
  for (let count = 0; count < units && offset < text.length; count++) {
    offset += text.startsWith('\r\n', offset) ? 2 : 1;
  }
  return offset;
}

/** "82 characters as in chapter-3.md:120" */
export function copyText({ copy, text }: CopyRange, line: number | null): string {
  const place = line === null ? copy.document : `${copy.document}:${line}`;
  return `${Array.from(text).length} characters as in ${place}`;
}
