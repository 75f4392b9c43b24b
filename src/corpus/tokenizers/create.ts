import { BpeTokenizer } from './bpe';
import { ByteTokenizer } from './byte';
import { CharTokenizer } from './char';
import { NormalizingTokenizer } from './normalizing';
import type { Tokenizer, TokenizerDescription } from './tokenizer';
import { WordTokenizer } from './word';

/** The tokeniser that a model was saved with. @throws RangeError where its merges make no sense. */
export function createTokenizer(description: TokenizerDescription): Tokenizer {
  const tokenizer = plainTokenizer(description);
  return description.normalization === undefined ? tokenizer : new NormalizingTokenizer(description, tokenizer);
}

function plainTokenizer(description: TokenizerDescription): Tokenizer {
  switch (description.kind) {
    case 'char':
      return new CharTokenizer(description);
    case 'byte':
      return new ByteTokenizer();
    case 'bpe':
      return new BpeTokenizer(description);
    case 'word':
      return new WordTokenizer(description);
    default:
      return description satisfies never;
  }
}
