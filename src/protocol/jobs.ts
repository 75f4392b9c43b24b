import type { CorpusProgress, CorpusSource, CorpusSummary, FolderWeights, SkipReason } from '../corpus/corpus';
import type { FreshTexts } from '../corpus/read/renewal';
import type { Normalization, TokenizerChoice } from '../corpus/tokenizers/tokenizer';
import type { MemoryUse } from '../memory/memory';
import type { Budget } from '../model/hyperparameters';
import type { DocumentsChoice, ItemSummary } from '../model/itemForm';
import type { PartsTold, ScoringOptions } from '../scoring/scoring';
import type { Forecast } from '../training/forecast/forecast';
import type { Allowance } from '../training/loop/effort';
import type { HyperparameterRequest } from '../training/prepare/hyperparameterRequest';
import type { VocabularyWish } from '../training/prepare/warmStart';
import type { CorpusChange } from '../training/record/corpusChange';
import type { TrainingControl, TrainingEvent } from '../training/record/events';
import type { Run } from '../training/record/run';

/**
 * Long work, which the background process does in a thread of its own: one row a job. A new one takes its row and its title
 * here, how it is done in background/jobs.ts, and somebody who asks for it by `BackgroundProcess.perform`.
 */
export interface Jobs {
  /** Lists and counts without training. */
  survey: Job<CorpusRequest, CorpusProgress, CorpusSummary>;
  /** A survey that tells of each document, some at a time and in the corpus's order. */
  list: Job<CorpusRequest, readonly ListedDocument[], CorpusSummary>;
  /** How much of a model's text has changed since it was trained; null where it doesn't say what that was. */
  corpusChange: Job<ChangeParams, never, CorpusChange | null>;
  /** What a training would come to, after some seconds of steps on the real text; tells what is known before. Leaves nothing behind. */
  forecast: Job<ForecastParams, readonly Forecast[], readonly Forecast[]>;
  /** How surprising a model finds a text, told in parts as they become known, a few times a second. Comes to the nats of them all. */
  score: Job<ScoreParams, PartsTold, number, Look>;
  /** Trains a model. Not asked for as the others are: there is one at a time, whose start is the answer. */
  train: Job<TrainParams, TrainingMessage, null, TrainingOrder>;
}

/** What a failure calls each job. */
export const jobTitles: Readonly<Record<JobKind, string>> = {
  survey: 'Looking through the files',
  list: 'Looking through the files',
  corpusChange: 'Looking for changes',
  forecast: 'The forecast',
  score: 'Scoring the text',
  train: 'The training',
};

export type JobKind = keyof Jobs;

/** Jobs that the editor asks for by name. */
export type RequestedJob = Exclude<JobKind, 'train'>;

/** What a job takes, tells on its way and comes to, and what may be ordered of it meanwhile. */
interface Job<Params, Progress, Result, Order = never> {
  readonly params: Params;
  readonly progress: Progress;
  readonly result: Result;
  readonly order: Order;
}

/** A corpus as it is asked for across the boundary. */
export interface CorpusRequest {
  readonly source: CorpusSource;
  readonly tokenizer: TokenizerChoice;
  /** Of byte pairs and words; left out: as many as usual. */
  readonly vocabularySize?: number;
  /** How often the text of folders comes up in an epoch; left out: all of it once. */
  readonly weights?: FolderWeights;
  /** What the tokeniser does to text first; left out: nothing. */
  readonly normalization?: Normalization;
  /** What a document is: see {@link CorpusOptions}; left out: a file. */
  readonly documents?: DocumentsChoice;
}

/** A file or text of a corpus, and what becomes of it. */
export interface ListedDocument {
  /** Relative to the root, with forward slashes; a folder that isn't read has a slash at its end. */
  readonly name: string;
  readonly verdict: 'included' | SkipReason;
  /** Code points to train on; 0 of what is left out. */
  readonly characters: number;
  /** Lines of it that are left out since they look like secrets. */
  readonly secretLines: number;
  /** What it is made of, where that is a list or records. */
  readonly items?: ItemSummary;
}

/** How much of a model's text has changed is asked for. */
interface ChangeParams {
  /** Model folder, absolute path. */
  readonly folder: string;
  /** What only the editor knows of its corpus, as it is now. */
  readonly fresh?: FreshTexts;
}

/** What a new training would come to with each of some budgets. */
interface ForecastParams {
  readonly corpus: CorpusRequest;
  readonly hyperparameters: Omit<HyperparameterRequest, 'budget'>;
  readonly budgets: readonly Budget[];
}

/** A text to be scored by a model, as one document. */
export interface ScoreParams extends Pick<ScoringOptions, 'wanted' | 'from' | 'before'> {
  /** Model folder, absolute path. */
  readonly folder: string;
  /** As the editor has it: a CR LF is one character. */
  readonly text: string;
  /** How the model's memory is used, if it has one; left out: it reads along. */
  readonly memory?: MemoryUse | undefined;
}

/** The text that is being scored is looked at somewhere else now. */
interface Look {
  /** Code units. */
  readonly from: number;
}

/** Start training: a new model, or more of one that is there. */
export type TrainParams =
  | {
      readonly kind: 'new';
      readonly name: string;
      /** Folder of models in which the new one's folder is made. */
      readonly modelsFolder: string;
      readonly corpus: CorpusRequest;
      readonly hyperparameters: HyperparameterRequest;
      /** Folder of a model to start from: its weights and shape, its vocabulary and what the text has beyond it. */
      readonly from?: string;
      /** Symbols that a model which starts from another shall know too, however rare they are. */
      readonly symbols?: readonly string[];
    }
  | {
      /** Go on from the newest checkpoint: to the end of its budget, and `minutes` longer. */
      readonly kind: 'continue';
      readonly folder: string;
      readonly minutes: number;
      /** What becomes of its vocabulary; left out: it stays as it is. */
      readonly vocabulary?: VocabularyWish;
      /** As in {@link ChangeParams}. */
      readonly fresh?: FreshTexts;
    };

/** What a training tells on its way. */
export type TrainingMessage =
  | { readonly type: 'corpus'; readonly progress: CorpusProgress }
  /** The run that this training goes on from, as far as it counts: before the first event. */
  | { readonly type: 'earlier'; readonly run: Run }
  | { readonly type: 'event'; readonly event: TrainingEvent }
  | { readonly type: 'obeyed'; readonly id: number }
  | { readonly type: 'log'; readonly message: string };

/** What may be ordered of a training. */
type TrainingOrder =
  /** Answered by `obeyed` with the same number. */
  | { readonly type: 'control'; readonly id: number; readonly control: TrainingControl }
  /** Take more or less of the machine from now on. */
  | { readonly type: 'allow'; readonly allowance: Allowance }
  /** The machine has gone over to its battery, on which a training pauses, or back to the mains. */
  | { readonly type: 'battery'; readonly isDraining: boolean }
  /** Save what a continuation needs and end, without closing the run. */
  | { readonly type: 'suspend' };
