/**
 * protocol/: what crosses a process boundary, as types and names: between the editor and its background process (this
 * file, over vscode-jsonrpc) and between the editor and the panel (panel.ts). No behaviour lives here.
 */
import { NotificationType, ProgressType, RequestType, RequestType0 } from 'vscode-jsonrpc';
import type { CorpusProgress, CorpusSource, CorpusSummary, FolderWeights, SkipReason } from '../corpus/corpus';
import type { FreshTexts } from '../corpus/read/renewal';
import type { StagedPiece } from '../corpus/read/stagedFiles';
import type { DocumentsChoice } from '../model/itemForm';
import type { Normalization, TokenizerChoice } from '../corpus/tokenizers/tokenizer';
import type { EngineName } from '../engine/engine';
import type { Choice } from '../generation/choices';
import type { Copy } from '../generation/copies/copyWatch';
import type { SamplingOptions, StopOptions, StopReason } from '../generation/options';
import type { PartsTold } from '../scoring/partwise';
import type { Span } from '../scoring/textTokens';
import type { Forecast } from '../training/forecast/forecast';
import type { Effort } from '../training/loop/effort';
import type { Budget, RecipeRequest } from '../training/prepare/recipe';
import type { VocabularyWish } from '../training/prepare/warmStart';
import type { CopiedPassage, SourceLine } from '../training/record/copiesOfModel';
import type { CorpusChange } from '../training/record/corpusChange';
import type { TrainingControl, TrainingEvent } from '../training/record/events';
import type { Run } from '../training/record/run';

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
  readonly engine: EngineName | 'auto';
  /** Threads for training; 0 leaves the choice to the machine. Obeyed by a running training too. */
  readonly threads: number;
  /** How much of the machine a training takes. Obeyed by a running training too. */
  readonly effort: Effort;
  /** A training pauses while the machine runs on its battery. */
  readonly pauseOnBattery: boolean;
  /** Seconds without a request or a run after which the process ends itself; 0 never. */
  readonly idleSeconds: number;
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

/** More of the files that only the editor can read. The next is sent once this is answered: neither side holds many. */
export interface SpoolParams {
  /** Of the spool that it goes on with, as {@link requests.spool} answered; left out: a new one is begun. */
  readonly id?: string;
  readonly pieces: readonly StagedPiece[];
  /** Nothing more comes: from now on, a corpus may be made of the spool. */
  readonly isLast: boolean;
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
}

/** Every document of a corpus is asked for. */
export interface ListParams {
  /** Chosen by the caller: {@link listed} comes under it. */
  readonly id: number;
  readonly corpus: CorpusRequest;
}

/** The documents of a {@link requests.list}, some at a time and in the corpus's order: progress of that request. */
export const listed = new ProgressType<readonly ListedDocument[]>();

/** What a new training would come to with each of some budgets. */
export interface ForecastParams {
  readonly corpus: CorpusRequest;
  readonly recipe: Omit<RecipeRequest, 'budget'>;
  readonly budgets: readonly Budget[];
}

/** Start training: a new model, or more of one that is there. */
export type TrainParams =
  | {
      readonly kind: 'new';
      readonly name: string;
      /** Folder of models in which the new one's folder is made. */
      readonly modelsFolder: string;
      readonly corpus: CorpusRequest;
      readonly recipe: RecipeRequest;
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

/** How much of a model's text has changed is asked for. */
export interface ChangeParams {
  /** Model folder, absolute path. */
  readonly folder: string;
  /** What only the editor knows of its corpus, as it is now. */
  readonly fresh?: FreshTexts;
}

/** One text to write. */
export interface GenerateParams {
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

/** A text to be scored by a model, as one document. */
export interface ScoreParams {
  /** Chosen by the caller; {@link notifications.scored} carries it. */
  readonly id: number;
  /** Model folder, absolute path. */
  readonly folder: string;
  readonly text: string;
}

/** How surprising a model finds a text. */
export interface ScoreResult {
  /** Nats of each character (code point), in order. */
  readonly characters: Float32Array;
  /** For each character, 1 where a token starts with it. */
  readonly starts: Uint8Array;
  /** Nats of the whole. */
  readonly total: number;
}

/** A long text to be scored by a model, as one document, a part at a time. */
export interface ScorePartsParams {
  /** Chosen by the caller: {@link scoredParts} comes under it, and {@link look} is sent under it. */
  readonly id: number;
  /** Model folder, absolute path. */
  readonly folder: string;
  /** As the editor has it: a CR LF is one character. */
  readonly text: string;
  /** The parts that are asked for, ascending and apart. */
  readonly wanted: readonly Span[];
  /** Where the text is looked at, code units: what stands from there on is scored first. */
  readonly from: number;
}

/** Parts of a {@link requests.scoreParts} as they become known: progress of that request, a few times a second. */
export const scoredParts = new ProgressType<PartsTold>();

/** The text of a {@link requests.scoreParts} is looked at somewhere else now. */
export interface Look {
  readonly id: number;
  /** Code units. */
  readonly from: number;
}

/** Editor to background: changes the order of a scoring that is under way. */
export const look = new NotificationType<Look>('look');

/** What may stand next, asked of a model. */
export interface ChooseParams {
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

/** A piece of a text being written. */
export interface GeneratedPiece {
  readonly id: number;
  readonly text: string;
}

/** How much of a text has been scored. */
export interface ScoreProgress {
  readonly id: number;
  /** From 0 to 1. */
  readonly share: number;
}

/** Codes of errors that travel back as `ResponseError`; the message is one sentence for the user. */
export const errorCodes = {
  /** A training is running already. */
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
  /** Lists and counts without training. Cancellable; tells {@link notifications.corpusProgress}. */
  survey: new RequestType<CorpusRequest, CorpusSummary, void>('survey'),
  /** A survey that also tells of each document: see {@link listed}. Cancellable. */
  list: new RequestType<ListParams, CorpusSummary, void>('list'),
  /** How much of a model's text has changed since it was trained; null where it doesn't say what that was. Cancellable. */
  corpusChange: new RequestType<ChangeParams, CorpusChange | null, void>('corpusChange'),
  /**
   * Tells what a training would come to, after some seconds of steps on the real text; what is known before comes as
   * {@link notifications.forecast}. Leaves nothing behind. Cancellable.
   */
  forecast: new RequestType<ForecastParams, readonly Forecast[], void>('forecast'),
  /** Resolves with the model's folder once the run has started; the rest comes as training events. Cancellable until then. */
  train: new RequestType<TrainParams, { readonly folder: string }, void>('train'),
  /** Resolves once the control has been obeyed (a stop: once the model is saved). */
  control: new RequestType<TrainingControl, null, void>('control'),
  /** The run that is on or the last one of this process, whole. */
  run: new RequestType0<Run | null, void>('run'),
  /** Cancellable: answers with what was written until then. */
  generate: new RequestType<GenerateParams, GenerateResult, void>('generate'),
  /** Cancellable; tells {@link notifications.scored}. */
  score: new RequestType<ScoreParams, ScoreResult, void>('score'),
  /** Resolves once all is known: see {@link scoredParts}. Cancellable. */
  scoreParts: new RequestType<ScorePartsParams, null, void>('scoreParts'),
  /** The likeliest ways on, likeliest first, each with its probability. Cancellable: answers with fewer. */
  choose: new RequestType<ChooseParams, readonly Choice[], void>('choose'),
  /** Where each passage stands; null where its document is no file. */
  locate: new RequestType<LocateParams, readonly (SourceLine | null)[], void>('locate'),
  /** Save and end. */
  shutdown: new RequestType0<null, void>('shutdown'),
} as const;

/** Background to editor. */
export const notifications = {
  corpusProgress: new NotificationType<CorpusProgress>('corpusProgress'),
  forecast: new NotificationType<readonly Forecast[]>('forecast'),
  /** The run that a training goes on from, as its earlier sessions told it: replaces what was known, before `started`. */
  earlier: new NotificationType<Run>('earlier'),
  training: new NotificationType<TrainingEvent>('training'),
  generated: new NotificationType<GeneratedPiece>('generated'),
  /** Of long texts, a few times a second. */
  scored: new NotificationType<ScoreProgress>('scored'),
  /** A line for the log. */
  log: new NotificationType<string>('log'),
} as const;
