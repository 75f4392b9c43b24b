import { firstMerge } from './bpe';
import { learnMerges } from './bpeTraining';
import { CharCounter } from './char';
import { createTokenizer } from './create';
import { normalizedFor } from './normalizing';
import { PieceCounter } from './pieceCounter';
import type { Normalization, Tokenizer, TokenizerDescription, TokenizerKind } from './tokenizer';
import { wordVocabulary } from './word';

/** How large a vocabulary may grow and what is worth a place in it. */
export interface VocabularyOptions {
  /** Ids, the two special ones included. Byte-pair encoding needs 258 at least. */
  readonly maximumVocabulary: number;
  /** Code points or words seen fewer times are left to the unknown token. */
  readonly minimumCount: number;
  /** What the tokeniser does to text first, while it learns as well. */
  readonly normalization?: Normalization;
}

/** Sees the training text once, then makes the tokeniser. */
export interface TokenizerTrainer {
  readonly kind: TokenizerKind;
  /** Counts one more piece of text. */
  add(text: string): void;
  /** Makes the tokeniser of all that was added. Yields every few milliseconds. */
  finish(): Generator<void, Tokenizer, void>;
}

/** A trainer of the kind asked for. */
export function tokenizerTrainer(kind: TokenizerKind, options: VocabularyOptions): TokenizerTrainer {
  const trainer = plainTrainer(kind, options);
  const { normalization } = options;
  if (normalization === undefined) return trainer;
  const finish = function* (): Generator<void, Tokenizer, void> {
    const { description } = yield* trainer.finish();
    return createTokenizer({ ...description, normalization });
  };
  return { kind, add: (text) => trainer.add(normalizedFor(options, text)), finish };
}

function plainTrainer(kind: TokenizerKind, options: VocabularyOptions): TokenizerTrainer {
  const limit = Math.min(options.maximumVocabulary, 0x10000);
  switch (kind) {
    case 'char': {
      const counter = new CharCounter();
      const symbols = () => counter.symbols(options.minimumCount, limit - 2);
      return { kind, add: (text) => counter.add(text), finish: () => atOnce({ kind, symbols: symbols() }) };
    }
    case 'byte':
      return { kind, add: () => undefined, finish: () => atOnce({ kind }) };
    case 'bpe': {
      const counter = new PieceCounter();
      const mostMerges = Math.max(0, limit - firstMerge);
      const finish = function* (): Generator<void, Tokenizer, void> {
        return createTokenizer({ kind, merges: yield* learnMerges(counter.pieces(1), mostMerges) });
      };
      return { kind, add: (text) => counter.add(text), finish };
    }
    case 'word': {
      const counter = new PieceCounter();
      const words = () => wordVocabulary(counter, options.minimumCount, limit - 2);
      return { kind, add: (text) => counter.add(text), finish: () => atOnce({ kind, words: words() }) };
    }
    default:
      return kind satisfies never;
  }
}

// eslint-disable-next-line require-yield -- Nothing of this takes long.
function* atOnce(description: TokenizerDescription): Generator<void, Tokenizer, void> {
  return createTokenizer(description);
}

/** A tokeniser made from these texts. */
export function trainTokenizer(kind: TokenizerKind, texts: Iterable<string>, options: VocabularyOptions): Tokenizer {
  const trainer = tokenizerTrainer(kind, options);
  for (const text of texts) trainer.add(text);
  const finishing = trainer.finish();
  for (;;) {
    const step = finishing.next();
    if (step.done) return step.value;
  }
}
