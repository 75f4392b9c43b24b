import { createTokenizer } from './create';
import { makers } from './makers';
import { normalizedFor } from './normalizing';
import type { Tokenizer, TokenizerKind, VocabularyOptions } from './tokenizer';

/** Sees the training text once, then makes the tokeniser. */
export interface TokenizerTrainer {
  /** Whether text makes any difference to it. */
  readonly learnsFromText: boolean;
  /** Counts one more piece of text. */
  add(text: string): void;
  /** Makes the tokeniser of all that was added. Yields every few milliseconds. */
  finish(): Generator<void, Tokenizer, void>;
}

/** A trainer of the kind asked for. */
export function tokenizerTrainer(kind: TokenizerKind, options: VocabularyOptions): TokenizerTrainer {
  const { learner, learnsFromText } = makers[kind];
  const learning = learner(options);
  const { normalization } = options;
  return {
    learnsFromText,
    add: (text) => learning.add(normalizedFor(options, text)),
    *finish() {
      const description = yield* learning.finish();
      return createTokenizer(normalization === undefined ? description : { ...description, normalization });
    },
  };
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
