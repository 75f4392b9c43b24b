/**
 * training/prepare/: everything before the first step: corpus, hyperparameters, engine, folder; new, continued, or from
 * other weights.
 */
import { randomUUID } from 'node:crypto';
import { buildCorpus } from '../../corpus/build';
import {
  type Corpus,
  type CorpusOptions,
  type CorpusSource,
  defaultCorpusOptions,
  type FolderWeights,
} from '../../corpus/corpus';
import { requireWritable } from '../../corpus/requirements';
import type { Normalization, TokenizerChoice } from '../../corpus/tokenizers/tokenizer';
import { freshState } from '../../engine/trainerState';
import { formatVersion, maximumDocumentsNamed, type ModelDescription } from '../../model/description';
import { initialParameters } from '../../model/initialParameters';
import type { DocumentsChoice } from '../../model/itemForm';
import { createModelFolder, type Model, readModel, removeModelFolder } from '../../model/modelFolder';
import { Random } from '../../model/random';
import { nextEvaluation } from '../loop/schedule';
import { saveCorpusManifest } from '../record/corpusManifest';
import { type Progress, readSnapshot, type Snapshot } from '../record/progress';
import { RunRecord } from '../record/record';
import { lockRun, type RunLock, RunLockedError } from '../record/runLock';
import type { HyperparameterRequest, Hyperparameters } from './hyperparameterRequest';
import { settle } from './machineSpeed';
import { leastArchitecture, requireMemory } from './memory';
import { planHyperparameters } from './plan';
import { type Surroundings, workOptions } from './surroundings';
import type { TrainingJob } from './trainingJob';
import { learnedNotice } from './unknownNotice';
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
  readonly hyperparameters: HyperparameterRequest;
  /** Folder of a model to start from, instead of from nothing: its weights, its architecture, its tokens and new ones. */
  readonly from?: string;
  /** Symbols that such a model shall know too, however rare they are in the text. */
  readonly symbols?: readonly string[];
}

/**
 * Reads the corpus, chooses engine and hyperparameters, and makes the model's folder. The job owns what it holds: `train` ends it.
 * @throws TooLargeError, CorpusError, EngineUnavailableError, StorageError, ModelError of the model to start from, or the
 * signal's reason
 */
export async function prepareTraining(request: NewTraining, surroundings: Surroundings): Promise<TrainingJob> {
  const { source, tokenizer, vocabularySize, weights, documents } = request;
  if (request.from === undefined)
    requireMemory({ architecture: leastArchitecture(request.hyperparameters), sequenceLength: 1, batchSize: 1 });
  const ancestor = request.from === undefined ? null : await readAncestor(request.from);
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
    if (ancestor === null) requireWritable(corpus.tokenizer);
    const { hyperparameters, engine, reason } = await settle(
      planner(request.hyperparameters, corpus, ancestor),
      surroundings,
    );
    try {
      surroundings.signal?.throwIfAborted();
      const born = describe(request.name, surroundings.appVersion, corpus, hyperparameters);
      const manifest = { source, options, documents: corpus.documents };
      const { folder, description } = await createModelFolder(request.modelsFolder, born, (hidden) =>
        saveCorpusManifest(hidden, manifest),
      );
      const lock = await lockNew(folder, surroundings);
      const remove = () => removeModelFolder(folder);
      return {
        folder,
        description,
        corpus,
        engine,
        engineReason: reason,
        start: initialSnapshot(
          hyperparameters,
          ancestor
            ? growParameters(ancestor.parameters, hyperparameters.architecture, hyperparameters.seed)
            : undefined,
        ),
        record: new RunRecord(folder, surroundings.report, null),
        lock,
        opening: ancestor && warmOpening(ancestor, corpus),
        hasBefore: false,
        unknownNotice: learnedNotice(corpus, options),
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

/**
 * A model to start from: with its weights from before it learned its unseen text, where they are there, so that
 * a new model on the same text is scored on what it has never seen.
 * @throws ModelError
 */
async function readAncestor(folder: string): Promise<Model> {
  const model = await readModel(folder);
  if (model.description.finishing === undefined) return model;
  const snapshot = await readSnapshot(folder).catch(() => undefined);
  return snapshot?.scored === undefined ? model : { ...model, parameters: snapshot.scored };
}

/** Takes a new model's folder for its run. Where that can't be, the folder goes, unless another process has it. */
async function lockNew(folder: string, { signal, trainedIn }: Surroundings): Promise<RunLock> {
  try {
    return await lockRun(folder, signal, trainedIn);
  } catch (error) {
    if (!(error instanceof RunLockedError)) await removeModelFolder(folder);
    throw error;
  }
}

/** The corpus's part of a description: names and numbers. */
export function corpusCard({ fingerprint, documents, summary }: Corpus): ModelDescription['corpus'] {
  const largest = [...documents].sort((one, other) => other.characters - one.characters);
  const named = largest.slice(0, maximumDocumentsNamed).map(({ name, characters }) => ({ name, characters }));
  return { fingerprint, summary, documents: named };
}

/** The state of a run before its first step. */
export function initialSnapshot(
  hyperparameters: Hyperparameters,
  parameters = initialParameters(hyperparameters.architecture, hyperparameters.seed),
): Snapshot {
  const progress: Progress = {
    hyperparameters: structuredClone(hyperparameters),
    step: 0,
    seconds: 0,
    tokens: 0,
    rateScale: 1,
    rollBacks: 0,
    begun: 0,
    nextEvaluation: nextEvaluation(hyperparameters, 0),
    evaluationsSinceBest: 0,
    best: null,
    sinceEvaluation: { loss: 0, steps: 0, seconds: 0 },
    stability: { recent: null, lowest: null },
    batches: { read: 0, random: [...Random.seeded(hyperparameters.seed, 'batches').state] },
    standing: 'running',
  };
  return { state: freshState(hyperparameters.architecture, parameters, hyperparameters.batchSize), progress };
}

/** Plans for a corpus and, where there is one, for the model that the new one starts from. */
export function planner(
  request: HyperparameterRequest,
  corpus: Corpus,
  ancestor: Model | null,
): (power: number) => Hyperparameters {
  return (power) =>
    planHyperparameters({
      request,
      trainingTokens: corpus.training.length,
      validationTokens: corpus.validation.length,
      vocabularySize: corpus.tokenizer.vocabularySize,
      power,
      ...(ancestor && { ancestor: ancestor.description.architecture }),
    });
}

function describe(
  name: string,
  appVersion: string,
  corpus: Corpus,
  hyperparameters: Hyperparameters,
): ModelDescription {
  return {
    formatVersion,
    id: randomUUID(),
    revision: 0,
    name,
    created: new Date().toISOString(),
    appVersion,
    architecture: hyperparameters.architecture,
    tokenizer: corpus.tokenizer.description,
    corpus: corpusCard(corpus),
    seed: hyperparameters.seed,
    hyperparameters,
    best: null,
    baseline: null,
    trained: { steps: 0, tokens: 0, seconds: 0 },
  };
}
