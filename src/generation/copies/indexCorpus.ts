import type { CorpusOptions, CorpusSource } from '../../corpus/corpus';
import { Pace, type WorkOptions } from '../../corpus/pace';
import { DocumentReader } from '../../corpus/read/document';
import { UnreadableError } from '../../corpus/read/textFile';
import { surveyCorpus } from '../../corpus/survey/survey';
import { normalizedFor } from '../../corpus/tokenizers/normalizing';
import { type CopyIndex, CopyIndexBuilder } from './copyIndex';

/**
 * Reads a corpus, as it is now, and indexes every document of it, as a model reads it. One that can't be read any more is left out.
 * @throws the signal's reason once it is aborted
 */
export async function indexCorpus(
  source: CorpusSource,
  work: WorkOptions,
  options: Pick<CorpusOptions, 'normalization'> = {},
): Promise<CopyIndex> {
  const { files } = await surveyCorpus(source, work);
  const pace = new Pace('reading', work);
  const reader = new DocumentReader();
  const builder = new CopyIndexBuilder(files.reduce((sum, { bytes }) => sum + bytes, 0));
  for (const { name, verdict } of files) {
    if (verdict.kind === 'skipped') continue;
    builder.startDocument(name);
    try {
      for (const piece of reader.pieces(verdict.origin, verdict.language)) {
        builder.add(normalizedFor(options, piece));
        if (pace.due) await pace.rest();
      }
    } catch (error) {
      if (!(error instanceof UnreadableError)) throw error;
    }
  }
  return builder.finish();
}
