import { join } from 'node:path';
import { SHARE_ENV, Worker } from 'node:worker_threads';
import { ErrorCodes } from 'vscode-jsonrpc';
import type { FromThread, ThreadFailure, ThreadJob, ToThread } from '../protocol/jobs';

/** How a job ended. */
export type JobOutcome = Extract<
  FromThread,
  { type: 'surveyed' | 'scored' | 'allScored' | 'compared' | 'foreseen' | 'trained' | 'failed' }
>;

/** What a job tells on its way. */
export type JobMessage = Exclude<FromThread, JobOutcome>;

/** A job in a thread of its own, so that this thread stays free to answer. */
export class JobThread {
  /** Settles once, and never rejects: a thread that dies has failed. */
  readonly outcome: Promise<JobOutcome>;
  private readonly worker: Worker;

  constructor(job: ThreadJob, onMessage: (message: JobMessage) => void) {
    this.worker = new Worker(join(__dirname, 'worker.js'), {
      workerData: job,
      name: job.kind,
      // TensorFlow reads its settings from the process's environment, where a thread's own would not be seen.
      env: SHARE_ENV,
    });
    this.outcome = new Promise((resolve) => {
      this.worker.on('message', (message: FromThread) => {
        switch (message.type) {
          case 'surveyed':
          case 'scored':
          case 'allScored':
          case 'compared':
          case 'foreseen':
          case 'trained':
          case 'failed':
            resolve(message);
            break;
          default:
            onMessage(message);
        }
      });
      this.worker.on('error', (error: Error) => resolve({ type: 'failed', failure: deathOf(job, error) }));
      this.worker.on('exit', (code) => {
        resolve({ type: 'failed', failure: deathOf(job, new Error(`Its thread ended with code ${code}.`)) });
      });
    });
  }

  send(message: ToThread): void {
    this.worker.postMessage(message);
  }
}

const namesOfJobs: Readonly<Record<ThreadJob['kind'], string>> = {
  survey: 'Looking through the files',
  list: 'Looking through the files',
  score: 'Scoring the text',
  scoreParts: 'Scoring the text',
  compare: 'Looking for changes',
  forecast: 'The forecast',
  train: 'The training',
};

function deathOf(job: ThreadJob, error: Error): ThreadFailure {
  const message = `${namesOfJobs[job.kind]} broke off: ${error.message}`;
  return { code: ErrorCodes.InternalError, message, stack: error.stack ?? message };
}
