import { plural } from '../../base/format';
import { buildFromSurvey } from '../../corpus/build';
import type { Corpus } from '../../corpus/corpus';
import { CorpusCache } from '../../corpus/corpusCache';
import { type FreshTexts, renewedSource } from '../../corpus/read/renewal';
import { requireNamedPaths } from '../../corpus/requirements';
import { surveyCorpus } from '../../corpus/survey/survey';
import { type ModelDescription, withoutMemory } from '../../model/description';
import { removeTemporaryFiles } from '../../model/disk';
import { ModelError } from '../../model/modelError';
import { modelFiles } from '../../model/modelFiles';
import {
  readDescription,
  readModel,
  removeModelFolder,
  requireModel,
  saveDescription,
  saveModel,
} from '../../model/modelFolder';
import { endOf, extended, nextEvaluation, position } from '../loop/schedule';
import { backUp, hasBackup, removeBackup, restoreBackup } from '../record/backup';
import { currentDocuments } from '../record/changes';
import { changeText, compare, type CorpusChange, isChanged } from '../record/corpusChange';
import { type CorpusManifest, readCorpusManifest, saveCorpusManifest } from '../record/corpusManifest';
import type { Progress, Snapshot } from '../record/progress';
import { reopenRecord, RunRecord } from '../record/record';
import type { Run } from '../record/run';
import { lockRun, type RunLock } from '../record/runLock';
import type { Budget } from './hyperparameterRequest';
import { corpusCard, initialSnapshot } from './prepare';
import { mendModel, readSnapshotOrFault, withoutBest } from './mending';
import { type Surroundings, workOptions } from './surroundings';
import { topUpWeights } from './topUp';
import type { TrainingJob } from './trainingJob';
import { keptNotice } from './unknownNotice';
import { growParameters, growSnapshot, type VocabularyWish, wishedVocabulary } from './warmStart';

/**
 * Makes ready to go on with a model's training: for `minutes` from where it is, or without any to the end of the budget that it
 * has been given. An interrupted run has the text that it had, as long as that
 * is in the cache; else the corpus is read again. New text then comes up more often than its share, but no more often
 * than the old, and the vocabulary becomes what is wished. Of texts that aren't saved, those in `fresh` count. The job owns what it holds: `train` ends it.
 * @throws ModelError, RunLockedError, CorpusError, EngineUnavailableError, StorageError, or the signal's reason
 */
export async function prepareContinuation(
  folder: string,
  minutes: number,
  surroundings: Surroundings,
  vocabulary: VocabularyWish = 'keep',
  fresh: FreshTexts = { documents: [] },
): Promise<TrainingJob> {
  await requireModel(folder); // What is no model, or a damaged one, isn't locked.
  await readDescription(folder);
  const lock = await lockRun(folder, surroundings.signal, surroundings.trainedIn);
  try {
    return await prepareLocked(folder, minutes, surroundings, { vocabulary, fresh }, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function prepareLocked(
  folder: string,
  minutes: number,
  surroundings: Surroundings,
  wish: TextWish,
  lock: RunLock,
): Promise<TrainingJob> {
  const mending = await mendModel(folder);
  const before = await readDescription(folder);
  const { snapshot, notice } = await leftOff(folder, before);
  const interrupted = mending.hasOtherWeights ? withoutBest(snapshot) : snapshot;
  const damage = [...mending.sentences, ...(notice === null ? [] : [notice])];
  const text = await openText(folder, before, interrupted, wish, surroundings);
  const { corpus } = text;
  try {
    const left = growSnapshot(interrupted, corpus.tokenizer.vocabularySize);
    // With more tokens the same text is scored by another measure.
    const isNewText = text.isNew || corpus.tokenizer.vocabularySize !== before.architecture.vocabularySize;
    const { architecture, sequenceLength, batchSize } = left.progress.hyperparameters;
    const { engine, reason } = await surroundings.engineFor(architecture, sequenceLength, batchSize);
    try {
      surroundings.signal?.throwIfAborted();
      await removeTemporaryFiles(folder);
      if (left.progress.standing !== 'running') await backUp(folder);
      const hasBefore = await hasBackup(folder);
      return {
        folder,
        description: await describeAnew(folder, before, text),
        corpus,
        engine,
        engineReason: reason,
        start: { ...left, progress: further(isNewText ? unjudged(left.progress) : left.progress, minutes) },
        record: new RunRecord(folder, surroundings.report, await reopen(folder, left.progress)),
        lock,
        opening: [opening(left, before, text), ...damage].join(' '),
        unknownNotice: wish.vocabulary === 'keep' ? keptNotice(corpus) : null,
        isNewText,
        hasBefore,
        undo: hasBefore ? () => restoreBackup(folder) : () => removeModelFolder(folder),
        abandon: () => (left.progress.standing === 'running' ? Promise.resolve() : restoreBackup(folder)),
        keep: () => removeBackup(folder),
        ...(surroundings.allowance && { allowance: surroundings.allowance }),
        ...(surroundings.clock && { clock: surroundings.clock }),
      };
    } catch (error) {
      engine.dispose();
      throw error;
    }
  } catch (error) {
    corpus.dispose();
    throw error;
  }
}

function reopen(folder: string, { step, sinceEvaluation }: Progress): Promise<Run | null> {
  return reopenRecord(folder, step, sinceEvaluation.steps === 0);
}

/** What of its text a model is trained further with. */
interface TextWish {
  readonly vocabulary: VocabularyWish;
  readonly fresh: FreshTexts;
}

/** The text that a model is trained further on. */
interface FurtherText {
  readonly corpus: Corpus;
  readonly manifest: CorpusManifest;
  /** It isn't what the model was trained on before. */
  readonly isNew: boolean;
  /** How it differs; null where it doesn't, or where that isn't known. */
  readonly change: CorpusChange | null;
}

/** The very text that an interrupted run had, as long as it is kept; else the text as it is now. */
async function openText(
  folder: string,
  { corpus: card, tokenizer }: ModelDescription,
  { progress }: Snapshot,
  wish: TextWish,
  surroundings: Surroundings,
): Promise<FurtherText> {
  const manifest = await readCorpusManifest(folder);
  const isUnderWay = progress.standing === 'running';
  const { cacheFolder } = surroundings;
  if (isUnderWay && wish.vocabulary === 'keep' && cacheFolder !== undefined) {
    const kept = await new CorpusCache(cacheFolder).open(card.fingerprint, tokenizer);
    if (kept !== null) return { corpus: kept, manifest, isNew: false, change: null };
  }
  const work = workOptions(surroundings);
  const { options, documents } = manifest;
  const source = renewedSource(manifest.source, wish.fresh);
  requireNamedPaths(source, ', which this model was trained on: put it back, or train a new model');
  const vocabulary = await wishedVocabulary(tokenizer, wish.vocabulary, source, options, work);
  const survey = await surveyCorpus(source, work);
  const now = currentDocuments(survey);
  const topUp = isUnderWay ? manifest.topUp : documents && topUpWeights(documents, now, options.weights);
  const weights = topUp ?? options.weights;
  const corpus = await buildFromSurvey(survey, { ...options, ...(weights && { weights }), vocabulary }, work);
  const change = documents === undefined ? null : compare(documents, now);
  const isNew = change === null ? corpus.fingerprint !== card.fingerprint : isChanged(change);
  return {
    corpus,
    manifest: { source, options, documents: corpus.documents, ...(topUp && { topUp }) },
    isNew,
    change: change !== null && isChanged(change) ? change : null,
  };
}

/** The model's description with the text that it is trained on now, saved where that, or its vocabulary, is another. */
async function describeAnew(
  folder: string,
  before: ModelDescription,
  { corpus, manifest }: FurtherText,
): Promise<ModelDescription> {
  const card = corpusCard(corpus);
  const { description: tokenizer, vocabularySize } = corpus.tokenizer;
  if (vocabularySize === before.architecture.vocabularySize) {
    if (card.fingerprint === before.corpus.fingerprint) return { ...before, corpus: card };
    const next = { ...withoutMemory(before), corpus: card };
    await saveDescription(folder, next);
    await saveCorpusManifest(folder, manifest);
    return next;
  }
  const architecture = { ...before.architecture, vocabularySize };
  const grown = {
    ...withoutMemory(before),
    corpus: card,
    tokenizer,
    architecture,
    hyperparameters: { ...before.hyperparameters, architecture },
  };
  const saved = await saveGrown(folder, grown);
  await saveCorpusManifest(folder, manifest);
  return saved;
}

async function saveGrown(folder: string, grown: ModelDescription): Promise<ModelDescription> {
  if (grown.best === null) {
    await saveDescription(folder, grown);
    return grown;
  }
  const { parameters } = await readModel(folder);
  return saveModel(folder, grown, growParameters(parameters, grown.architecture, grown.hyperparameters.seed));
}

/** Where training left off, and what is to be said of that. */
interface LeftOff {
  readonly snapshot: Snapshot;
  readonly notice: string | null;
}

/**
 * Where training left off. A model that came without its checkpoint, or whose checkpoint is damaged, starts from its weights,
 * with a fresh optimiser; a run that broke off before its first checkpoint starts over.
 */
async function leftOff(folder: string, { hyperparameters, trained, best }: ModelDescription): Promise<LeftOff> {
  const found = await readSnapshotOrFault(folder);
  const fault = found instanceof ModelError ? found : null;
  if (found !== undefined && !(found instanceof ModelError)) return { snapshot: found, notice: null };
  const told = (what: string) => (fault === null ? null : `${modelFiles.checkpoint} is damaged: ${what}.`);
  if (best === null) return { snapshot: initialSnapshot(hyperparameters), notice: told('the training starts over') };
  const { steps, tokens, seconds } = trained;
  const at = { step: steps, tokens, seconds };
  // How a run has ended its checkpoint alone knows: one that has budget left goes on to the end of that.
  const isOver = fault === null || position(hyperparameters.budget, at) >= endOf(hyperparameters.budget);
  const budget = isOver ? spent(hyperparameters.budget, at) : hyperparameters.budget;
  const { state, progress } = initialSnapshot({ ...hyperparameters, budget }, (await readModel(folder)).parameters);
  return {
    snapshot: {
      state: { ...state, step: steps },
      progress: { ...progress, ...at, best, standing: isOver ? 'ended' : 'stopped' },
    },
    notice: told('training goes on from the best weights, with a fresh optimiser'),
  };
}

/**
 * The standing of a run that goes on: without a budget to spend, one that is over stays so, and comes to its end as it did; one
 * that was stopped goes on to the end of the budget that it has.
 */
function further(progress: Progress, minutes: number): Progress {
  const { standing, hyperparameters } = progress;
  if (standing !== 'stopped' && minutes === 0) return { ...progress, standing: 'running' };
  const here = { ...hyperparameters, budget: spent(hyperparameters.budget, progress) };
  const next = minutes > 0 ? extended(here, minutes, progress) : hyperparameters;
  const at = position(next.budget, progress);
  const begun = minutes > 0 ? at : progress.begun;
  return {
    ...progress,
    hyperparameters: structuredClone(next),
    begun,
    standing: 'running',
    evaluationsSinceBest: 0,
    nextEvaluation: nextEvaluation(next, at, begun),
  };
}

/** On another text, the losses so far are no measure of whether the training is stable. */
function unjudged(progress: Progress): Progress {
  return { ...progress, stability: { recent: null, lowest: null } };
}

/** A budget that ends here. */
function spent(budget: Budget, { step, seconds }: Pick<Progress, 'step' | 'seconds'>): Budget {
  return budget.kind === 'steps' ? { kind: 'steps', steps: step } : { kind: 'minutes', minutes: seconds / 60 };
}

/** Said of a model whose weights from before it learned its unseen text didn't come with it. */
const knowsAll = 'It has learned its unseen text before, so its scores are better than they will be on new text.';

function opening(
  { progress, scored }: Snapshot,
  { architecture, finishing }: ModelDescription,
  text: FurtherText,
): string {
  const { step, standing } = progress;
  const begins =
    standing === 'running' ? `Resumed at step ${step}, where it was interrupted.` : `Continued from step ${step}.`;
  const where = finishing !== undefined && scored === undefined ? `${begins} ${knowsAll}` : begins;
  const added = text.corpus.tokenizer.vocabularySize - architecture.vocabularySize;
  const vocabulary =
    added === 0 ? 'the model keeps its vocabulary' : `the vocabulary gets ${plural(added, 'new token')}`;
  if (text.isNew) {
    const what = text.change === null ? 'Its text has changed since' : `Since then, ${changeText(text.change)}`;
    return `${where} ${what}; ${vocabulary}.`;
  }
  return added === 0 ? where : `${where} The vocabulary gets ${plural(added, 'new token')}.`;
}
