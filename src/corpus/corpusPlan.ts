import { createHash } from 'node:crypto';
import type { ItemForm } from '../model/itemForm';
import type { CorpusDocument, CorpusOptions } from './corpus';
import type { ItemDrawOptions } from './items/itemDraw';
import { formOf, type Layout } from './items/layout';
import type { Survey, SurveyedFile } from './survey/survey';
import type { Verdict } from './survey/verdict';
import { type DocumentSplit, heldOutShare, split } from './tokens/split';
import { itemRoundsOf, roundsOf, weigher } from './tokens/weights';

/** Raised whenever equal documents and options come to give other tokens than before. */
const fingerprintVersion = 5;

/** A document that is trained on or held out. */
export interface PlannedDocument {
  readonly file: SurveyedFile;
  readonly verdict: Extract<Verdict, { kind: 'included' }>;
  readonly split: DocumentSplit;
  /** How much of it is trained on in each round of an epoch: see weights.ts. */
  readonly rounds: readonly number[];
  /** How its items are drawn, where it is made of them: then these settle what is held out and read, and not the above. */
  readonly items: ItemDrawOptions | null;
}

/** What becomes of each document that a survey included. */
export function planDocuments(
  survey: Survey,
  { validationShare, seed, weights = {}, documents: choice = 'files' }: CorpusOptions,
): readonly PlannedDocument[] {
  const weightOf = weigher(weights);
  const planned = survey.files.flatMap((file) => {
    const { name, verdict } = file;
    if (verdict.kind === 'skipped') return [];
    return [{ file, verdict, name, characters: verdict.characters, form: formOf(verdict.layout, choice) }];
  });
  const whole = planned.filter(({ form }) => form === null);
  const splits = split(whole, validationShare, seed);
  const splitOf = new Map(whole.map((document, index) => [document, splits[index]]));
  const share = heldOutShare(
    planned.reduce((sum, { characters }) => sum + characters, 0),
    validationShare,
  );
  return planned.map((document) => {
    const { file, verdict, name, form } = document;
    const own = splitOf.get(document) ?? { heldOut: [] };
    const weight = weightOf(name);
    if (form === null) {
      return { file, verdict, split: own, rounds: roundsOf(document, own, weight, seed), items: null };
    }
    const rounds = itemRoundsOf(weight);
    const items = { form, share, seed, byText: isDrawnByText(verdict.layout, form), rounds };
    return { file, verdict, split: own, rounds, items };
  });
}

/** Fewer items than this are drawn by their places: by their text, hardly any might be held out. */
const fewestByText = 200;

function isDrawnByText({ distinct, lines, blocks }: Layout, { unit }: ItemForm): boolean {
  return distinct[unit] && (unit === 'lines' ? lines : blocks) >= fewestByText;
}

/** The fingerprint of the corpus that a plan makes, unless its documents change before. */
export function plannedFingerprint(plan: readonly PlannedDocument[], options: CorpusOptions): string {
  const documents = plan.map(({ file, verdict: { hash }, items }) => ({
    name: file.name,
    hash,
    ...(items && { items }),
  }));
  return fingerprintOf(documents, options);
}

/** See {@link Corpus.fingerprint}. */
export function fingerprintOf(
  documents: readonly (Pick<CorpusDocument, 'name' | 'hash'> & { readonly items?: { readonly form: ItemForm } })[],
  options: CorpusOptions,
): string {
  const { tokenizer, maximumVocabulary, minimumCount, validationShare, seed, weights = {} } = options;
  const { vocabularySize, normalization } = options;
  const hash = createHash('sha256');
  hash.update(JSON.stringify([fingerprintVersion, tokenizer, maximumVocabulary, minimumCount, validationShare, seed]));
  if (Object.keys(weights).length > 0) hash.update(JSON.stringify(Object.entries(weights).sort()));
  if ((vocabularySize ?? maximumVocabulary) !== maximumVocabulary) hash.update(JSON.stringify({ vocabularySize }));
  if (normalization !== undefined) hash.update(JSON.stringify({ normalization }));
  for (const { name, hash: own, items } of documents) {
    hash.update(JSON.stringify(items ? [name, own, items.form] : [name, own]));
  }
  return hash.digest('hex');
}
