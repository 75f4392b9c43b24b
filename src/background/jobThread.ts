import { join } from 'node:path';
import { SHARE_ENV, Worker } from 'node:worker_threads';
import { ErrorCodes } from 'vscode-jsonrpc';
import { type JobKind, type Jobs, jobTitles } from '../protocol/jobs';
import type { FromThread, JobOutcome, ThreadFailure, ThreadTask, ToThread } from './threadMessages';

/** A job in a thread of its own, so that this thread stays free to answer. */
export class JobThread<K extends JobKind> {
  /** Settles once, and never rejects: a thread that dies has failed. */
  readonly outcome: Promise<JobOutcome<K>>;
  private readonly worker: Worker;

  constructor(task: ThreadTask<K>, onProgress: (progress: Jobs[K]['progress']) => void) {
    const { kind } = task;
    this.worker = new Worker(join(__dirname, 'worker.js'), {
      workerData: task,
      name: kind,
      // TensorFlow reads its settings from the process's environment, where a thread's own would not be seen.
      env: SHARE_ENV,
    });
    this.outcome = new Promise((resolve) => {
      this.worker.on('message', (message: FromThread<K>) => {
        if (message.type === 'progress') onProgress(message.progress);
        else resolve(message);
      });
      this.worker.on('error', (error: Error) => resolve({ type: 'failed', failure: deathOf(kind, error) }));
      this.worker.on('exit', (code) => {
        resolve({ type: 'failed', failure: deathOf(kind, new Error(`Its thread ended with code ${code}.`)) });
      });
    });
  }

  /** Has the job given up; a training, only until it has started. */
  cancel(): void {
    this.send({ type: 'cancel' });
  }

  order(order: Jobs[K]['order']): void {
    this.send({ type: 'order', order });
  }

  private send(message: ToThread<K>): void {
    this.worker.postMessage(message);
  }
}

function deathOf(kind: JobKind, error: Error): ThreadFailure {
  const message = `${jobTitles[kind]} broke off: ${error.message}`;
  return { code: ErrorCodes.InternalError, message, stack: error.stack ?? message };
}
