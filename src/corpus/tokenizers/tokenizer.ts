/**
 * corpus/tokenizers/: tokenisers by kind, and how each learns its vocabulary. Two ids are the same in all of them: 0
 * ends a document, 1 is unknown.
 */
import type { Normalization, TokenizerDescription } from '../../model/tokenizerDescription';
import type { TokenizerChoice, TokenizerKind } from '../../model/tokenizerKinds';
import type { ScratchArray } from './scratchArray';

export type { Normalization, TokenizerChoice, TokenizerDescription, TokenizerKind };

/** The token that joins documents: where it is read, the state starts afresh. Always id 0. */
export const endOfDocument = 0;

/** The token of what the vocabulary lacks. Always id 1; a tokeniser that never needs it still keeps its place. */
export const unknown = 1;

/** What a description of one kind holds. */
export type DescriptionOf<Kind extends TokenizerKind> = Extract<TokenizerDescription, { readonly kind: Kind }>;

/**
 * Text to token ids and back, and whatever else depends on how a text is cut up. Lossless except for `char` and `word` on what
 * their vocabulary lacks, and for text that isn't as the tokeniser's normalisation leaves it.
 */
export interface Tokenizer {
  readonly description: TokenizerDescription;
  /** Ids in use, the two special ones included; at most 65,536. */
  readonly vocabularySize: number;
  /** The symbols or words of a vocabulary that may get more of them; null where every text can be read as it is. */
  readonly symbols: readonly string[] | null;
  /** Whether {@link unknown} always stands for one code point, so that its spelling needs no end. */
  readonly unknownIsOneCharacter: boolean;
  /**
   * Ids of a text; never {@link endOfDocument}.
   * @param room Where they are, until it is used again; left out: in an array of their own.
   */
  encode(text: string, room?: ScratchArray): Uint16Array;
  /** Ids of a text that is to be written on from: as near to {@link encode} as its end allows. */
  encodePrompt(text: string): PromptEncoding;
  /** What of a text is {@link unknown}, a piece for each such token, in order. */
  unknownPieces(text: string): readonly string[];
  /** What of a text was never seen, as a reader would name it: each symbol or word once, in the order of their places. */
  unknownSymbols(text: string): readonly string[];
  /** How many code points of a text each of its tokens completes. @param tokens what {@link encode} makes of the text */
  charactersOf(text: string, tokens: Uint16Array): Uint32Array;
  /** The UTF-8 that a token adds to a text; undefined for one that may not be written. */
  bytesOf(token: number): Uint8Array | undefined;
  /** The description with what {@link symbols} lacks added at the end, as far as there is room for it. */
  extendedBy(symbols: Iterable<string>): TokenizerDescription;
  /** The text of ids. {@link unknown} becomes U+FFFD, {@link endOfDocument} nothing. */
  decode(tokens: ArrayLike<number>): string;
  /** Decodes a stream token by token without ever giving out half a code point. */
  decoder(): TokenDecoder;
}

/** See {@link Tokenizer.encodePrompt}. */
export interface PromptEncoding {
  readonly tokens: Uint16Array;
  /** The end of the text that isn't in the tokens, since it is the beginning of a token to come; mostly empty. */
  readonly begun: string;
}

/** See {@link Tokenizer.decoder}. */
export interface TokenDecoder {
  /** The whole code points that are complete now; may be empty. */
  push(token: number): string;
  /** What is left; bytes that make no code point become U+FFFD. */
  end(): string;
}

/** How large a vocabulary may grow and what is worth a place in it. */
export interface VocabularyOptions {
  /** Ids, the two special ones included. Byte-pair encoding needs 258 at least. */
  readonly maximumVocabulary: number;
  /** The same of kinds whose size is a matter of choice; left out: {@link maximumVocabulary}. */
  readonly vocabularySize?: number;
  /** Code points or words seen fewer times are left to the unknown token. */
  readonly minimumCount: number;
  /** What the tokeniser does to text first, while it learns as well. */
  readonly normalization?: Normalization;
}

/** Sees the training text once, then says what tokeniser it makes. */
export interface VocabularyLearner {
  /** Counts one more piece of text. */
  add(text: string): void;
  /** What was learned of all that was added. Yields every few milliseconds. */
  finish(): Generator<void, TokenizerDescription, void>;
}

/** All that there is to a kind of tokeniser: see create.ts. */
export interface TokenizerMaker<Kind extends TokenizerKind> {
  /** The tokeniser of a description. @throws RangeError where that makes no sense. */
  readonly create: (description: DescriptionOf<Kind>) => Tokenizer;
  /** What learns one from text. */
  readonly learner: (options: VocabularyOptions) => VocabularyLearner;
  /** Whether text makes any difference to what is learned. */
  readonly learnsFromText: boolean;
}
