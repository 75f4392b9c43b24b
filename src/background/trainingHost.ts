import { type CancellationToken, ResponseError } from 'vscode-jsonrpc';
import type { CorpusProgress } from '../corpus/corpus';
import { type BackgroundSettings, errorCodes } from '../protocol/background';
import type { TrainingMessage, TrainParams } from '../protocol/jobs';
import type { TrainingControl, TrainingEvent } from '../training/record/events';
import { advanceRun, type Run } from '../training/record/run';
import { type ReadBattery, readBattery, watchBattery } from './batteryWatch';
import { onCancelled } from './cancellation';
import { responseOf } from './failures';
import { JobThread } from './jobThread';
import type { JobEnvironment, JobOutcome, ThreadFailure } from './threadMessages';

/** Whoever wants to know how a training goes. */
export interface TrainingListener {
  readonly onEarlier: (run: Run) => void;
  readonly onEvent: (event: TrainingEvent) => void;
  readonly onCorpusProgress: (progress: CorpusProgress) => void;
  readonly log: (message: string) => void;
}

/** How long a thread may take to hear, milliseconds: it may be in the middle of a step. */
const patience = 1500;

/** Runs one training at a time in a thread, and keeps what its events add up to. */
export class TrainingHost {
  private thread: JobThread<'train'> | null = null;
  private latest: Run | null = null;
  /** The run has told its end, and its thread is putting things away. */
  private isEnding = false;
  private readonly controls = new Map<number, () => void>();
  private nextControl = 0;
  private endBatteryWatch: (() => void) | null = null;
  private onStarted: (started: { readonly folder: string }) => void = () => undefined;

  constructor(
    private readonly listener: TrainingListener,
    private readonly battery: ReadBattery = readBattery,
  ) {}

  /** The run that is on, or the last one. */
  get run(): Run | null {
    return this.latest;
  }

  get isActive(): boolean {
    return this.thread !== null;
  }

  /**
   * Starts a training. Resolves once it takes its first step; can be cancelled until then.
   * @throws ResponseError with a code of {@link errorCodes}.
   */
  async start(
    params: TrainParams,
    environment: JobEnvironment,
    cancellation: CancellationToken,
  ): Promise<{ readonly folder: string }> {
    if (this.isEnding) await this.thread?.outcome;
    if (this.thread !== null) {
      throw new ResponseError(errorCodes.busy, 'Training is already running. Stop it first, or wait until it is done.');
    }
    const thread = new JobThread<'train'>({ kind: 'train', params, environment }, (message) => {
      if (this.thread === thread) this.receive(message);
    });
    this.thread = thread;
    this.minds(environment.settings);
    let timer: NodeJS.Timeout | undefined;
    let abandon: () => void = () => undefined;
    const abandoned = new Promise<never>((_, reject) => {
      abandon = () => reject(this.abandon(thread));
    });
    const cancelling = onCancelled(cancellation, () => {
      thread.cancel();
      timer = setTimeout(abandon, patience);
    });
    const started = new Promise<{ readonly folder: string }>((resolve) => (this.onStarted = resolve));
    const failed = thread.outcome.then((outcome) => {
      if (this.thread === thread) this.end(outcome);
      throw outcome.type === 'failed' ? responseOf(outcome.failure) : new TypeError('Training never started.');
    });
    try {
      return await Promise.race([started, failed, abandoned]);
    } finally {
      clearTimeout(timer);
      cancelling.dispose();
      abandoned.catch(() => undefined);
      failed.catch(() => undefined); // How a run ends that has started is told by its last event.
    }
  }

  /**
   * Resolves once the control has been obeyed, or the training is over anyway; after a control that ends it, another may
   * start. @throws ResponseError when none is on.
   */
  async control(control: TrainingControl): Promise<void> {
    const { thread } = this;
    if (thread === null) throw new ResponseError(errorCodes.noTraining, 'No training is running.');
    const id = this.nextControl++;
    const timer = setTimeout(() => this.acknowledge(control), patience);
    await new Promise<void>((resolve) => {
      this.controls.set(id, resolve);
      thread.order({ type: 'control', id, control });
    });
    clearTimeout(timer);
    if (control.type === 'stop' || control.type === 'discard') await thread.outcome;
  }

  /** A control was heard here, though the thread is in the middle of something long. */
  private acknowledge({ type }: TrainingControl): void {
    const run = this.latest;
    if (run === null || run.phase === 'finished') return;
    const { step, seconds } = run.progress.at(-1) ?? { step: run.started.step, seconds: 0 };
    const message = `Heard: ${namesOfControls[type]} comes after the step under way.`;
    this.advance({ type: 'note', step, seconds, kind: 'asked', message });
  }

  /**
   * Leaves a thread to itself that was given up before its training began, and doesn't answer: it puts away what it has made as
   * soon as it does.
   */
  private abandon(thread: JobThread<'train'>): ResponseError {
    thread.order({ type: 'control', id: -1, control: { type: 'discard' } });
    if (this.thread === thread) this.forget();
    return new ResponseError(errorCodes.cancelled, 'Training was given up before it began.');
  }

  /** Settings have changed: a training that is on obeys those that concern it. */
  configure(settings: BackgroundSettings): void {
    if (this.thread === null) return;
    const { effort, threads } = settings;
    this.thread.order({ type: 'allow', allowance: { effort, threads } });
    this.minds(settings);
  }

  /** Ends the training, if one is on, so that another process can go on with it. */
  async suspend(): Promise<void> {
    this.thread?.cancel(); // Ends its preparation, where that isn't over.
    this.thread?.order({ type: 'suspend' });
    await this.thread?.outcome;
  }

  /** Looks after the battery while a training is on, if that is wished for. */
  private minds({ pauseOnBattery }: BackgroundSettings): void {
    const { thread } = this;
    if (pauseOnBattery && thread !== null) {
      this.endBatteryWatch ??= watchBattery(
        (isDraining) => thread.order({ type: 'battery', isDraining }),
        this.battery,
      );
    } else {
      this.endBatteryWatch?.();
      this.endBatteryWatch = null;
      thread?.order({ type: 'battery', isDraining: false });
    }
  }

  private receive(message: TrainingMessage): void {
    switch (message.type) {
      case 'earlier':
        this.latest = message.run;
        this.listener.onEarlier(message.run);
        break;
      case 'event':
        this.advance(message.event);
        if (message.event.type === 'started') this.onStarted({ folder: message.event.folder });
        break;
      case 'corpus':
        this.listener.onCorpusProgress(message.progress);
        break;
      case 'obeyed':
        this.controls.get(message.id)?.();
        this.controls.delete(message.id);
        break;
      case 'log':
        this.listener.log(message.message);
        break;
      default:
        message satisfies never;
    }
  }

  /** No thread is trained in any more. */
  private forget(): void {
    this.thread = null;
    this.endBatteryWatch?.();
    this.endBatteryWatch = null;
  }

  private end(outcome: JobOutcome<'train'>): void {
    this.forget();
    if (outcome.type === 'failed') {
      this.listener.log(outcome.failure.stack);
      this.closeRun(outcome.failure);
    }
    this.isEnding = false;
    for (const release of this.controls.values()) release();
    this.controls.clear();
  }

  private advance(event: TrainingEvent): void {
    this.latest = advanceRun(this.latest, event);
    this.isEnding = event.type === 'finished';
    this.listener.onEvent(event);
  }

  /** A thread that died couldn't say so itself. */
  private closeRun({ message }: ThreadFailure): void {
    const run = this.latest;
    if (run === null || run.phase === 'finished') return;
    const { step, seconds } = run.progress.at(-1) ?? { step: run.started.step, seconds: 0 };
    const natsPerCharacter = run.evaluations.findLast(({ best }) => best)?.natsPerCharacter ?? null;
    this.advance({ type: 'finished', outcome: { kind: 'failed', message }, step, seconds, natsPerCharacter });
  }
}

/** Each control as what comes of it. */
const namesOfControls: Readonly<Record<TrainingControl['type'], string>> = {
  pause: 'the pause',
  resume: 'the resumption',
  stop: 'the end',
  discard: 'the end',
  'scale rate': 'the other rate',
  extend: 'the longer time',
};
