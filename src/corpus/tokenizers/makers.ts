import { bpeMaker } from './bpe';
import { byteMaker } from './byte';
import { charMaker } from './char';
import type { TokenizerKind, TokenizerMaker } from './tokenizer';
import { wordMaker } from './word';

/** The kinds that there are: one more is a file of its own, a line here, and what it is called and saved as in src/model. */
export const makers: { readonly [Kind in TokenizerKind]: TokenizerMaker<Kind> } = {
  char: charMaker,
  byte: byteMaker,
  bpe: bpeMaker,
  word: wordMaker,
};
