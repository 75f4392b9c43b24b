/** The token that joins documents: where it is read, the state starts afresh. Always id 0. */
export const endOfDocument = 0;

/** The token of what the vocabulary lacks. Always id 1; a tokeniser that never needs it still keeps its place. */
export const unknown = 1;

/** Kinds of tokeniser: code points, bytes, byte-level byte-pair encoding (Sennrich, 2016), or words and what is between. */
export type TokenizerKind = 'char' | 'byte' | 'bpe' | 'word';

/** A kind, or the choice left to the corpus's size and content. */
export type TokenizerChoice = TokenizerKind | 'auto';

/** A tokeniser as it is saved in model.json. Ids count from 2 in the order of these lists. */
export type TokenizerDescription =
  | { readonly kind: 'char'; readonly symbols: readonly string[] }
  | { readonly kind: 'byte' }
  | {
      readonly kind: 'bpe';
      /** Pairs of ids in the order learned; ids 2 to 257 are the bytes. */ readonly merges: readonly (readonly [
        number,
        number,
      ])[];
    }
  | { readonly kind: 'word'; readonly words: readonly string[] };

/** Text to token ids and back. Lossless except for `char` and `word` on what their vocabulary lacks. */
export interface Tokenizer {
  readonly description: TokenizerDescription;
  /** Ids in use, the two special ones included; at most 65,536. */
  readonly vocabularySize: number;
  /** Ids of a text; never {@link endOfDocument}. */
  encode(text: string): Uint16Array;
  /** The text of ids. {@link unknown} becomes U+FFFD, {@link endOfDocument} nothing. */
  decode(tokens: ArrayLike<number>): string;
  /** Decodes a stream token by token without ever giving out half a code point. */
  decoder(): TokenDecoder;
}

/** See {@link Tokenizer.decoder}. */
export interface TokenDecoder {
  /** The whole code points that are complete now; may be empty. */
  push(token: number): string;
  /** What is left; bytes that make no code point become U+FFFD. */
  end(): string;
}
