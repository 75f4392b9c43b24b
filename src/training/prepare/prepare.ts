import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { buildCorpus } from '../../corpus/build';
import {
  type Corpus,
  type CorpusOptions,
  type CorpusProgress,
  type CorpusSource,
  defaultCorpusOptions,
  type FolderWeights,
} from '../../corpus/corpus';
import type { DocumentsChoice } from '../../model/itemForm';
import type { WorkOptions } from '../../corpus/pace';
import type { Normalization, TokenizerChoice } from '../../corpus/tokenizers/tokenizer';
import type { Engine } from '../../engine/engine';
import { freshState } from '../../engine/trainerState';
import type { Architecture } from '../../model/architecture';
import { formatVersion, maximumDocumentsNamed, type ModelDescription } from '../../model/description';
import { initialParameters } from '../../model/initialParameters';
import { createModelFolder, type Model, readModel } from '../../model/modelFolder';
import { Random } from '../../model/random';
import type { Clock } from '../loop/clock';
import type { Allowance } from '../loop/effort';
import { nextEvaluation } from '../loop/schedule';
import { type CorpusManifest, saveCorpusManifest } from '../record/corpusManifest';
import type { TrainingEvent } from '../record/events';
import type { Progress, Snapshot } from '../record/progress';
import { RunRecord } from '../record/record';
import { lockRun, type RunLock } from '../record/runLock';
import { settle } from './machineSpeed';
import { planRecipe } from './plan';
import type { Recipe, RecipeRequest } from './recipe';
import type { TrainingJob } from './trainingJob';
import { buildCorpusFor, growParameters, warmOpening } from './warmStart';

/** A model to be trained from nothing. */
export interface NewTraining {
  /** What the model shall be called; its folder gets a safe form of it. */
  readonly name: string;
  /** Folder of models in which the new one's folder is made. */
  readonly modelsFolder: string;
  readonly source: CorpusSource;
  readonly tokenizer: TokenizerChoice;
  readonly vocabularySize?: number;
  /** See {@link CorpusOptions}; a model to start from keeps its own. */
  readonly normalization?: Normalization;
  /** See {@link CorpusOptions}. */
  readonly weights?: FolderWeights;
  /** See {@link CorpusOptions}. */
  readonly documents?: DocumentsChoice;
  readonly recipe: RecipeRequest;
  /** Folder of a model to start from, instead of from nothing: its weights, its architecture, its tokens and new ones. */
  readonly from?: string;
  /** Symbols that such a model shall know too, however rare they are in the text. */
  readonly symbols?: readonly string[];
}

/** What preparing a run needs of its surroundings. */
export interface Surroundings {
  readonly appVersion: string;
  /** Loads the engine that suits a model and its batches, and says why in one sentence. */
  readonly engineFor: (
    architecture: Architecture,
    length: number,
    streams: number,
  ) => Promise<{ readonly engine: Engine; readonly reason: string }>;
  /** Hears everything that the run tells. */
  readonly report: (event: TrainingEvent) => void;
  readonly onCorpusProgress?: (progress: CorpusProgress) => void;
  /** What the run may take of the machine at first; else all of it. */
  readonly allowance?: Allowance;
  /** Gives the preparation up: it rejects with the signal's reason and leaves nothing behind. */
  readonly signal?: AbortSignal;
  /** What a budget in minutes is counted by; else this process's monotonic clock. */
  readonly clock?: Clock;
  /** Where tokenised text is kept, so that it needn't be read again: see {@link WorkOptions}. */
  readonly cacheFolder?: string;
}

/**
 * Reads the corpus, chooses engine and recipe, and makes the model's folder. The job owns what it holds: `train` ends it.
 * @throws CorpusError, EngineUnavailableError, StorageError, ModelError of the model to start from, or the signal's reason
 */
export async function prepareTraining(request: NewTraining, surroundings: Surroundings): Promise<TrainingJob> {
  const { source, tokenizer, vocabularySize, weights, documents } = request;
  const ancestor = request.from === undefined ? null : await readModel(request.from);
  const { normalization } = ancestor?.description.tokenizer ?? request;
  const options: CorpusOptions = {
    ...defaultCorpusOptions,
    tokenizer,
    ...(vocabularySize !== undefined && { vocabularySize }),
    ...(weights && { weights }),
    ...(normalization !== undefined && { normalization }),
    ...(documents !== undefined && { documents }),
  };
  const work = workOptions(surroundings);
  const corpus = await (ancestor
    ? buildCorpusFor(ancestor, source, options, work, request.symbols)
    : buildCorpus(source, options, work));
  try {
    const { recipe, engine, reason } = await settle(planner(request.recipe, corpus, ancestor), surroundings);
    try {
      surroundings.signal?.throwIfAborted();
      const born = describe(request.name, surroundings.appVersion, corpus, recipe);
      const { folder, description } = await createModelFolder(request.modelsFolder, born);
      const lock = await takeFolder(folder, { source, options, documents: corpus.documents }, surroundings.signal);
      const remove = () => rm(folder, { recursive: true, force: true });
      return {
        folder,
        description,
        corpus,
        engine,
        engineReason: reason,
        start: initialSnapshot(
          recipe,
          ancestor ? growParameters(ancestor.parameters, recipe.architecture, recipe.seed) : undefined,
        ),
        record: new RunRecord(folder, surroundings.report, null),
        lock,
        opening: ancestor && warmOpening(ancestor, corpus),
        undo: remove,
        abandon: remove,
        keep: () => Promise.resolve(),
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

/** Takes a new model's folder for its run. Where that fails, nothing of the folder stays. */
async function takeFolder(folder: string, recipe: CorpusManifest, signal: AbortSignal | undefined): Promise<RunLock> {
  try {
    const lock = await lockRun(folder, signal);
    try {
      await saveCorpusManifest(folder, recipe);
      return lock;
    } catch (error) {
      await lock.release();
      throw error;
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** What buildCorpus takes of the surroundings. */
export function workOptions({ signal, onCorpusProgress, cacheFolder }: Surroundings): WorkOptions {
  return {
    ...(signal && { signal }),
    ...(onCorpusProgress && { report: onCorpusProgress }),
    ...(cacheFolder !== undefined && { cacheFolder }),
  };
}

/** The corpus's part of a description: names and numbers. */
export function corpusCard({ fingerprint, documents, summary }: Corpus): ModelDescription['corpus'] {
  const largest = [...documents].sort((one, other) => other.characters - one.characters);
  const named = largest.slice(0, maximumDocumentsNamed).map(({ name, characters }) => ({ name, characters }));
  return { fingerprint, summary, documents: named };
}

/** The state of a run before its first step. */
export function initialSnapshot(
  recipe: Recipe,
  parameters = initialParameters(recipe.architecture, recipe.seed),
): Snapshot {
  const progress: Progress = {
    recipe: structuredClone(recipe),
    step: 0,
    seconds: 0,
    tokens: 0,
    rateScale: 1,
    rollBacks: 0,
    nextEvaluation: nextEvaluation(recipe, 0),
    evaluationsSinceBest: 0,
    best: null,
    sinceEvaluation: { loss: 0, steps: 0, seconds: 0 },
    stability: { recent: null, lowest: null },
    batches: { read: 0, random: [...Random.seeded(recipe.seed, 'batches').state] },
    standing: 'running',
  };
  return { state: freshState(recipe.architecture, parameters, recipe.streams), progress };
}

/** Plans for a corpus and, where there is one, for the model that the new one starts from. */
export function planner(request: RecipeRequest, corpus: Corpus, ancestor: Model | null): (power: number) => Recipe {
  return (power) =>
    planRecipe({
      request,
      trainingTokens: corpus.training.length,
      validationTokens: corpus.validation.length,
      vocabularySize: corpus.tokenizer.vocabularySize,
      power,
      ...(ancestor && { ancestor: ancestor.description.architecture }),
    });
}

function describe(name: string, appVersion: string, corpus: Corpus, recipe: Recipe): ModelDescription {
  return {
    formatVersion,
    id: randomUUID(),
    revision: 0,
    name,
    created: new Date().toISOString(),
    appVersion,
    architecture: recipe.architecture,
    tokenizer: corpus.tokenizer.description,
    corpus: corpusCard(corpus),
    seed: recipe.seed,
    recipe,
    best: null,
    baseline: null,
    trained: { steps: 0, tokens: 0, seconds: 0 },
  };
}
