/** A text, or what reads as one: its code units. */
export type CodeUnits = Pick<string, 'charCodeAt' | 'length'>;

/** The unit belongs to the character of the one before it: a low surrogate, or the LF of a CR LF. */
export function isSecondHalf(text: CodeUnits, index: number): boolean {
  if (index <= 0 || index >= text.length) return false;
  const unit = text.charCodeAt(index);
  if (unit === 0x0a) return text.charCodeAt(index - 1) === 0x0d;
  return (unit & 0xfc00) === 0xdc00 && (text.charCodeAt(index - 1) & 0xfc00) === 0xd800;
}
