import type { CorpusProgress } from '../../corpus/corpus';
import type { WorkOptions } from '../../corpus/pace';
import type { Engine } from '../../engine/engine';
import type { Architecture } from '../../model/architecture';
import type { Clock } from '../loop/clock';
import type { Allowance } from '../loop/effort';
import type { TrainingEvent } from '../record/events';
import type { TrainedIn } from '../record/lockOwner';

/** What preparing a run needs of its surroundings. */
export interface Surroundings {
  readonly appVersion: string;
  /** Loads the engine that suits a model and its batches, and says why in one sentence. */
  readonly engineFor: (
    architecture: Architecture,
    length: number,
    streams: number,
    /** Seconds that it is to train, where that is known. */
    seconds?: number,
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
  /** Said to whoever else looks at the model meanwhile. */
  readonly trainedIn?: TrainedIn;
  /** Where tokenised text is kept, so that it needn't be read again: see {@link WorkOptions}. */
  readonly cacheFolder?: string;
}

/** What buildCorpus takes of the surroundings. */
export function workOptions({ signal, onCorpusProgress, cacheFolder }: Surroundings): WorkOptions {
  return {
    ...(signal && { signal }),
    ...(onCorpusProgress && { report: onCorpusProgress }),
    ...(cacheFolder !== undefined && { cacheFolder }),
  };
}
