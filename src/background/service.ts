import { type CancellationToken, type MessageConnection, ResponseError } from 'vscode-jsonrpc';
import type { CorpusSummary } from '../corpus/corpus';
import {
  type BackgroundSettings,
  type CorpusRequest,
  type GenerateParams,
  type GenerateResult,
  type InitializeParams,
  notifications,
  requests,
  type TrainParams,
} from '../protocol/background';
import { failureOf, responseOf } from './failures';
import { GenerationEngine } from './generationEngine';
import { JobThread } from './jobThread';
import { TrainingHost } from './trainingHost';
import { WarmModels } from './warmModels';

/** Answers the requests of the editor, each by calling the part of the core that it asks for. */
export class Service {
  private settings: BackgroundSettings;
  private readonly training: TrainingHost;
  private readonly models: WarmModels;

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
    const engine = new GenerationEngine(initial.tensorflowFolders, (message) => this.log(message));
    this.models = new WarmModels(() => engine.load());
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
      return null;
    });
    connection.onRequest(requests.survey, (corpus, token) => answer(this.survey(corpus, token)));
    connection.onRequest(requests.train, (params, token) => answer(this.train(params, token)));
    connection.onRequest(requests.control, (control) => answer(this.training.control(control).then(() => null)));
    connection.onRequest(requests.run, () => this.training.run);
    connection.onRequest(requests.generate, (params, token) => answer(this.generate(params, token)));
  }

  private async survey(corpus: CorpusRequest, token: CancellationToken): Promise<CorpusSummary> {
    const thread = new JobThread({ kind: 'survey', corpus }, (message) => {
      if (message.type !== 'progress') return;
      this.tell(this.connection.sendNotification(notifications.corpusProgress, message.progress));
    });
    const cancelling = token.onCancellationRequested(() => thread.send({ type: 'cancel' }));
    const outcome = await thread.outcome;
    cancelling.dispose();
    if (outcome.type === 'surveyed') return outcome.summary;
    throw outcome.type === 'failed' ? responseOf(outcome.failure) : new Error('A survey trained a model.');
  }

  private train(params: TrainParams, token: CancellationToken): Promise<{ readonly folder: string }> {
    const { appVersion, tensorflowFolders } = this.initial;
    const { settings } = this;
    return this.training.start({ kind: 'train', params, appVersion, settings, tensorflowFolders }, token);
  }

  private async generate(params: GenerateParams, token: CancellationToken): Promise<GenerateResult> {
    const { id, folder, sampling, stop } = params;
    const start = performance.now();
    return this.models.use(folder, async ({ writer }) => {
      const prompt = writer.prompt(params.prompt, params.startsDocument ?? true);
      const request = { prompt, sampling, stop, signal: signalOf(token) };
      const { text, stopped } = await writer.write(request, (piece) => {
        this.tell(this.connection.sendNotification(notifications.generated, { id, text: piece }));
      });
      const seconds = (performance.now() - start) / 1000;
      return { text, stopped, unknownCharacters: prompt.unknownCharacters, seconds };
    });
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

function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}
