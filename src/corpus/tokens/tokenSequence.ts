import type { TokenSequence } from '../corpus';

/** Ids in memory. */
export function memorySequence(tokens: Uint8Array | Uint16Array): TokenSequence {
  return {
    length: tokens.length,
    read(offset, into) {
      checkRange(offset, into.length, tokens.length);
      for (let i = 0; i < into.length; i++) into[i] = tokens[offset + i] ?? 0;
    },
  };
}

/** @throws RangeError where ids past the end of a sequence are asked for. */
export function checkRange(offset: number, count: number, length: number): void {
  if (offset >= 0 && offset + count <= length) return;
  throw new RangeError(`Tokens ${offset} to ${offset + count} of a sequence of ${length} were asked for.`);
}
