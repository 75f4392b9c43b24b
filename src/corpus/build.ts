import { createHash, randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Corpus, CorpusDocument, CorpusOptions, CorpusSource, CorpusSummary } from './corpus';
import { CorpusCache } from './corpusCache';
import { fingerprintOf, planDocuments, type PlannedDocument, plannedFingerprint } from './corpusPlan';
import { ItemDraw } from './items/itemDraw';
import { itemsOf } from './items/itemSplitter';
import { Pace, type WorkOptions } from './pace';
import { DocumentReader } from './read/document';
import { UnreadableError } from './read/textFile';
import { requireNamedPaths, requireText, requireTraining } from './requirements';
import { summarize, type Survey, surveyCorpus, type SurveyedFile } from './survey/survey';
import { chooseKind } from './tokenizers/chooseKind';
import { createTokenizer } from './tokenizers/create';
import type { Tokenizer, TokenizerDescription, TokenizerKind } from './tokenizers/tokenizer';
import { tokenizerTrainer } from './tokenizers/train';
import { CorpusEncoder } from './tokens/encoder';
import { partPieces } from './tokens/partPieces';

/** Code units of text kept from the survey on: most corpora are read but once. */
const heldInMemory = 48 * 1024 * 1024;

/**
 * Makes a corpus of a source: surveys it, then goes on as {@link buildFromSurvey} does.
 * @throws CorpusError where a path isn't there, or there is too little text; the signal's reason once it is aborted.
 */
export async function buildCorpus(
  source: CorpusSource,
  options: CorpusOptions,
  work: WorkOptions = {},
): Promise<Corpus> {
  requireNamedPaths(source);
  return buildFromSurvey(await surveyCorpus(source, work, heldInMemory), options, work);
}

/**
 * Makes a corpus of what a survey included: holds a part out, learns a tokeniser from the rest, and tokenises both.
 * A document that has gone since then is left out, like one that couldn't be read at first. Where the same corpus was
 * made before and is in the cache, it is taken from there.
 * @throws CorpusError where there is too little text; StorageError; the signal's reason once it is aborted.
 */
export async function buildFromSurvey(survey: Survey, options: CorpusOptions, work: WorkOptions = {}): Promise<Corpus> {
  const summary = summarize(survey, options.documents);
  requireText(summary);
  const plan = planDocuments(survey, options);
  const cache = work.cacheFolder === undefined ? null : new CorpusCache(work.cacheFolder);
  const made = await cache?.open(plannedFingerprint(plan, options), options.vocabulary);
  if (made) return { ...made, summary: withItemsOf(made.summary, summary) };
  const { tokenizer, reason } = await settleTokenizer(plan, summary.characters, options, work);
  const entry = (await cache?.begin()) ?? null;
  const folder = entry ?? join(tmpdir(), `textloom-${randomUUID()}`);
  const encoder = new CorpusEncoder(tokenizer, folder);
  const dispose = () => {
    encoder.close();
    removeLeftovers(folder);
  };
  try {
    const encoded = await encodeCorpus(plan, survey, encoder, options, work);
    const corpus = { ...encoded, ...(await encoder.finish()), tokenizer, tokenizerReason: reason, dispose };
    return cache && entry !== null ? await keep(cache, folder, encoder, corpus, options.vocabulary) : corpus;
  } catch (error) {
    await encoder.settle();
    dispose();
    throw error;
  }
}

/** A summary, with what tokenising a list has shown: what ends its items is counted as well. */
function withItemsOf({ items, characters, languages }: CorpusSummary, summary: CorpusSummary): CorpusSummary {
  return items === undefined ? summary : { ...summary, items, characters, languages };
}

/** What can't be removed is left to the system, or to the cache's own cleaning. */
function removeLeftovers(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // Nothing else depends on it.
  }
}

/** The corpus, once it is in the cache. */
async function keep(
  cache: CorpusCache,
  folder: string,
  encoder: CorpusEncoder,
  corpus: Corpus,
  vocabulary: TokenizerDescription | undefined,
): Promise<Corpus> {
  const { inMemory } = encoder;
  try {
    await encoder.save();
    encoder.close();
    await cache.keep(folder, corpus, vocabulary);
  } catch (error) {
    // What is in memory can do without a cache.
    if (!inMemory) throw error;
  }
  if (inMemory) return corpus;
  const kept = await cache.open(corpus.fingerprint, vocabulary);
  if (!kept) throw new Error('The tokenised corpus could not be read back.');
  return kept;
}

/** The tokeniser to use, and why, in one sentence. */
async function settleTokenizer(
  plan: readonly PlannedDocument[],
  characters: number,
  options: CorpusOptions,
  work: WorkOptions,
): Promise<{ readonly tokenizer: Tokenizer; readonly reason: string }> {
  if (options.vocabulary) {
    return { tokenizer: createTokenizer(options.vocabulary), reason: 'The model keeps the tokeniser that it has.' };
  }
  const { kind, reason } = chooseKind(options.tokenizer, characters);
  return { tokenizer: await learnTokenizer(plan, kind, options, work), reason };
}

/** Learns from the training parts alone. */
async function learnTokenizer(
  plan: readonly PlannedDocument[],
  kind: TokenizerKind,
  options: CorpusOptions,
  work: WorkOptions,
): Promise<Tokenizer> {
  const trainer = tokenizerTrainer(kind, options);
  const pace = new Pace('tokenising', work);
  const reader = new DocumentReader();
  for (const { verdict, split, items } of trainer.learnsFromText ? plan : []) {
    await leniently(async () => {
      if (items !== null) {
        const draw = new ItemDraw({ ...items, rounds: [1] }, 0);
        for (const item of itemsOf(reader.pieces(verdict.origin, verdict.language), items.form)) {
          if (draw.side(item) === 'training') trainer.add(item);
          if (pace.due) await pace.rest();
        }
        return;
      }
      for (const { part, text } of partPieces(reader.pieces(verdict.origin, verdict.language), split)) {
        if (part === 'training') trainer.add(text);
        if (pace.due) await pace.rest();
      }
    });
  }
  const finishing = trainer.finish();
  for (;;) {
    const step = finishing.next();
    if (step.done) return step.value;
    if (pace.due) await pace.rest();
  }
}

async function encodeCorpus(
  plan: readonly PlannedDocument[],
  survey: Survey,
  encoder: CorpusEncoder,
  options: CorpusOptions,
  work: WorkOptions,
): Promise<Pick<Corpus, 'validationCharacters' | 'summary' | 'documents' | 'fingerprint'>> {
  const pace = new Pace('tokenising', work);
  const reader = new DocumentReader();
  const encoded = new Map<SurveyedFile, CorpusDocument>();
  const itemCounts = new Map<SurveyedFile, number>();
  let validationCharacters = 0;
  for (const { file, verdict, split, rounds, items } of plan) {
    await leniently(async () => {
      const hash = createHash('sha256');
      const pieces = reader.pieces(verdict.origin, verdict.language, hash);
      if (items !== null) {
        const draw = new ItemDraw(items, 0);
        const counts = await encoder.addItems(itemsOf(pieces, items.form), (item) => draw.side(item), pace);
        encoded.set(file, {
          name: file.name,
          characters: counts.training + counts.none + counts.validation,
          heldOut: counts.validation,
          language: verdict.language,
          hash: verdict.origin.kind === 'text' ? verdict.hash : hash.digest('hex'),
          items: { form: items.form, heldOut: counts.heldOut },
        });
        itemCounts.set(file, counts.items);
        validationCharacters += counts.validation;
        return;
      }
      const parts = partPieces(pieces, split, { most: rounds[0] ?? 0 });
      const { training, validation, none } = await encoder.add(parts, pace);
      const read = verdict.origin.kind === 'text' ? verdict.hash : hash.digest('hex');
      const characters = training + validation + none;
      const { language } = verdict;
      encoded.set(file, { name: file.name, characters, heldOut: validation, language, hash: read });
      validationCharacters += validation;
    });
    pace.add(1, 0);
  }
  await encodeFurtherRounds(plan, reader, encoder, pace);
  pace.finish();
  const summary = summarize(afterReading(survey, encoded, itemCounts), options.documents);
  requireText(summary);
  if (options.weights) requireTraining(encoder.trainingTokens);
  const documents = [...encoded.values()];
  return {
    validationCharacters,
    summary,
    documents,
    fingerprint: fingerprintOf(documents, options),
  };
}

/** Weighty documents again, after all have come up once. */
async function encodeFurtherRounds(
  plan: readonly PlannedDocument[],
  reader: DocumentReader,
  encoder: CorpusEncoder,
  pace: Pace,
): Promise<void> {
  for (let round = 1; plan.some(({ rounds }) => rounds.length > round); round++) {
    for (const { verdict, split, rounds, items } of plan) {
      const most = rounds[round] ?? 0;
      if (most === 0) continue;
      await leniently(async () => {
        const pieces = reader.pieces(verdict.origin, verdict.language);
        if (items !== null) {
          const draw = new ItemDraw(items, round);
          await encoder.addItems(itemsOf(pieces, items.form), (item) => draw.side(item), pace);
          return;
        }
        await encoder.add(partPieces(pieces, split, { most, isAgain: true }), pace);
      });
    }
  }
}

/** Does something with one document; where the document can't be read any more, goes on without it. */
async function leniently(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
  }
}

/** The survey as it turned out to be when the documents were read again. */
function afterReading(
  survey: Survey,
  encoded: ReadonlyMap<SurveyedFile, CorpusDocument>,
  itemCounts: ReadonlyMap<SurveyedFile, number>,
): Survey {
  const files = survey.files.map((file): SurveyedFile => {
    if (file.verdict.kind === 'skipped') return file;
    const document = encoded.get(file);
    if (!document) return { ...file, verdict: { kind: 'skipped', reason: 'unreadable' } };
    const { layout: before } = file.verdict;
    const count = itemCounts.get(file);
    const layout = count === undefined ? before : { ...before, [document.items?.form.unit ?? 'lines']: count };
    return { ...file, verdict: { ...file.verdict, characters: document.characters, layout } };
  });
  return { files };
}
