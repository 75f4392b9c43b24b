import type { CorpusSummary } from '../../corpus/corpus';
import type { TokenizerKind } from '../../corpus/tokenizers/tokenizer';
import type { WeightKind } from '../../engine/engine';
import type { EngineName } from '../../engine/engineNames';
import type { Hyperparameters } from '../prepare/hyperparameterRequest';

/** The run has a corpus, a model and an engine, and takes its first step now. */
export interface StartedEvent {
  readonly type: 'started';
  /** Folder of the model being trained, absolute path. */
  readonly folder: string;
  /** Name of the model. */
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly hyperparameters: Hyperparameters;
  readonly parameters: number;
  readonly tokenizer: TokenizerKind;
  readonly vocabularySize: number;
  readonly trainingTokens: number;
  readonly validationTokens: number;
  readonly summary: CorpusSummary;
  readonly engine: { readonly name: EngineName; readonly threads: number; readonly reason: string };
  /** Steps taken before: not 0 where a run is resumed or continued. */
  readonly step: number;
}

/** How fast and how well it goes; about four a second. */
export interface ProgressEvent {
  readonly type: 'progress';
  readonly step: number;
  /** Seconds trained, pauses not counted, earlier sessions included. */
  readonly seconds: number;
  /** Tokens seen. */
  readonly tokens: number;
  /** Mean training loss since the last progress event, nats per token. */
  readonly loss: number;
  readonly gradientNorm: number;
  readonly rate: number;
  readonly tokensPerSecond: number;
  /** Share of the budget used, 0 to 1. */
  readonly share: number;
  readonly secondsLeft: number;
  /** Threads of a step now; left out by runs that were recorded before it could change. */
  readonly threads?: number;
  /** Resident memory of the process, bytes. */
  readonly memory: number;
}

/** How well a model predicts the held-out text of one language. */
export interface LanguageLoss {
  /** The ending of its files, or their name where they have none. */
  readonly language: string;
  readonly natsPerCharacter: number;
  /** Held-out code points of it. */
  readonly characters: number;
}

/** The held-out text was scored. */
export interface EvaluationEvent {
  readonly type: 'evaluation';
  readonly step: number;
  readonly seconds: number;
  readonly tokens: number;
  /** Mean training loss since the last evaluation, nats per token (dropout on). */
  readonly train: number;
  /** Nats per token on held-out text, of the better weights. */
  readonly validation: number;
  /** Nats per character of the raw text: comparable between tokenisers. */
  readonly natsPerCharacter: number;
  /** By language, those with most text first, where there is more than one. */
  readonly languages?: readonly LanguageLoss[];
  /** Which weights were the better. */
  readonly weights: WeightKind;
  readonly rate: number;
  readonly tokensPerSecond: number;
  /** The best so far, and saved as the model. */
  readonly best: boolean;
}

/** Text drawn from the model as it is, always with the same prompt and seed so that samples compare. */
export interface SampleEvent {
  readonly type: 'sample';
  readonly step: number;
  readonly seconds: number;
  readonly temperature: number;
  readonly prompt: string;
  readonly text: string;
}

/** Something happened that a reader of the curve wants to see. */
export interface NoteEvent {
  readonly type: 'note';
  readonly step: number;
  readonly seconds: number;
  readonly kind:
    | 'paused'
    /** By itself, until the machine is on the mains again. */
    | 'paused on battery'
    | 'resumed'
    | 'rate changed'
    | 'effort changed'
    | 'rolled back'
    | 'extended'
    | 'restarted'
    /** Much of its text is unknown to its vocabulary. */
    | 'unknown text'
    /** There are no more steps: the quality of the best is found out on more of the held-out text. */
    | 'scoring'
    /** The best has been scored: its memory reads the rest of the text, and is fitted to it. */
    | 'remembering'
    /** The memory could not be saved: the model is left without. */
    | 'not remembered'
    /** The best has been scored, and learns the held-out text, too. */
    | 'finishing'
    /** It has not learned that after all. */
    | 'unfinished'
    /** What was asked for isn't done, since the run is being finished. */
    | 'too late'
    /** What was asked for is done as soon as the step under way, which is a long one, has been taken. */
    | 'asked'
    /** A file that only tells of the run can't be written. */
    | 'not logged'
    /** Held-out passages stand in the training text too. */
    | 'copies held out';
  /** One plain sentence. */
  readonly message: string;
}

/** A simple model's quality on the same held-out text: the baseline. */
export interface BaselineEvent {
  readonly type: 'baseline';
  /** Order of the interpolated n-gram model. */
  readonly order: number;
  readonly natsPerCharacter: number;
}

/** The run is over. */
export interface FinishedEvent {
  readonly type: 'finished';
  readonly outcome: RunOutcome;
  readonly step: number;
  readonly seconds: number;
  /** Best nats per character on held-out text, as the model writes: with its memory; null when no evaluation was reached. */
  readonly natsPerCharacter: number | null;
  /** The same with a memory that reads nothing along, by the LSTM alone, and by the memory alone; left out without a memory. */
  readonly frozen?: number;
  readonly lstm?: number;
  readonly memoryAlone?: number;
}

/** Why a run ended. */
export type RunOutcome =
  | { readonly kind: 'completed' }
  | { readonly kind: 'early stop' }
  | { readonly kind: 'stopped' }
  | {
      readonly kind: 'discarded';
      /** The model is again what it was before this run. Left out: nothing is left of it. */
      readonly restored?: true;
    }
  | { readonly kind: 'failed'; readonly message: string };

/** What a training run tells, in order. */
export type TrainingEvent =
  StartedEvent | ProgressEvent | EvaluationEvent | SampleEvent | NoteEvent | BaselineEvent | FinishedEvent;

/** What a user may ask of a running training. */
export type TrainingControl =
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  /** End now and keep the model. */
  | { readonly type: 'stop' }
  /** End now and remove what this run wrote: a new model, or what a continued one has learned since. */
  | { readonly type: 'discard' }
  | { readonly type: 'scale rate'; /** Factor on the schedule from now on. */ readonly factor: number }
  | { readonly type: 'extend'; readonly minutes: number };
