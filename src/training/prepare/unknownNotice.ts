import type { Corpus, CorpusOptions } from '../../corpus/corpus';
import { unknownShare } from '../../corpus/tokens/unknownShare';

/** With more of its text unknown to it, a model learns little else. */
const much = 0.25;

/** Characters are few: a model that lacks more of them than this has met another alphabet. */
const anotherAlphabet = 0.01;

/** One sentence where much of a text is unknown to the vocabulary that was learned from it; null where it isn't. */
export function learnedNotice(
  { tokenizer, training }: Pick<Corpus, 'tokenizer' | 'training'>,
  { maximumVocabulary, vocabularySize = maximumVocabulary }: CorpusOptions,
): string | null {
  const share = unknownShare(training);
  if (share <= much) return null;
  const what = `${percent(share)} of the text is of`;
  if (tokenizer.unknownIsOneCharacter) return `${what} characters too rare to learn: byte pairs would do better.`;
  if (tokenizer.vocabularySize < vocabularySize) return 'Hardly a word comes twice: characters would do better.';
  return `${what} words that its vocabulary has no room for: a larger one, byte pairs or characters would do better.`;
}

/** The same where a model goes on with the vocabulary that it has, and could have been given more of it. */
export function keptNotice({ tokenizer, training }: Pick<Corpus, 'tokenizer' | 'training'>): string | null {
  const share = unknownShare(training);
  if (share <= (tokenizer.unknownIsOneCharacter ? anotherAlphabet : much)) return null;
  const what = tokenizer.unknownIsOneCharacter ? 'characters' : 'words';
  return (
    `${percent(share)} of its text is of ${what} that it does not know: ` +
    'go on with an extended vocabulary (--extend in the terminal), and it learns them.'
  );
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
