/**
 * Where a prompt of at most `characters` code points before `offset` begins: a UTF-16 offset that cuts no code point.
 * `text` needs to hold only what stands before the offset.
 */
export function promptStart(text: string, offset: number, characters: number): number {
  let start = offset;
  for (let count = 0; count < characters && start > 0; count++) {
    start -= isLowSurrogate(text, start - 1) && isHighSurrogate(text, start - 2) ? 2 : 1;
  }
  return start;
}

/** A prompt as a model reads it: the last `characters` code points of a text, line ends as one line feed. */
export function promptText(text: string, characters: number): string {
  const plain = text.replace(/\r\n?/g, '\n');
  return plain.slice(promptStart(plain, plain.length, characters));
}

function isHighSurrogate(text: string, index: number): boolean {
  return index >= 0 && (text.charCodeAt(index) & 0xfc00) === 0xd800;
}

function isLowSurrogate(text: string, index: number): boolean {
  return (text.charCodeAt(index) & 0xfc00) === 0xdc00;
}
