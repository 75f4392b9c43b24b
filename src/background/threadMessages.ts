import type { InitializeParams } from '../protocol/background';
import type { JobKind, Jobs } from '../protocol/jobs';

/** What every job may need to know of the machine and the user's wishes. */
export type JobEnvironment = Pick<InitializeParams, 'appVersion' | 'settings' | 'tensorflowFolders'>;

/** What a thread is started for (its `workerData`). It does one job and ends. */
export interface ThreadTask<K extends JobKind = JobKind> {
  readonly kind: K;
  readonly params: Jobs[K]['params'];
  readonly environment: JobEnvironment;
}

/** Background process to its thread. */
export type ToThread<K extends JobKind = JobKind> =
  /** Give the job up; of a training, only until it has started. */
  { readonly type: 'cancel' } | { readonly type: 'order'; readonly order: Jobs[K]['order'] };

/** Thread to its background process. */
export type FromThread<K extends JobKind = JobKind> =
  { readonly type: 'progress'; readonly progress: Jobs[K]['progress'] } | JobOutcome<K>;

/** How a job ends, in exactly one of these. */
export type JobOutcome<K extends JobKind = JobKind> =
  | { readonly type: 'done'; readonly result: Jobs[K]['result'] }
  | { readonly type: 'failed'; readonly failure: ThreadFailure };

/** An error on its way out of a thread. */
export interface ThreadFailure {
  /** One of `errorCodes`, or JSON-RPC's internal error. */
  readonly code: number;
  /** One sentence for the user. */
  readonly message: string;
  /** For the log. */
  readonly stack: string;
}
