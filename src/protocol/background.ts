/**
 * protocol/: what crosses a process boundary, as types and names: between the editor and its background process (this
 * file, over vscode-jsonrpc; its long work in jobs.ts) and between the editor and the panel (panel.ts). No behaviour lives
 * here.
 */
import { NotificationType, ProgressType, RequestType, RequestType0 } from 'vscode-jsonrpc';
import type { CorpusProgress } from '../corpus/corpus';
import type { StagedPiece } from '../corpus/read/stagedFiles';
import type { EngineChoice } from '../engine/engineNames';
import type { NextWord } from '../generation/choices';
import type { Copy } from '../generation/copies/copyWatch';
import type { SamplingOptions, StopOptions, StopReason } from '../generation/options';
import type { ReadChange } from '../generation/toldTexts';
import type { MemoryUse } from '../memory/memory';
import type { Effort } from '../training/loop/effort';
import type { CopiedPassage, SourceLine } from '../training/record/copiesOfModel';
import type { TrainingControl, TrainingEvent } from '../training/record/events';
import type { Run } from '../training/record/run';
import type { Jobs, RequestedJob, TrainParams } from './jobs';

/** Both sides must say the same number. */
export const protocolVersion = 1;

/** Everything that the background process needs to know, sent once, first. */
export interface InitializeParams {
  readonly protocolVersion: number;
  readonly appVersion: string;
  /** Process id of the editor's extension host: the background process ends when it has gone. */
  readonly parent: number;
  /** Folders that may hold a complete @tensorflow/tfjs-node, in order of preference. */
  readonly tensorflowFolders: readonly string[];
  readonly settings: BackgroundSettings;
}

/** Settings that the background process obeys, from the start and whenever they change. */
export interface BackgroundSettings {
  readonly engine: EngineChoice;
  /** Threads for training; 0 leaves the choice to the machine. Obeyed by a running training too. */
  readonly threads: number;
  /** How much of the machine a training takes. Obeyed by a running training too. */
  readonly effort: Effort;
  /** A training pauses while the machine runs on its battery. */
  readonly pauseOnBattery: boolean;
  /** Seconds without a request or a run after which the process ends itself; 0 never. */
  readonly idleSeconds: number;
}

/** More of the files that only the editor can read. The next is sent once this is answered: neither side holds many. */
export interface SpoolParams {
  /** Of the spool that it goes on with, as {@link requests.spool} answered; left out: a new one is begun. */
  readonly id?: string;
  readonly pieces: readonly StagedPiece[];
  /** Nothing more comes: from now on, a corpus may be made of the spool. */
  readonly isLast: boolean;
}

/** What a model takes into account beside the prompt. */
export interface MemoryParams {
  /** Left out: the memory as it was saved. A model without one writes by its LSTM alone. */
  readonly memory?: MemoryUse;
  /** What is read along where that is the use. */
  readonly read?: ReadChange;
}

/** One text to write. */
export interface GenerateParams extends MemoryParams {
  /** Chosen by the caller; {@link generated} notifications carry it. */
  readonly id: number;
  /** Model folder, absolute path. */
  readonly folder: string;
  /** Text before the cursor. */
  readonly prompt: string;
  /** Nothing stands before the prompt: its document starts there. Left out: it does. */
  readonly startsDocument?: boolean;
  /** How much of the prompt's end is read at least, code units. Left out: as much as a small model remembers. */
  readonly promptLength?: number;
  readonly sampling: SamplingOptions;
  readonly stop: StopOptions;
  /** Left out: nothing is refused, and passages of 50 code units are named. */
  readonly copies?: CopyWishes;
  /** It is seldom gone on from, so that nothing is kept of where it ends. Left out: it may well be. */
  readonly isTrial?: boolean;
}

/** What is done about passages that stand verbatim in the corpus; lengths in code units, from about 40 on. */
export interface CopyWishes {
  /** Passages at least this long are named in the result. */
  readonly nameFrom: number;
  /** Longer ones are taken back and drawn otherwise; 0 for none. Pieces come that much later then. */
  readonly refuseFrom: number;
}

/** What became of a {@link GenerateParams}. */
export interface GenerateResult {
  readonly text: string;
  readonly stopped: StopReason;
  /** Distinct characters of the prompt that the model has never seen. */
  readonly unknownCharacters: readonly string[];
  /** Passages of the text that stand verbatim in the corpus; none where the corpus isn't indexed (yet). */
  readonly copies: readonly Copy[];
  readonly seconds: number;
}

/** Passages that a model has copied, to be found again in what it was trained on. */
export interface LocateParams {
  /** Model folder, absolute path. */
  readonly folder: string;
  readonly passages: readonly CopiedPassage[];
}

/** What may stand next, asked of a model. */
export interface ChooseParams extends MemoryParams {
  /** Model folder, absolute path. */
  readonly folder: string;
  /** Text before the place. */
  readonly prompt: string;
  /** As in {@link GenerateParams}. */
  readonly startsDocument?: boolean;
  /** As in {@link GenerateParams}. */
  readonly promptLength?: number;
  /** Single symbols, or whole words with the blanks before them. */
  readonly unit: 'symbol' | 'word';
  /** At most so many. */
  readonly count: number;
}

/** A long job that is asked for. */
export type JobRequest = {
  [K in RequestedJob]: {
    /** Chosen by the caller: {@link jobProgress} comes under it, and {@link jobOrder} goes under it. */
    readonly id: number;
    readonly kind: K;
    readonly params: Jobs[K]['params'];
  };
}[RequestedJob];

/** What a {@link requests.perform} tells on its way: progress of that request. */
export const jobProgress = new ProgressType<Jobs[RequestedJob]['progress']>();

/** Editor to background: something is ordered of a job that is under way. */
export const jobOrder = new NotificationType<{ readonly id: number; readonly order: Jobs[RequestedJob]['order'] }>(
  'order',
);

/** A piece of a text being written. */
export interface GeneratedPiece {
  readonly id: number;
  readonly text: string;
}

/** Codes of errors that travel back as `ResponseError`; the message is one sentence for the user. */
export const errorCodes = {
  /** Training is already running. */
  busy: 1001,
  /** The corpus can't be trained on: see the message. */
  corpus: 1002,
  /** The model folder can't be read: see the message. */
  model: 1003,
  /** No engine can run here: see the message. */
  engine: 1004,
  /** The disk is full or a folder can't be written. */
  storage: 1005,
  /** A control was sent, and no training is running. */
  noTraining: 1006,
  /** Another process trains this model: see the message. */
  locked: 1007,
  /** The text that a {@link ReadChange} changes isn't known: all of it has to be told. */
  lostText: 1008,
  /** The sender gave the request up: the number that the Language Server Protocol has for it. */
  cancelled: -32800,
} as const;

/** Editor to background. */
export const requests = {
  initialize: new RequestType<InitializeParams, { readonly protocolVersion: number }, void>('initialize'),
  configure: new RequestType<BackgroundSettings, null, void>('configure'),
  /** Takes in a part of what only the editor can read; answers with the spool's id. */
  spool: new RequestType<SpoolParams, { readonly id: string }, void>('spool'),
  /** Removes a spool by its id, whole or not, unless a model was trained on it. */
  dropSpool: new RequestType<string, null, void>('dropSpool'),
  /** Does long work: see {@link Jobs}. Cancellable. */
  perform: new RequestType<JobRequest, Jobs[RequestedJob]['result'], void>('perform'),
  /** Resolves with the model's folder once the run has started; the rest comes as training events. Cancellable until then. */
  train: new RequestType<TrainParams, { readonly folder: string }, void>('train'),
  /** Resolves once the control has been obeyed (a stop: once the model is saved). */
  control: new RequestType<TrainingControl, null, void>('control'),
  /** The run that is on or the last one of this process, whole. */
  run: new RequestType0<Run | null, void>('run'),
  /** Cancellable: answers with what was written until then. */
  generate: new RequestType<GenerateParams, GenerateResult, void>('generate'),
  /** The likeliest ways on, likeliest first, each with its probability. Cancellable: answers with fewer. */
  choose: new RequestType<ChooseParams, readonly NextWord[], void>('choose'),
  /** Where each passage stands; null where its document is no file. */
  locate: new RequestType<LocateParams, readonly (SourceLine | null)[], void>('locate'),
  /** Save and end. */
  shutdown: new RequestType0<null, void>('shutdown'),
} as const;

/** Background to editor. */
export const notifications = {
  /** Of a training that is being prepared. */
  corpusProgress: new NotificationType<CorpusProgress>('corpusProgress'),
  /** The run that a training goes on from, as its earlier sessions told it: replaces what was known, before `started`. */
  earlier: new NotificationType<Run>('earlier'),
  training: new NotificationType<TrainingEvent>('training'),
  generated: new NotificationType<GeneratedPiece>('generated'),
  /** A line for the log. */
  log: new NotificationType<string>('log'),
} as const;
