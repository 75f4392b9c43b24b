import { normalizedFor } from '../../corpus/tokenizers/normalizing';
import type { TokenizerDescription } from '../../model/tokenizerDescription';

/** Distinct symbols of a text (characters, or words) that a tokeniser lacks, in the order of their first place. */
export function symbolsBeyond(tokenizer: TokenizerDescription, text: string): readonly string[] {
  const plain = normalizedFor(tokenizer, text.replace(/\r\n?/g, '\n'));
  switch (tokenizer.kind) {
    case 'char':
      return beyond(tokenizer.symbols, plain);
    case 'word':
      return beyond(tokenizer.words, plain.match(/[\p{L}\p{M}\p{N}_]+|\S/gu) ?? []);
    case 'byte':
    case 'bpe':
      return [];
    default:
      return tokenizer satisfies never;
  }
}

function beyond(known: readonly string[], symbols: Iterable<string>): readonly string[] {
  const rest = new Set(symbols);
  for (const symbol of known) rest.delete(symbol);
  return Array.from(rest);
}
