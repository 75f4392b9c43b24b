import { type CancellationToken, type MessageConnection, ResponseError } from 'vscode-jsonrpc';
import { removeStagedFiles, StagedFileWriter } from '../corpus/read/stagedFiles';
import type { Engine } from '../engine/engine';
import { readingEngine } from '../engine/select';
import type { NextWord } from '../generation/choices';
import { CopyGuard } from '../generation/copies/copyGuard';
import { ToldTexts } from '../generation/toldTexts';
import { endsItem } from '../generation/writer';
import {
  type BackgroundSettings,
  type ChooseParams,
  type CopyWishes,
  type GenerateParams,
  type GenerateResult,
  type InitializeParams,
  jobOrder,
  jobProgress,
  type JobRequest,
  type MemoryParams,
  notifications,
  requests,
  type SpoolParams,
} from '../protocol/background';
import type { Jobs, RequestedJob, ScoreParams } from '../protocol/jobs';
import { surprisalAtOnce } from '../scoring/surprisal';
import { copiesOfModel, documentsOf, locateCopies } from '../training/record/copiesOfModel';
import { onCancelled, signalOf } from './cancellation';
import { failureOf, responseOf } from './failures';
import { JobThread } from './jobThread';
import type { JobEnvironment } from './threadMessages';
import { TrainingHost } from './trainingHost';
import { type MemoryWish, remembering } from './remembering';
import { type WarmModel, WarmModels } from './warmModels';

/** Longest text, code units, that is scored in this thread by a model that is warm: beyond it a thread of its own pays. */
const mostAtOnce = 4096;

const defaultWishes: CopyWishes = { nameFrom: 50, refuseFrom: 0 };

/** Answers the requests of the editor, each by calling the part of the core that it asks for. */
export class Service {
  private settings: BackgroundSettings;
  private readonly training: TrainingHost;
  private readonly models: WarmModels;
  /** Those that more is to come of, by their ids. */
  private readonly spools = new Map<string, StagedFileWriter>();
  /** What the editor has told of documents. */
  private readonly told = new ToldTexts();
  private loading: Promise<Engine> | undefined;
  /** Jobs that are under way, by the numbers of their requests. */
  private readonly jobs = new Map<number, JobThread<RequestedJob>>();

  constructor(
    private readonly connection: MessageConnection,
    private readonly initial: InitializeParams,
  ) {
    this.settings = initial.settings;
    this.training = new TrainingHost({
      onEarlier: (run) => this.tell(connection.sendNotification(notifications.earlier, run)),
      onEvent: (event) => this.tell(connection.sendNotification(notifications.training, event)),
      onCorpusProgress: (progress) => this.tell(connection.sendNotification(notifications.corpusProgress, progress)),
      log: (message) => this.log(message),
    });
    this.models = new WarmModels(
      () => this.engine(),
      undefined,
      (line) => this.log(line),
    );
    this.listen();
  }

  /** Saves what is running so that another process can go on with it. */
  async suspend(): Promise<void> {
    await this.training.suspend();
  }

  private listen(): void {
    const { connection } = this;
    connection.onRequest(requests.configure, (settings) => {
      this.settings = settings;
      this.training.configure(settings);
      return null;
    });
    connection.onRequest(requests.spool, (params) => answer(this.spool(params)));
    connection.onRequest(requests.dropSpool, (id) => answer(this.dropSpool(id)));
    connection.onRequest(requests.perform, (request, token) => answer(this.perform(request, token)));
    connection.onNotification(jobOrder, ({ id, order }) => this.jobs.get(id)?.order(order));
    connection.onRequest(requests.train, (params, token) =>
      answer(this.training.start(params, this.environment, token)),
    );
    connection.onRequest(requests.control, (control) => answer(this.training.control(control).then(() => null)));
    connection.onRequest(requests.run, () => this.training.run);
    connection.onRequest(requests.generate, (params, token) => answer(this.generate(params, token)));
    connection.onRequest(requests.choose, (params, token) => answer(this.choose(params, token)));
    connection.onRequest(requests.locate, ({ folder, passages }) => answer(locateCopies(folder, passages)));
  }

  private async spool({ id, pieces, isLast }: SpoolParams): Promise<{ readonly id: string }> {
    const spool = id === undefined ? await StagedFileWriter.begin() : this.spools.get(id);
    if (spool === undefined) throw new TypeError('Nothing more was to come of this spool.');
    this.spools.set(spool.id, spool);
    await spool.add(pieces);
    if (!isLast) return { id: spool.id };
    await spool.finish();
    this.spools.delete(spool.id);
    return { id: spool.id };
  }

  private async dropSpool(id: string): Promise<null> {
    this.spools.delete(id);
    await removeStagedFiles(id);
    return null;
  }

  private perform(request: JobRequest, token: CancellationToken): Promise<Jobs[RequestedJob]['result']> {
    if (request.kind === 'score' && request.params.text.length <= mostAtOnce) {
      return this.score(request.id, request.params, token);
    }
    return this.performInThread(request, token);
  }

  /** A job in a thread of its own. @throws ResponseError where it fails */
  private async performInThread(
    { id, kind, params }: JobRequest,
    token: CancellationToken,
  ): Promise<Jobs[RequestedJob]['result']> {
    const thread = new JobThread<RequestedJob>({ kind, params, environment: this.environment }, (progress) =>
      this.tell(this.connection.sendProgress(jobProgress, id, progress)),
    );
    this.jobs.set(id, thread);
    const cancelling = onCancelled(token, () => thread.cancel());
    const outcome = await thread.outcome;
    cancelling.dispose();
    this.jobs.delete(id);
    if (outcome.type === 'failed') throw responseOf(outcome.failure);
    return outcome.result;
  }

  /** Scores a short text. */
  private score(
    id: number,
    { folder, text, wanted, before, memory = 'reading along' }: ScoreParams,
    token: CancellationToken,
  ): Promise<number> {
    const signal = signalOf(token);
    return this.models.use(folder, async (model) => {
      const { parts, total } = await surprisalAtOnce(model, text, { wanted, before, uses: [memory] }, signal);
      this.tell(this.connection.sendProgress(jobProgress, id, { parts, share: 1 }));
      return total;
    });
  }

  private get environment(): JobEnvironment {
    const { appVersion, tensorflowFolders } = this.initial;
    return { appVersion, tensorflowFolders, settings: this.settings };
  }

  private async generate(params: GenerateParams, token: CancellationToken): Promise<GenerateResult> {
    const result = await this.write(params, token);
    if (params.isTrial !== true && result.text !== '') this.readAhead(params, result.text);
    return result;
  }

  /** A text that was written on is soon written on again, and shall start at once then. */
  private readAhead({ folder, prompt, startsDocument = true, promptLength }: GenerateParams, written: string): void {
    const reading = this.models.use(folder, ({ writer }) =>
      writer.readAhead(writer.prompt(prompt + written, startsDocument, promptLength)),
    );
    // Whoever asks for the model next is told.
    reading.catch(() => undefined);
  }

  private async write(params: GenerateParams, token: CancellationToken): Promise<GenerateResult> {
    const { id, folder, sampling, stop, copies: wishes = defaultWishes, isTrial = false } = params;
    const start = performance.now();
    const wish = this.wishOf(params, token);
    return this.withModel(folder, wish, async ({ writer, items, copies: index }) => {
      const prompt = writer.prompt(params.prompt, params.startsDocument ?? true, params.promptLength);
      const begun = prompt.text.slice(prompt.itemStart);
      const refuses = index !== null && wishes.refuseFrom > 0;
      const guard = refuses ? new CopyGuard(index, wishes.refuseFrom, documentsOf(folder), begun) : null;
      const request = { prompt, sampling, stop, isTrial, signal: signalOf(token), ...(guard && { guard }) };
      const { text, stopped } = await writer.write(request, (piece) => {
        this.tell(this.connection.sendNotification(notifications.generated, { id, text: piece }));
      });
      const seconds = (performance.now() - start) / 1000;
      const context = { begun, isComplete: stopped === 'boundary' && endsItem(stop, items) };
      const copies = index === null ? [] : await copiesOfModel(folder, index, text, wishes.nameFrom, context);
      return { text, stopped, unknownCharacters: prompt.unknownCharacters, copies, seconds };
    });
  }

  private async choose(params: ChooseParams, token: CancellationToken): Promise<readonly NextWord[]> {
    const { folder, prompt: text, startsDocument = true, promptLength, unit, count } = params;
    return this.withModel(folder, this.wishOf(params, token), ({ writer, chooser }) => {
      const prompt = writer.prompt(text, startsDocument, promptLength);
      const signal = signalOf(token);
      return unit === 'word' ? chooser.words(prompt, count, signal) : chooser.symbols(prompt, count, signal);
    });
  }

  /** At once, since each text told of may count on the one before. */
  private wishOf({ memory, read }: MemoryParams, token: CancellationToken): MemoryWish {
    const document = read === undefined ? null : this.told.take(read);
    return { use: memory ?? 'frozen', document, signal: signalOf(token) };
  }

  /** A model that takes into account what is wished. */
  private withModel<T>(folder: string, wish: MemoryWish, task: (model: WarmModel) => Promise<T>): Promise<T> {
    return this.models.use(folder, (model) => remembering(model, wish, task));
  }

  /** The engine that writes. Loaded once; a failure isn't kept, since what is missing may be installed. */
  private engine(): Promise<Engine> {
    // One token after another gains nothing from threads.
    this.loading ??= readingEngine({ tensorflowFolders: this.initial.tensorflowFolders, threads: 1 }).then(
      (engine) => {
        this.log(`Generation: ${engine.details}.`);
        return engine;
      },
      (error: unknown) => {
        this.loading = undefined;
        throw error;
      },
    );
    return this.loading;
  }

  private log(message: string): void {
    this.tell(this.connection.sendNotification(notifications.log, message));
  }

  /** A notification that can't be sent has nobody to hear it: the process ends by itself when its parent has gone. */
  private tell(sending: Promise<void>): void {
    sending.catch(() => undefined);
  }
}

/** Lets errors travel with their codes, which the RPC would wrap in sentences of its own. */
async function answer<T>(answering: Promise<T>): Promise<T> {
  try {
    return await answering;
  } catch (error) {
    throw error instanceof ResponseError ? error : responseOf(failureOf(error));
  }
}
