import { createTokenizer } from './create';
import { makers } from './makers';
import { normalizedFor } from './normalizing';
import type { Tokenizer, TokenizerChoice, TokenizerKind, VocabularyOptions } from './tokenizer';

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

/** From this many code points on, byte pairs pay: there is enough text to learn whole words from. */
export const largeCorpus = 20_000_000;

/** Settles `auto` by the corpus's size (code points), and says why in one sentence. */
export function chooseKind(
  choice: TokenizerChoice,
  characters: number,
): { readonly kind: TokenizerKind; readonly reason: string } {
  if (choice !== 'auto') return { kind: choice, reason: `The ${choice} tokeniser was asked for.` };
  const size = characters.toLocaleString('en');
  if (characters < largeCorpus) {
    return {
      kind: 'char',
      reason: `Characters, since a text of ${size} characters is too small to learn longer tokens well.`,
    };
  }
  return { kind: 'bpe', reason: `Byte pairs, since ${size} characters are enough to learn whole words from.` };
}
