/**
 * corpus/tokenizers/: tokenisers by kind, and how each learns its vocabulary. Two ids are the same in all of them: 0
 * ends a document, 1 is unknown.
 */
import type { Normalization, TokenizerDescription, TokenizerKind } from '../../model/tokenizerDescription';
import type { ScratchArray } from './scratchArray';

export type { Normalization, TokenizerDescription, TokenizerKind };

/** The token that joins documents: where it is read, the state starts afresh. Always id 0. */
export const endOfDocument = 0;

/** The token of what the vocabulary lacks. Always id 1; a tokeniser that never needs it still keeps its place. */
export const unknown = 1;

/** A kind, or the choice left to the corpus's size and content. */
export type TokenizerChoice = TokenizerKind | 'auto';

/**
 * Text to token ids and back. Lossless except for `char` and `word` on what their vocabulary lacks, and for text that isn't as
 * the tokeniser's normalisation leaves it.
 */
export interface Tokenizer {
  readonly description: TokenizerDescription;
  /** Ids in use, the two special ones included; at most 65,536. */
  readonly vocabularySize: number;
  /**
   * Ids of a text; never {@link endOfDocument}.
   * @param room Where they are, until it is used again; left out: in an array of their own.
   */
  encode(text: string, room?: ScratchArray): Uint16Array;
  /** What of a text is {@link unknown}, a piece for each such token, in order. */
  unknownPieces(text: string): readonly string[];
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
