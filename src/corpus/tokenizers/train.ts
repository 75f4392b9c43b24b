import type { Tokenizer, TokenizerKind } from '../tokenizer';
import { firstMerge } from './bpe';
import { learnMerges } from './bpeTraining';
import { CharCounter } from './char';
import { createTokenizer } from './create';
import { PieceCounter } from './pieceCounter';
import { wordVocabulary } from './word';

/** How large a vocabulary may grow and what is worth a place in it. */
export interface VocabularyOptions {
  /** Ids, the two special ones included. Byte-pair encoding needs 258 at least. */
  readonly maximumVocabulary: number;
  /** Code points or words seen fewer times are left to the unknown token. */
  readonly minimumCount: number;
}

/** Sees the training text once, then makes the tokeniser. */
export interface TokenizerTrainer {
  readonly kind: TokenizerKind;
  /** Counts one more piece of text. */
  add(text: string): void;
  /** The tokeniser of all that was added. */
  finish(): Tokenizer;
}

/** A trainer of the kind asked for. */
export function tokenizerTrainer(kind: TokenizerKind, options: VocabularyOptions): TokenizerTrainer {
  const limit = Math.min(options.maximumVocabulary, 0x10000);
  switch (kind) {
    case 'char': {
      const counter = new CharCounter();
      const finish = () => createTokenizer({ kind, symbols: counter.symbols(options.minimumCount, limit - 2) });
      return { kind, add: (text) => counter.add(text), finish };
    }
    case 'byte':
      return { kind, add: () => undefined, finish: () => createTokenizer({ kind }) };
    case 'bpe': {
      const counter = new PieceCounter();
      const mostMerges = Math.max(0, limit - firstMerge);
      const finish = () => createTokenizer({ kind, merges: learnMerges(counter.ranked(1), mostMerges) });
      return { kind, add: (text) => counter.add(text), finish };
    }
    case 'word': {
      const counter = new PieceCounter();
      const finish = () => createTokenizer({ kind, words: wordVocabulary(counter, options.minimumCount, limit - 2) });
      return { kind, add: (text) => counter.add(text), finish };
    }
    default:
      return kind satisfies never;
  }
}

/** A tokeniser made from these texts. */
export function trainTokenizer(kind: TokenizerKind, texts: Iterable<string>, options: VocabularyOptions): Tokenizer {
  const trainer = tokenizerTrainer(kind, options);
  for (const text of texts) trainer.add(text);
  return trainer.finish();
}
