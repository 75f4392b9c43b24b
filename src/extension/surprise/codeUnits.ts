import { type CodeUnits, isInsidePair } from '../../base/text';

/** The unit belongs to the character of the one before it: a low surrogate, or the LF of a CR LF. */
export function isSecondHalf(text: CodeUnits, index: number): boolean {
  if (index <= 0 || index >= text.length) return false;
  if (text.charCodeAt(index) === 0x0a) return text.charCodeAt(index - 1) === 0x0d;
  return isInsidePair(text, index);
}
