import type { TokenizerChoice, TokenizerKind } from './tokenizer';

/** From this many code points on, byte pairs pay: there is enough text to learn whole words from. */
export const largeCorpus = 20_000_000;

/** Settles `auto` by the corpus's size (code points), and says why in one sentence. */
export function chooseKind(
  choice: TokenizerChoice,
  characters: number,
): { readonly kind: TokenizerKind; readonly reason: string } {
  if (choice !== 'auto') return { kind: choice, reason: `The ${choice} tokeniser was asked for.` };
  const size = characters.toLocaleString('en');
  if (characters < largeCorpus) {
    return {
      kind: 'char',
      reason: `Characters, since a text of ${size} characters is too small to learn longer tokens well.`,
    };
  }
  return { kind: 'bpe', reason: `Byte pairs, since ${size} characters are enough to learn whole words from.` };
}
