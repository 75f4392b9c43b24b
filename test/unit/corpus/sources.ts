import type { CorpusFilters, CorpusSource, Document, SkipReason } from '../../../src/corpus/corpus';
import { type Survey, surveyCorpus } from '../../../src/corpus/survey/survey';

/** A source of everything below a folder, with what a test wants to be different. */
export function sourceOf(
  root: string,
  { filters = {}, ...rest }: Partial<Omit<CorpusSource, 'filters'>> & { filters?: Partial<CorpusFilters> } = {},
): CorpusSource {
  return {
    paths: [root],
    root,
    documents: [],
    filters: { include: [], exclude: [], respectGitignore: true, maximumFileSize: 1_000_000, ...filters },
    ...rest,
  };
}

/** A source of texts alone. */
export function textsOf(root: string, ...documents: Document[]): CorpusSource {
  return sourceOf(root, { paths: [], documents });
}

/** What a survey says of each file: `included`, or why not. */
export function verdicts(survey: Survey): Record<string, 'included' | SkipReason> {
  return Object.fromEntries(
    survey.files.map(({ name, verdict }) => [name, verdict.kind === 'included' ? 'included' : verdict.reason]),
  );
}

/** Surveys a folder and tells the verdicts. */
export async function verdictsIn(
  root: string,
  options: Parameters<typeof sourceOf>[1] = {},
): Promise<Record<string, 'included' | SkipReason>> {
  return verdicts(await surveyCorpus(sourceOf(root, options)));
}

/** Lines of prose, different for each seed, of at least so many characters. */
export function prose(characters: number, seed = 0): string {
  const words = ['the', 'sea', 'whale', 'ship', 'deep', 'and', 'salt', 'wind', 'of', 'night', 'harpoon', 'calls'];
  let text = '';
  let state = seed + 1;
  while (text.length < characters) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    text += words[(state >>> 16) % words.length]! + ((state >>> 24) % 9 === 0 ? '.\n' : ' ');
  }
  return text.slice(0, characters);
}
