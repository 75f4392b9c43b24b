import * as v from 'valibot';
import type { TokenizerKind } from './tokenizerKinds';

/** A vocabulary's ids are 16-bit. */
export const maximumVocabulary = 65_536;

const tokenId = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.ltValue(maximumVocabulary));
const strings = v.array(v.string());

/**
 * What is done to a text before it is cut up: `nfc` composes what Unicode lets be written in several ways (its form NFC), so that
 * an é of two code points is the same as that of one. Left out: text is read as it is, and comes back so.
 */
const normalization = v.exactOptional(v.literal('nfc'));

/** By kind, what is saved. Ids count from 2 in the order of the lists: 0 and 1 are the special ones. */
const schemas = {
  char: v.object({ kind: v.literal('char'), symbols: strings, normalization }),
  byte: v.object({ kind: v.literal('byte'), normalization }),
  bpe: v.object({
    kind: v.literal('bpe'),
    /** Pairs of ids in the order learned; ids 2 to 257 are the bytes. */
    merges: v.array(v.tuple([tokenId, tokenId])),
    normalization,
  }),
  word: v.object({
    kind: v.literal('word'),
    words: strings,
    /** Runs of letters of scripts without spaces are cut into words too. Left out: each such run is a word. */
    segmented: v.exactOptional(v.literal(true)),
    normalization,
  }),
} satisfies { readonly [Kind in TokenizerKind]: v.GenericSchema<unknown, { readonly kind: Kind }> };

/** Validates a {@link TokenizerDescription}. */
export const tokenizerSchema = v.variant('kind', Object.values(schemas));

/** A tokeniser as it is saved in model.json. */
export type TokenizerDescription = DeepReadonly<v.InferOutput<(typeof schemas)[TokenizerKind]>>;

/** See {@link TokenizerDescription}. */
export type Normalization = NonNullable<TokenizerDescription['normalization']>;

/** UTF-16 code units of a piece of text, inside of which tokens stay: a longer run is cut, so that a line of base64 isn't a word. */
export const longestPiece = 48;

/** A code unit takes so many bytes of UTF-8 at most. */
const bytesOfUnit = 3;

/** What was read, and is only looked at. */
export type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

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

/**
 * What makes a tokeniser impossible, as a clause; undefined where nothing does. Tokens are as long as text is ever cut into
 * pieces: a few byte pairs could else be made to stand for gigabytes, and a token of nothing would never end a text.
 */
export function tokenizerFault(tokenizer: TokenizerDescription): string | undefined {
  switch (tokenizer.kind) {
    case 'char':
      return tokenizer.symbols.every(isCodePoint) ? undefined : 'its tokeniser has a symbol that is not one character';
    case 'word':
      return tokenizer.words.every((word) => word !== '' && word.length <= longestPiece)
        ? undefined
        : `its tokeniser has a word that is empty or longer than ${longestPiece} characters`;
    case 'bpe':
      return mergesFault(tokenizer.merges);
    case 'byte':
      return undefined;
    default:
      return tokenizer satisfies never;
  }
}

function isCodePoint(symbol: string): boolean {
  return symbol.length === 1 || (symbol.length === 2 && (symbol.codePointAt(0) ?? 0) > 0xffff);
}

/** Byte pairs are only made of tokens that are there before them. */
function mergesFault(merges: readonly (readonly [number, number])[]): string | undefined {
  const firstByte = 2;
  const lengths = new Array<number>(firstByte).fill(NaN).concat(new Array<number>(256).fill(1));
  for (const [left, right] of merges) {
    const length = (lengths[left] ?? NaN) + (lengths[right] ?? NaN);
    if (Number.isNaN(length)) return 'its tokeniser merges tokens before they exist';
    if (length > bytesOfUnit * longestPiece) {
      return `its tokeniser has a token of more than ${bytesOfUnit * longestPiece} bytes`;
    }
    lengths.push(length);
  }
  return undefined;
}
