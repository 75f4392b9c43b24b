import { maximumVocabulary } from '../../model/tokenizerDescription';
import type { TokenizerDescription } from './tokenizer';

/** A vocabulary with what it lacks added at the end, as far as ids go. */
export function extended(known: readonly string[], symbols: Iterable<string>): readonly string[] {
  return Array.from(new Set([...known, ...symbols])).slice(0, maximumVocabulary - 2);
}

/** Number of code points of a short text. */
export function codePoints(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i += (text.codePointAt(i) ?? 0) > 0xffff ? 2 : 1) count++;
  return count;
}

/** The UTF-8 of each symbol; undefined for one with half a surrogate pair in it, which no text may have. */
export class SymbolBytes {
  private readonly known: (Uint8Array | undefined)[] = [];

  constructor(private readonly symbols: readonly string[]) {}

  at(index: number): Uint8Array | undefined {
    const symbol = this.symbols[index];
    if (symbol === undefined || /\p{Surrogate}/u.test(symbol)) return undefined;
    return (this.known[index] ??= Buffer.from(symbol, 'utf8'));
  }
}

/** What is learned so quickly that nobody need wait for it. */
// eslint-disable-next-line require-yield -- Nothing of this takes long.
export function* atOnce(description: TokenizerDescription): Generator<void, TokenizerDescription, void> {
  return description;
}
