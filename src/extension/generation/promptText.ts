import { isInsidePair, withLineFeeds } from '../../base/text';
/**
 * Where a prompt of at most `characters` code points before `offset` begins: a UTF-16 offset that cuts no code point.
 * `text` needs to hold only what stands before the offset.
 */
export function promptStart(text: string, offset: number, characters: number): number {
  let start = offset;
  for (let count = 0; count < characters && start > 0; count++) {
    start -= isInsidePair(text, start - 1) ? 2 : 1;
  }
  return start;
}

/** A prompt as a model reads it: the last `characters` code points of a text, line ends as one line feed. */
export function promptText(text: string, characters: number): string {
  const plain = withLineFeeds(text);
  return plain.slice(promptStart(plain, plain.length, characters));
}
