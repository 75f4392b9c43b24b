import type { WorkOptions } from '../../corpus/pace';
import { type FreshTexts, renewedSource } from '../../corpus/read/renewal';
import { type Survey, surveyCorpus } from '../../corpus/survey/survey';
import { compare, type CorpusChange, type CurrentDocument } from './corpusChange';
import { readCorpusManifest } from './corpusManifest';

/**
 * Looks how much of a model's text has changed; files that haven't been touched since a survey aren't read again.
 * @param fresh See {@link renewedSource}.
 * @returns null for a model that doesn't say what its text was
 * @throws ModelError where it isn't known here what the model was trained on; CorpusError where that isn't here any more; the
 * signal's reason
 */
export async function corpusChange(
  folder: string,
  work: WorkOptions = {},
  fresh?: FreshTexts,
): Promise<CorpusChange | null> {
  const { source, documents } = await readCorpusManifest(folder);
  if (documents === undefined) return null;
  return compare(documents, currentDocuments(await surveyCorpus(renewedSource(source, fresh), work)));
}

/** The documents that a survey has found. */
export function currentDocuments({ files }: Survey): readonly CurrentDocument[] {
  return files.flatMap(({ name, verdict }) =>
    verdict.kind === 'included' ? [{ name, characters: verdict.characters, hash: verdict.hash }] : [],
  );
}
