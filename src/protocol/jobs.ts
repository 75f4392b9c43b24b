import type { CorpusProgress, CorpusSummary } from '../corpus/corpus';
import type { PartsTold } from '../scoring/partwise';
import type { Forecast } from '../training/forecast/forecast';
import type { Allowance } from '../training/loop/effort';
import type { CorpusChange } from '../training/record/corpusChange';
import type { TrainingControl, TrainingEvent } from '../training/record/events';
import type { Run } from '../training/record/run';
import type {
  BackgroundSettings,
  ChangeParams,
  CorpusRequest,
  ForecastParams,
  ListedDocument,
  ScoreParams,
  ScorePartsParams,
  ScoreResult,
  TrainParams,
} from './background';

/** What a thread is started for (its `workerData`). It does one job and ends. */
export type ThreadJob =
  | { readonly kind: 'survey'; readonly corpus: CorpusRequest }
  /** A survey that tells of each document as well. */
  | { readonly kind: 'list'; readonly corpus: CorpusRequest }
  | {
      readonly kind: 'score';
      readonly params: ScoreParams;
      readonly threads: number;
      readonly tensorflowFolders: readonly string[];
    }
  | {
      readonly kind: 'scoreParts';
      readonly params: ScorePartsParams;
      readonly threads: number;
      readonly tensorflowFolders: readonly string[];
    }
  /** How much of the text of a model has changed. */
  | { readonly kind: 'compare'; readonly params: ChangeParams }
  | {
      readonly kind: 'forecast';
      readonly params: ForecastParams;
      readonly appVersion: string;
      readonly settings: BackgroundSettings;
      readonly tensorflowFolders: readonly string[];
    }
  | {
      readonly kind: 'train';
      readonly params: TrainParams;
      readonly appVersion: string;
      readonly settings: BackgroundSettings;
      readonly tensorflowFolders: readonly string[];
    };

/** Background process to its thread. */
export type ToThread =
  /** Give the job up; of a training, only until it has started. */
  | { readonly type: 'cancel' }
  /** Answered by `obeyed` with the same number. */
  | { readonly type: 'control'; readonly id: number; readonly control: TrainingControl }
  /** Take more or less of the machine from now on. */
  | { readonly type: 'allow'; readonly allowance: Allowance }
  /** The machine has gone over to its battery, on which a training pauses, or back to the mains. */
  | { readonly type: 'battery'; readonly isDraining: boolean }
  /** The text being scored in parts is looked at from this unit on. */
  | { readonly type: 'look'; readonly from: number }
  /** Save what a continuation needs and end, without closing the run. */
  | { readonly type: 'suspend' };

/** Thread to its background process. A job ends in exactly one of the last seven. */
export type FromThread =
  | { readonly type: 'progress'; readonly progress: CorpusProgress }
  /** Share of a text that has been scored, from 0 to 1. */
  | { readonly type: 'scoring'; readonly share: number }
  /** Of a scoring in parts: what has become known. */
  | { readonly type: 'parts'; readonly told: PartsTold }
  | { readonly type: 'listed'; readonly documents: readonly ListedDocument[] }
  /** What is known so far. */
  | { readonly type: 'forecast'; readonly forecasts: readonly Forecast[] }
  /** The run that this training goes on from, as far as it counts: before the first event. */
  | { readonly type: 'earlier'; readonly run: Run }
  | { readonly type: 'event'; readonly event: TrainingEvent }
  | { readonly type: 'obeyed'; readonly id: number }
  | { readonly type: 'log'; readonly message: string }
  | { readonly type: 'surveyed'; readonly summary: CorpusSummary }
  | { readonly type: 'scored'; readonly score: ScoreResult }
  | { readonly type: 'allScored' }
  | { readonly type: 'compared'; readonly change: CorpusChange | null }
  | { readonly type: 'foreseen'; readonly forecasts: readonly Forecast[] }
  /** `kept`: folder of the model, where it is there to stay. */
  | { readonly type: 'trained'; readonly kept: string | null }
  | { readonly type: 'failed'; readonly failure: ThreadFailure };

/** An error on its way out of a thread. */
export interface ThreadFailure {
  /** One of {@link errorCodes}, or JSON-RPC's internal error. */
  readonly code: number;
  /** One sentence for the user. */
  readonly message: string;
  /** For the log. */
  readonly stack: string;
}
