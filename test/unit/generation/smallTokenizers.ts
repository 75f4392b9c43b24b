import { BpeTokenizer } from '../../../src/corpus/tokenizers/bpe';
import { ByteTokenizer } from '../../../src/corpus/tokenizers/byte';
import { CharTokenizer } from '../../../src/corpus/tokenizers/char';
import type { Tokenizer } from '../../../src/corpus/tokenizers/tokenizer';
import { WordTokenizer } from '../../../src/corpus/tokenizers/word';

/** Reads code points, of which it knows five. */
export const characters = new CharTokenizer({ kind: 'char', symbols: Array.from('abc \n😀') });

/** One of each kind: byte pairs that join parts of a code point, and words that are not all known. */
export const tokenizers: readonly Tokenizer[] = [
  characters,
  new ByteTokenizer(),
  new BpeTokenizer({
    kind: 'bpe',
    merges: [
      [2 + 0x20, 2 + 0x61],
      [2 + 0xf0, 2 + 0x9f],
      [259, 2 + 0x98],
      [260, 2 + 0x80],
    ],
  }),
  new WordTokenizer({ kind: 'word', words: [' a', 'b', 'bc', ' '] }),
];
