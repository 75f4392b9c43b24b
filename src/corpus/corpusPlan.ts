import { createHash } from 'node:crypto';
import type { CorpusDocument, CorpusOptions } from './corpus';
import type { Survey, SurveyedFile } from './survey/survey';
import type { Verdict } from './survey/verdict';
import { type DocumentSplit, split } from './tokens/split';
import { roundsOf, weigher } from './tokens/weights';

/** Raised whenever equal documents and options come to give other tokens than before. */
const fingerprintVersion = 4;

/** A document that is trained on or held out. */
export interface PlannedDocument {
  readonly file: SurveyedFile;
  readonly verdict: Extract<Verdict, { kind: 'included' }>;
  readonly share: DocumentSplit;
  /** What of its training part is read in each round of an epoch: see weights.ts. */
  readonly rounds: readonly number[];
}

/** What becomes of each document that a survey included. */
export function planDocuments(
  survey: Survey,
  { validationShare, seed, weights = {} }: CorpusOptions,
): readonly PlannedDocument[] {
  const included = survey.files.flatMap((file) =>
    file.verdict.kind === 'included' ? [{ file, verdict: file.verdict }] : [],
  );
  const documents = included.map(({ file, verdict }) => ({ name: file.name, characters: verdict.characters }));
  const weightOf = weigher(weights);
  const shares = split(documents, validationShare, seed);
  return included.map(({ file, verdict }, index) => {
    const document = { name: file.name, characters: verdict.characters };
    const share = shares[index] ?? { training: verdict.characters, validation: 0 };
    return { file, verdict, share, rounds: roundsOf(document, share, weightOf(file.name), seed) };
  });
}

/** The fingerprint of the corpus that a plan makes, unless its documents change before. */
export function plannedFingerprint(plan: readonly PlannedDocument[], options: CorpusOptions): string {
  const documents = plan.map(({ file, verdict: { hash } }) => ({ name: file.name, hash }));
  return fingerprintOf(documents, options);
}

/** See {@link Corpus.fingerprint}. */
export function fingerprintOf(
  documents: readonly Pick<CorpusDocument, 'name' | 'hash'>[],
  options: CorpusOptions,
): string {
  const { tokenizer, maximumVocabulary, minimumCount, validationShare, seed, weights = {} } = options;
  const { vocabularySize, normalization } = options;
  const hash = createHash('sha256');
  hash.update(JSON.stringify([fingerprintVersion, tokenizer, maximumVocabulary, minimumCount, validationShare, seed]));
  if (Object.keys(weights).length > 0) hash.update(JSON.stringify(Object.entries(weights).sort()));
  if ((vocabularySize ?? maximumVocabulary) !== maximumVocabulary) hash.update(JSON.stringify({ vocabularySize }));
  if (normalization !== undefined) hash.update(JSON.stringify({ normalization }));
  for (const document of documents) hash.update(JSON.stringify([document.name, document.hash]));
  return hash.digest('hex');
}
