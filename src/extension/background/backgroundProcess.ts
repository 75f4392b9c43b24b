/**
 * extension/background/: the life of the background process as the editor sees it: start, requests, crash, end.
 */
import {
  type CancellationToken,
  ConnectionError,
  Emitter,
  ErrorCodes,
  type Event,
  type MessageConnection,
  ResponseError,
} from 'vscode-jsonrpc';
import type { CorpusProgress } from '../../corpus/corpus';
import type { NextWord } from '../../generation/choices';
import type { DocumentText } from '../../generation/readText';
import type { MemoryUse } from '../../memory/memory';
import type { ToldTexts } from '../../generation/toldTexts';
import {
  type BackgroundSettings,
  type ChooseParams,
  errorCodes,
  type GenerateParams,
  type GenerateResult,
  type InitializeParams,
  jobOrder,
  jobProgress,
  type JobRequest,
  type LocateParams,
  type MemoryParams,
  notifications,
  requests,
  type SpoolParams,
} from '../../protocol/background';
import type { Jobs, RequestedJob, TrainParams } from '../../protocol/jobs';
import type { SourceLine } from '../../training/record/copiesOfModel';
import type { TrainingControl, TrainingEvent } from '../../training/record/events';
import type { Run } from '../../training/record/run';
import { BackgroundError } from './backgroundError';
import { CrashHistory, describeEnd, type ProcessEnd } from './crashHistory';
import type { Launched } from './launch';

/** Where the process is in its life. `failed`: it ended unasked too often, and is left alone for a while. */
export type BackgroundState = 'stopped' | 'starting' | 'running' | 'stopping' | 'failed';

/** The process ended unasked. */
export interface Crash {
  /** One sentence. */
  readonly message: string;
  /** Folder of the model that was being trained; null when none was. */
  readonly training: string | null;
  /** That training goes on by itself, as far as this process is concerned: it died of a fault, and was not to end. */
  readonly goesOn: boolean;
}

/** What the process needs of the editor. */
export interface BackgroundHost {
  /** What to greet it with, asked at each start. */
  readonly parameters: () => InitializeParams;
  readonly log: (line: string) => void;
  /** Told once a crash. What is done then: recovery.ts. How often it may start again: crashHistory.ts. */
  readonly onCrash: (crash: Crash) => void;
}

/** What the one who asks for a job has to do with it on its way. */
export interface JobOptions<K extends RequestedJob> {
  /** Gives it up: it rejects. */
  readonly token?: CancellationToken | undefined;
  readonly onProgress?: (progress: Jobs[K]['progress']) => void;
  /** Gets, once it has been asked for, what gives it orders. */
  readonly onStart?: (order: (order: Jobs[K]['order']) => void) => void;
}

/** What is read along, whole: what of it was told before is left out on the way. */
type WithRead<T extends MemoryParams> = Omit<T, 'read'> & { readonly read?: DocumentText };

/** Times that a test may shorten, milliseconds. */
export interface BackgroundTimes {
  /** Longest wait for the first answer. */
  readonly start: number;
  /** Longest wait for the process to save and end, before it is killed. */
  readonly stop: number;
}

const defaultTimes: BackgroundTimes = { start: 30_000, stop: 25_000 };

/**
 * The background process as the editor sees it: started by the first request, restarted after a crash, ended when idle.
 * The only owner of its state. A call rejects when the process dies under it; it never hangs.
 */
export class BackgroundProcess {
  private readonly stateChanged = new Emitter<BackgroundState>();
  private readonly earlierTold = new Emitter<Run>();
  private readonly trainingTold = new Emitter<TrainingEvent>();
  private readonly corpusTold = new Emitter<CorpusProgress>();
  private readonly pieces = new Map<number, (text: string) => void>();
  private readonly crashes = new CrashHistory();
  /** What the process that runs knows of documents. */
  private told: ToldTexts | null = null;
  private current: BackgroundState = 'stopped';
  private launched: Promise<Launched> | null = null;
  private stopped: Promise<void> | null = null;
  private processId: number | undefined;
  /** The training that is on; whether it was asked to end. */
  private training: { readonly folder: string; readonly isEnding: boolean } | null = null;
  private calls = 0;
  private idleSeconds = 0;
  private idleTimer: NodeJS.Timeout | undefined;
  private nextText = 0;
  private nextJob = 0;

  readonly onState: Event<BackgroundState> = this.stateChanged.event;
  /** A training goes on from this run: it comes before the first event, and replaces what was known. */
  readonly onEarlier: Event<Run> = this.earlierTold.event;
  readonly onTraining: Event<TrainingEvent> = this.trainingTold.event;
  /** Of a training that is being prepared. */
  readonly onCorpusProgress: Event<CorpusProgress> = this.corpusTold.event;

  constructor(
    private readonly modulePath: string,
    private readonly host: BackgroundHost,
    private readonly times: BackgroundTimes = defaultTimes,
  ) {}

  get state(): BackgroundState {
    return this.current;
  }

  /** Process id, while it runs. */
  get id(): number | undefined {
    return this.current === 'running' ? this.processId : undefined;
  }

  /** Hands over a part of what only the editor can read; resolves with the spool's id once the next part may come. */
  async spool(params: SpoolParams): Promise<string> {
    return (await this.call((connection) => connection.sendRequest(requests.spool, params))).id;
  }

  /** Removes what was handed over, unless a model was trained on it. A process that isn't there is left alone. */
  async dropSpool(id: string): Promise<void> {
    if (this.launched === null) return; // It goes with the next spool, when it is old.
    await this.call((connection) => connection.sendRequest(requests.dropSpool, id));
  }

  /** Has long work done: see {@link Jobs}. */
  perform<K extends RequestedJob>(
    kind: K,
    params: Jobs[K]['params'],
    { token, onProgress, onStart }: JobOptions<K> = {},
  ): Promise<Jobs[K]['result']> {
    const id = this.nextJob++;
    return this.call(async (connection) => {
      const listening = connection.onProgress(jobProgress, id, (progress) => onProgress?.(progress));
      try {
        const answer = connection.sendRequest(requests.perform, { id, kind, params } as JobRequest, token);
        onStart?.((order) => void connection.sendNotification(jobOrder, { id, order }).catch(() => undefined));
        return await answer;
      } finally {
        listening.dispose();
      }
    });
  }

  /** Resolves with the model's folder once the run has started; cancellable until then. */
  train(params: TrainParams, token?: CancellationToken): Promise<{ readonly folder: string }> {
    return this.call((connection) => connection.sendRequest(requests.train, params, token));
  }

  /** Resolves once the control has been obeyed; a stop, once the model is saved. */
  async control(control: TrainingControl): Promise<void> {
    const ends = control.type === 'stop' || control.type === 'discard';
    if (ends && this.training !== null) this.training = { ...this.training, isEnding: true };
    await this.call((connection) => connection.sendRequest(requests.control, control));
  }

  /** The run that is on, or the last one, whole. Asking starts no process. */
  async run(): Promise<Run | null> {
    if (this.launched === null) return null;
    return this.call((connection) => connection.sendRequest(requests.run));
  }

  /** Writes a text, telling its pieces as they come. Cancelling it resolves with what was written until then. */
  async generate(
    { read, ...params }: WithRead<Omit<GenerateParams, 'id'>>,
    onPiece: (text: string) => void,
    token?: CancellationToken,
  ): Promise<GenerateResult> {
    const id = this.nextText++;
    this.pieces.set(id, onPiece);
    try {
      return await this.callReading(readBy(params.memory, read), (connection, told) =>
        connection.sendRequest(requests.generate, { id, ...params, ...told }, token),
      );
    } finally {
      this.pieces.delete(id);
    }
  }

  /** The likeliest ways on from a text. Cancelling it resolves with fewer. */
  choose({ read, ...params }: WithRead<ChooseParams>, token?: CancellationToken): Promise<readonly NextWord[]> {
    return this.callReading(readBy(params.memory, read), (connection, told) =>
      connection.sendRequest(requests.choose, { ...params, ...told }, token),
    );
  }

  /** Where copied passages stand. */
  locate(params: LocateParams): Promise<readonly (SourceLine | null)[]> {
    return this.call((connection) => connection.sendRequest(requests.locate, params));
  }

  /** Settings have changed. A process that isn't there gets them when it starts. */
  async configure(settings: BackgroundSettings): Promise<void> {
    this.idleSeconds = settings.idleSeconds;
    if (this.launched === null) return;
    await this.call((connection) => connection.sendRequest(requests.configure, settings));
  }

  /** Asks the process to save and end, waits, and kills it if it must. A second call gets the promise of the first. */
  stop(): Promise<void> {
    this.stopped ??= this.end().finally(() => (this.stopped = null));
    return this.stopped;
  }

  private async call<T>(send: (connection: MessageConnection) => Promise<T>): Promise<T> {
    this.calls++;
    clearTimeout(this.idleTimer);
    try {
      const { connection } = await this.start();
      return await send(connection);
    } catch (error) {
      throw isLoss(error)
        ? new BackgroundError('ended', 'The background process ended before it had answered.')
        : error;
    } finally {
      this.calls--;
      this.awaitIdleness();
    }
  }

  /** What is told of a document has to go at once, and in order. */
  private async callReading<T>(
    read: DocumentText | undefined,
    send: (connection: MessageConnection, told: Pick<MemoryParams, 'read'>) => Promise<T>,
  ): Promise<T> {
    return this.call((connection) => {
      if (read === undefined || this.told === null) return send(connection, {});
      return this.told.ask(read, (change) => send(connection, { read: change }), isLostText);
    });
  }

  private async start(): Promise<Launched> {
    await this.stopped;
    this.launched ??= this.launch().catch((error: unknown) => {
      this.launched = null;
      throw error;
    });
    return this.launched;
  }

  private async launch(): Promise<Launched> {
    if (!this.crashes.allowsStart) {
      this.enter('failed');
      throw new BackgroundError(
        'given up',
        'The background process keeps ending unasked: the log says more. Try again in three minutes.',
      );
    }
    this.enter('starting');
    const { modulePath, host, times } = this;
    const parameters = host.parameters();
    this.idleSeconds = parameters.settings.idleSeconds;
    try {
      const [{ launch }, { ToldTexts }] = await Promise.all([import('./launch'), import('../../generation/toldTexts')]);
      const launched = await launch({
        modulePath,
        parameters,
        timeout: times.start,
        cautious: this.crashes.hasFault,
        log: host.log,
      });
      this.processId = launched.id;
      this.told = new ToldTexts();
      this.listen(launched.connection);
      void launched.ended.then((end) => this.onEnded(launched, end));
      this.enter('running');
      return launched;
    } catch (error) {
      this.crashes.add();
      this.enter('stopped');
      throw error;
    }
  }

  private listen(connection: MessageConnection): void {
    connection.onNotification(notifications.earlier, (run) => {
      this.earlierTold.fire(run);
    });
    connection.onNotification(notifications.training, (event) => {
      if (event.type === 'started') this.training = { folder: event.folder, isEnding: false };
      if (event.type === 'finished') this.training = null;
      this.trainingTold.fire(event);
      this.awaitIdleness();
    });
    connection.onNotification(notifications.corpusProgress, (progress) => {
      this.corpusTold.fire(progress);
    });
    connection.onNotification(notifications.generated, ({ id, text }) => this.pieces.get(id)?.(text));
    connection.onNotification(notifications.log, (line) => this.host.log(line));
  }

  private onEnded({ connection }: Launched, end: ProcessEnd): void {
    const wanted = this.current === 'stopping';
    const { training } = this;
    this.launched = null;
    this.training = null;
    clearTimeout(this.idleTimer);
    connection.dispose(); // Rejects what still waits for an answer.
    if (!wanted) this.addCrash(end);
    this.enter('stopped');
    if (wanted) return;
    const message = `The background process ended unexpectedly (${describeEnd(end)}).`;
    this.host.log(message);
    const goesOn = training !== null && !training.isEnding && this.crashes.allowsRecovery(end);
    this.host.onCrash({ message, training: training?.folder ?? null, goesOn });
  }

  private addCrash(end: ProcessEnd): void {
    const { hasFault } = this.crashes;
    this.crashes.add(end);
    if (hasFault || !this.crashes.hasFault) return;
    this.host.log(
      'Until this window is reloaded, training does without pairing vectors: slower, but with less that can break.',
    );
  }

  private async end(): Promise<void> {
    const launched = await this.launched?.catch(() => null);
    if (launched === null || launched === undefined || this.current !== 'running') return;
    this.enter('stopping');
    clearTimeout(this.idleTimer);
    const deadline = setTimeout(() => launched.kill(), this.times.stop);
    launched.connection.sendRequest(requests.shutdown).then(launched.disconnect, launched.disconnect);
    await launched.ended;
    clearTimeout(deadline);
  }

  /** Ends the process once nothing has been asked for a while. Decided here, so that no request meets a dying process. */
  private awaitIdleness(): void {
    clearTimeout(this.idleTimer);
    if (this.calls > 0 || this.training !== null || this.idleSeconds === 0 || this.current !== 'running') return;
    this.idleTimer = setTimeout(() => void this.stop(), this.idleSeconds * 1000);
    this.idleTimer.unref();
  }

  private enter(state: BackgroundState): void {
    if (state === this.current) return;
    this.current = state;
    this.stateChanged.fire(state);
  }
}

/** Nothing is read along in vain. */
function readBy(memory: MemoryUse | undefined, read: DocumentText | undefined): DocumentText | undefined {
  return memory === 'reading along' ? read : undefined;
}

function isLostText(error: unknown): boolean {
  return error instanceof ResponseError && error.code === errorCodes.lostText;
}

/** What the RPC says of a call whose process has gone. */
function isLoss(error: unknown): boolean {
  if (error instanceof ConnectionError) return true;
  return (
    error instanceof ResponseError &&
    (error.code === ErrorCodes.PendingResponseRejected || error.code === ErrorCodes.MessageWriteError)
  );
}
