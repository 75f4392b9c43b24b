import { join } from 'node:path';
import { parentPort, SHARE_ENV, Worker } from 'node:worker_threads';
import { version } from '../../package.json';
import { userCacheFolder } from '../corpus/cacheFolder';
import type { CorpusProgress } from '../corpus/corpus';
import type { EngineChoice } from '../engine/engineNames';
import { engineChooser } from '../engine/select';
import type { ModelDescription } from '../model/description';
import { readDescription } from '../model/modelFolder';
import { TrainingControls } from '../training/loop/controls';
import { train } from '../training/loop/train';
import { prepareContinuation } from '../training/prepare/continuation';
import { type NewTraining, prepareTraining } from '../training/prepare/prepare';
import { type Surroundings } from '../training/prepare/surroundings';
import type { SessionEnd, TrainingJob } from '../training/prepare/trainingJob';
import type { VocabularyWish } from '../training/prepare/warmStart';
import { indexCopies } from '../training/record/copiesOfModel';
import type { TrainingEvent } from '../training/record/events';
import type { Run } from '../training/record/run';
import { enginePlaces } from './engines';
import { type CommandFailure, failureOf } from './failure';

/** What is to be trained, and with what. Plain data: it is sent to the thread. */
export interface TrainRequest {
  readonly work:
    | { readonly kind: 'new'; readonly training: NewTraining }
    | {
        readonly kind: 'continue';
        readonly folder: string;
        readonly minutes: number;
        readonly vocabulary: VocabularyWish;
      };
  readonly engine: EngineChoice;
  /** Most threads; left out: all. */
  readonly threads?: number;
}

/** What the thread tells on its way. */
export type TrainNews =
  | { readonly type: 'corpus'; readonly progress: CorpusProgress }
  /** The model's folder is there. */
  | { readonly type: 'ready'; readonly folder: string }
  | { readonly type: 'event'; readonly event: TrainingEvent }
  /** It knows that it is to stop. */
  | { readonly type: 'heard' };

/** How the thread ended. */
export type TrainOutcome =
  | {
      readonly type: 'trained';
      readonly folder: string;
      readonly description: ModelDescription;
      readonly end: SessionEnd;
      readonly run: Run | null;
    }
  /** It was asked to stop before it had begun. */
  | { readonly type: 'given up' }
  | { readonly type: 'failed'; readonly failure: CommandFailure };

/** A training in a thread of its own, so that this one is free to listen whatever the engine does. */
export class TrainThread {
  /** Never rejects: a thread that dies has failed. */
  readonly outcome: Promise<TrainOutcome>;
  private readonly worker: Worker;

  constructor(request: TrainRequest, onNews: (news: TrainNews) => void) {
    this.worker = new Worker(join(__dirname, 'cli.js'), {
      workerData: request,
      name: 'train',
      // TensorFlow reads its settings from the process's environment, where a thread's own would not be seen.
      env: SHARE_ENV,
    });
    this.outcome = new Promise((resolve) => {
      this.worker.on('message', (message: TrainNews | TrainOutcome) => {
        switch (message.type) {
          case 'trained':
          case 'given up':
          case 'failed':
            resolve(message);
            break;
          default:
            onNews(message);
        }
      });
      this.worker.on('error', (error: Error) => resolve({ type: 'failed', failure: failureOf(error) }));
      this.worker.on('exit', (code) =>
        resolve({ type: 'failed', failure: { sentence: `The training's thread ended with code ${code}.`, code: 1 } }),
      );
    });
  }

  /** Asks it to save what it has and to end. */
  stop(): void {
    this.worker.postMessage('stop');
  }
}

/** The entry of the thread: trains, tells how that ended, and lets the thread end. */
export async function runTrainThread(request: TrainRequest): Promise<void> {
  const controls = new TrainingControls();
  const giveUp = new AbortController();
  parentPort?.on('message', () => {
    tell({ type: 'heard' });
    giveUp.abort();
    void controls.send({ type: 'stop' });
  });
  tell(await outcomeOf(request, controls, giveUp.signal));
  parentPort?.close();
}

async function outcomeOf(
  request: TrainRequest,
  controls: TrainingControls,
  signal: AbortSignal,
): Promise<TrainOutcome> {
  try {
    const job = await prepare(request, signal);
    tell({ type: 'ready', folder: job.folder });
    const end = await train(job, controls);
    if (end.kind === 'failed') return { type: 'failed', failure: { sentence: end.message, code: 1 } };
    await indexCopies(job.folder);
    const { folder, record } = job;
    return { type: 'trained', folder, description: await readDescription(folder), end, run: record.told };
  } catch (error) {
    // What goes wrong by itself after Ctrl+C is told as what it is: a full disk while the run is saved, say.
    const isGivenUp = signal.aborted && error instanceof Error && error.name === 'AbortError';
    return isGivenUp ? { type: 'given up' } : { type: 'failed', failure: failureOf(error) };
  }
}

function prepare({ work, engine, threads }: TrainRequest, signal: AbortSignal): Promise<TrainingJob> {
  const surroundings: Surroundings = {
    appVersion: version,
    trainedIn: 'terminal',
    engineFor: engineChooser(engine, enginePlaces(threads)),
    allowance: { effort: 'full', threads: threads ?? 0 },
    report: (event) => tell({ type: 'event', event }),
    onCorpusProgress: (progress) => tell({ type: 'corpus', progress }),
    signal,
    cacheFolder: userCacheFolder(),
  };
  if (work.kind === 'new') return prepareTraining(work.training, surroundings);
  return prepareContinuation(work.folder, work.minutes, surroundings, work.vocabulary);
}

function tell(message: TrainNews | TrainOutcome): void {
  parentPort?.postMessage(message);
}
