/** Kinds of tokeniser: code points, bytes, byte-level byte-pair encoding (Sennrich, 2016), or words and what is between. */
export type TokenizerKind = 'char' | 'byte' | 'bpe' | 'word';

/**
 * What is done to a text before it is cut up: `nfc` composes what Unicode lets be written in several ways (its form NFC), so that
 * an é of two code points is the same as that of one.
 */
export type Normalization = 'nfc';

/** A tokeniser as it is saved in model.json. Ids count from 2 in the order of these lists: 0 and 1 are the special ones. */
export type TokenizerDescription = (
  | { readonly kind: 'char'; readonly symbols: readonly string[] }
  | { readonly kind: 'byte' }
  | {
      readonly kind: 'bpe';
      /** Pairs of ids in the order learned; ids 2 to 257 are the bytes. */
      readonly merges: readonly (readonly [number, number])[];
    }
  | { readonly kind: 'word'; readonly words: readonly string[] }
) & {
  /** Left out: text is read as it is, and comes back so. */
  readonly normalization?: Normalization;
};

/** Token ids that a tokeniser uses, the two special ones included: the V of its model. */
export function vocabularySizeOf(tokenizer: TokenizerDescription): number {
  switch (tokenizer.kind) {
    case 'char':
      return 2 + tokenizer.symbols.length;
    case 'byte':
      return 2 + 256;
    case 'bpe':
      return 2 + 256 + tokenizer.merges.length;
    case 'word':
      return 2 + tokenizer.words.length;
    default:
      return tokenizer satisfies never;
  }
}
