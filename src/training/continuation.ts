import { rm } from 'node:fs/promises';
import { buildCorpus } from '../corpus/build';
import type { Corpus } from '../corpus/corpus';
import { CorpusCache } from '../corpus/corpusCache';
import type { ModelDescription } from '../model/description';
import { removeTemporaryFiles } from '../model/disk';
import { readDescription, readModel } from '../model/modelFolder';
import { backUp, hasBackup, removeBackup, restoreBackup } from './backup';
import { readCorpusRecipe } from './corpusFile';
import { birth, corpusCard, type Surroundings, workOptions } from './prepare';
import { type Progress, readSnapshot, type Snapshot } from './progress';
import type { Budget } from './recipe';
import { reopenRecord, RunRecord } from './record';
import { lockRun, type RunLock } from './runLock';
import { extended, nextEvaluation, position } from './schedule';
import type { TrainingJob } from './trainingRun';

/**
 * Makes ready to go on with a model's training: from where an interrupted run was, to the end of its budget, or with
 * `minutes` more for one that was stopped or came to its end. An interrupted run has the text that it had, as long as that is
 * in the cache; else the corpus is read again, and where it has changed the model keeps its vocabulary. The job owns what it holds: `train` ends it.
 * @throws ModelError, RunLockedError, CorpusError, EngineUnavailableError, StorageError, or the signal's reason
 */
export async function prepareContinuation(
  folder: string,
  minutes: number,
  surroundings: Surroundings,
): Promise<TrainingJob> {
  await readDescription(folder); // What is no model, or a damaged one, isn't locked.
  const lock = await lockRun(folder, surroundings.signal);
  try {
    return await prepareLocked(folder, minutes, surroundings, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function prepareLocked(
  folder: string,
  minutes: number,
  surroundings: Surroundings,
  lock: RunLock,
): Promise<TrainingJob> {
  const description = await readDescription(folder);
  const left = await leftOff(folder, description);
  const corpus =
    (await interruptedCorpus(left, description, surroundings)) ??
    (await currentCorpus(folder, description, surroundings));
  try {
    const { architecture, length, streams } = left.progress.recipe;
    const { engine, reason } = await surroundings.engineFor(architecture, length, streams);
    try {
      surroundings.signal?.throwIfAborted();
      await removeTemporaryFiles(folder);
      if (left.progress.standing !== 'running') await backUp(folder);
      const isNewRun = !(await hasBackup(folder));
      return {
        folder,
        description: { ...description, corpus: corpusCard(corpus) },
        corpus,
        engine,
        engineReason: reason,
        start: { state: left.state, progress: further(left.progress, minutes) },
        record: new RunRecord(folder, surroundings.report, await reopenRecord(folder, left.progress.step)),
        lock,
        opening: opening(left, corpus, description),
        undo: isNewRun ? () => rm(folder, { recursive: true, force: true }) : () => restoreBackup(folder),
        keep: () => removeBackup(folder),
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

/** The very text that an interrupted run had, though its files may have changed since; null where it isn't kept. */
async function interruptedCorpus(
  { progress }: Snapshot,
  { corpus, tokenizer }: ModelDescription,
  { cacheFolder }: Surroundings,
): Promise<Corpus | null> {
  if (progress.standing !== 'running' || cacheFolder === undefined) return null;
  return new CorpusCache(cacheFolder).open(corpus.fingerprint, tokenizer);
}

/** The corpus as it is now, in the model's vocabulary. */
async function currentCorpus(
  folder: string,
  { tokenizer: vocabulary }: ModelDescription,
  surroundings: Surroundings,
): Promise<Corpus> {
  const { source, options } = await readCorpusRecipe(folder);
  return buildCorpus(source, { ...options, vocabulary }, workOptions(surroundings));
}

/** Where training left off; a model that came without its checkpoint starts from its weights, with a fresh optimiser. */
async function leftOff(folder: string, { recipe, trained, best }: ModelDescription): Promise<Snapshot> {
  const snapshot = await readSnapshot(folder);
  if (snapshot !== undefined) return snapshot;
  const { state, progress } = birth(recipe, (await readModel(folder)).parameters);
  const { steps, tokens, seconds } = trained;
  return {
    state: { ...state, step: steps },
    progress: { ...progress, step: steps, tokens, seconds, best, standing: 'ended' },
  };
}

/** The standing of a run that goes on: as it was where it was only interrupted, else with a budget to spend. */
function further(progress: Progress, minutes: number): Progress {
  const { standing, recipe } = progress;
  const base = standing === 'ended' ? { ...recipe, budget: spent(recipe.budget, progress) } : recipe;
  const next = minutes > 0 ? extended(base, minutes, progress) : base;
  if (standing === 'running' && minutes === 0) return progress;
  return {
    ...progress,
    recipe: structuredClone(next),
    standing: 'running',
    evaluationsSinceBest: 0,
    nextEvaluation: nextEvaluation(next, position(next.budget, progress)),
  };
}

/** A budget that ends here. */
function spent(budget: Budget, { step, seconds }: Progress): Budget {
  return budget.kind === 'steps' ? { kind: 'steps', steps: step } : { kind: 'minutes', minutes: seconds / 60 };
}

function opening({ progress }: Snapshot, corpus: Corpus, { corpus: before }: ModelDescription): string {
  const { step, standing } = progress;
  const where =
    standing === 'running' ? `Resumed at step ${step}, where it was interrupted.` : `Continued from step ${step}.`;
  if (corpus.fingerprint === before.fingerprint) return where;
  return `${where} The text has changed since; the model keeps its vocabulary.`;
}
