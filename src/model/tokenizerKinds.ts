/** What is said of a kind of tokeniser, wherever one is chosen or shown. */
interface KindOfTokenizer {
  /** What it makes of a text, as a heading. */
  readonly tokens: string;
  /** One token is always one character (code point), always a whole word, or any part of a text. */
  readonly each: 'character' | 'word' | 'part';
  /** One sentence, for who chooses. */
  readonly description: string;
}

/**
 * Every kind of tokeniser. Settings, flags, arguments, schemas, help and the panel are made from this list; package.json and
 * schemas/recipe.schema.json repeat it, written by `npm run schemas` and compared by a test.
 */
export const tokenizerKinds = {
  /** Code points. */
  char: { tokens: 'Characters', each: 'character', description: 'Single characters.' },
  byte: { tokens: 'Bytes', each: 'part', description: 'Bytes.' },
  /** Byte-level byte-pair encoding (Sennrich, 2016). */
  bpe: { tokens: 'Pieces', each: 'part', description: 'Pieces of words, learned from the text.' },
  /** Words and what is between. */
  word: { tokens: 'Words', each: 'word', description: 'Whole words, and what stands between them.' },
} as const satisfies Readonly<Record<string, KindOfTokenizer>>;

/** A kind of tokeniser. */
export type TokenizerKind = keyof typeof tokenizerKinds;

/** A kind, or the choice left to the corpus's size and content. */
export type TokenizerChoice = TokenizerKind | 'auto';

/** All that one may choose from, `auto` first. */
export const tokenizerChoices: readonly TokenizerChoice[] = [
  'auto',
  // The keys of an object literal are those of its type.
  ...(Object.keys(tokenizerKinds) as TokenizerKind[]),
];

/** A sentence for each of {@link tokenizerChoices}. */
export const tokenizerDescriptions: readonly string[] = [
  'Chosen from the size and kind of the text.',
  ...Object.values(tokenizerKinds).map(({ description }) => description),
];
