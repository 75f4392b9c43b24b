import type { TokenSequence } from './corpus';

/** Ids in memory. */
export function memorySequence(tokens: Uint8Array | Uint16Array): TokenSequence {
  return {
    length: tokens.length,
    read(offset, into) {
      if (offset < 0 || offset + into.length > tokens.length) throw pastTheEnd(offset, into.length, tokens.length);
      for (let i = 0; i < into.length; i++) into[i] = tokens[offset + i] ?? 0;
    },
  };
}

/** What {@link TokenSequence.read} throws. */
export function pastTheEnd(offset: number, count: number, length: number): RangeError {
  return new RangeError(`Tokens ${offset} to ${offset + count} of a sequence of ${length} were asked for.`);
}
