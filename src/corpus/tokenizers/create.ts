import { makers } from './makers';
import { NormalizingTokenizer } from './normalizing';
import type { Tokenizer, TokenizerDescription, TokenizerKind, TokenizerMaker } from './tokenizer';

/** The tokeniser that a model was saved with. @throws RangeError where its merges make no sense. */
export function createTokenizer(description: TokenizerDescription): Tokenizer {
  const tokenizer = plainTokenizer(description);
  return description.normalization === undefined ? tokenizer : new NormalizingTokenizer(description, tokenizer);
}

function plainTokenizer(description: TokenizerDescription): Tokenizer {
  // TypeScript doesn't see that the maker of a description's kind takes that description.
  const maker = makers[description.kind] as TokenizerMaker<TokenizerKind>;
  return maker.create(description);
}
