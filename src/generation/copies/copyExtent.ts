import type { Copy } from './copyWatch';

/** The text of a document of the corpus, by its name; null where it can't be read any more. */
export type ReadDocument = (name: string) => Promise<string | null>;

/**
 * A copy from end to end: what the index vouches for, with what else is the same on both sides of it in the document. As it
 * is where the document has changed, and lacks it.
 */
export function wholeCopy(copy: Copy, text: string, document: string): Copy {
  const place = nearestPlace(document, text.slice(copy.start, copy.start + copy.length), copy.offset);
  if (place < 0) return copy;
  let before = 0;
  while (before < Math.min(copy.start, place) && text[copy.start - before - 1] === document[place - before - 1])
    before++;
  let length = copy.length;
  const most = Math.min(text.length - copy.start, document.length - place);
  while (length < most && text[copy.start + length] === document[place + length]) length++;
  return { ...copy, start: copy.start - before, offset: place - before, length: before + length };
}

/** Of the places where a passage stands in a text, the one nearest to an offset; -1 where there is none. */
export function nearestPlace(text: string, passage: string, offset: number): number {
  if (text.startsWith(passage, offset)) return offset;
  let nearest = -1;
  for (let place = text.indexOf(passage); place >= 0; place = text.indexOf(passage, place + 1)) {
    if (nearest < 0 || Math.abs(place - offset) < Math.abs(nearest - offset)) nearest = place;
  }
  return nearest;
}
