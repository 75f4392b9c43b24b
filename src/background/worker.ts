import { parentPort, workerData } from 'node:worker_threads';
import { userCacheFolder } from '../corpus/cacheFolder';
import type { CorpusProgress, CorpusSummary } from '../corpus/corpus';
import { summarize, type Survey, surveyCorpus, type SurveyedFile } from '../corpus/survey/survey';
import { createTokenizer } from '../corpus/tokenizers/create';
import { itemFormOf } from '../model/itemForm';
import { readModel } from '../model/modelFolder';
import type { ListedDocument } from '../protocol/background';
import type { FromThread, ThreadJob, ToThread } from '../protocol/jobs';
import { PartwiseScoring } from '../scoring/partwise';
import { type ScoringModel, type Surprisal, surprisal } from '../scoring/surprisal';
import { forecast, type Forecast } from '../training/forecast/forecast';
import { TrainingControls } from '../training/loop/controls';
import { train } from '../training/loop/train';
import { prepareContinuation } from '../training/prepare/continuation';
import { prepareTraining, type Surroundings } from '../training/prepare/prepare';
import type { TrainingJob } from '../training/prepare/trainingJob';
import { indexCopies } from '../training/record/copiesOfModel';
import type { CorpusChange } from '../training/record/corpusChange';
import { corpusChange } from '../training/record/corpusChange';
import { failureOf } from './failures';
import type { JobOutcome } from './jobThread';
import { lowerThread } from './priority';
import { loadReadingEngine, type ReadingEngineOptions } from './readingEngine';
import { engineChooser } from './trainingEngine';

type Job<K extends ThreadJob['kind']> = Extract<ThreadJob, { kind: K }>;

const reportMilliseconds = 200;

/** What a job on its way listens to. */
interface Orders {
  readonly giveUp: AbortController;
  readonly controls: TrainingControls;
  /** Of a scoring in parts, once it has begun; and where its text was looked at last. */
  scoring: PartwiseScoring | null;
  from: number | null;
}

/** The one entry of a thread: does its job, tells how it ended, and lets the thread end. */
async function main(job: ThreadJob): Promise<void> {
  lowerThread(job.kind === 'train' ? job.settings.effort : 'full');
  const orders: Orders = { giveUp: new AbortController(), controls: new TrainingControls(), scoring: null, from: null };
  parentPort?.on('message', (message: ToThread) => obey(message, orders));
  const { signal } = orders.giveUp;
  const outcome = await outcomeOf(job, signal, orders);
  tell(outcome);
  if (outcome.type === 'trained' && outcome.kept !== null) await indexAfterwards(outcome.kept, signal);
  parentPort?.close();
}

/** What a model is checked against for copies. It comes after the training's end, and the model does without. */
async function indexAfterwards(folder: string, signal: AbortSignal): Promise<void> {
  try {
    await indexCopies(folder, signal);
  } catch (error) {
    tell({ type: 'log', message: `Copies will not be found: ${failureOf(error).stack}` });
  }
}

function obey(message: ToThread, orders: Orders): void {
  const { giveUp, controls } = orders;
  switch (message.type) {
    case 'cancel':
      giveUp.abort();
      break;
    case 'control':
      void controls.send(message.control).then(() => tell({ type: 'obeyed', id: message.id }));
      break;
    case 'allow':
      // Before the threads that it may start, which inherit it.
      lowerThread(message.allowance.effort);
      void controls.send(message);
      break;
    case 'battery':
      void controls.send(message);
      break;
    case 'look':
      orders.from = message.from;
      orders.scoring?.lookAt(message.from);
      break;
    case 'suspend':
      giveUp.abort();
      void controls.send({ type: 'suspend' });
      break;
    default:
      message satisfies never;
  }
}

async function outcomeOf(job: ThreadJob, signal: AbortSignal, orders: Orders): Promise<JobOutcome> {
  try {
    switch (job.kind) {
      case 'survey':
        return { type: 'surveyed', summary: summarize(await survey(job, signal), job.corpus.documents) };
      case 'list':
        return { type: 'surveyed', summary: await list(job, signal) };
      case 'score':
        return { type: 'scored', score: await score(job, signal) };
      case 'scoreParts':
        await scoreParts(job, signal, orders);
        return { type: 'allScored' };
      case 'compare':
        return { type: 'compared', change: await compareText(job, signal) };
      case 'forecast':
        return { type: 'foreseen', forecasts: await foresee(job, signal) };
      case 'train':
        return { type: 'trained', kept: await trainFor(job, signal, orders.controls) };
      default:
        return job satisfies never;
    }
  } catch (error) {
    return { type: 'failed', failure: failureOf(error) };
  }
}

function survey({ corpus }: Job<'survey' | 'list'>, signal: AbortSignal): Promise<Survey> {
  const report = (progress: CorpusProgress) => tell({ type: 'progress', progress });
  return surveyCorpus(corpus.source, { signal, report, cacheFolder: userCacheFolder() });
}

function compareText({ params }: Job<'compare'>, signal: AbortSignal): Promise<CorpusChange | null> {
  return corpusChange(params.folder, { signal, cacheFolder: userCacheFolder() }, params.fresh);
}

/** Documents told of at once: more would keep who hears of them from anything else for too long. */
const listedAtOnce = 500;

async function list(job: Job<'list'>, signal: AbortSignal): Promise<CorpusSummary> {
  const found = await survey(job, signal);
  for (let start = 0; start < found.files.length; start += listedAtOnce) {
    const documents = found.files.slice(start, start + listedAtOnce).map(listedDocument);
    tell({ type: 'listed', documents });
    await new Promise(setImmediate);
  }
  return summarize(found, job.corpus.documents);
}

function listedDocument({ name, verdict }: SurveyedFile): ListedDocument {
  if (verdict.kind === 'skipped') return { name, verdict: verdict.reason, characters: 0, secretLines: 0 };
  const secretLines = [...verdict.secretLines.values()].reduce((sum, lines) => sum + lines, 0);
  return { name, verdict: 'included', characters: verdict.characters, secretLines };
}

async function score({ params, ...options }: Job<'score'>, signal: AbortSignal): Promise<Surprisal> {
  const model = await scoringModel(params.folder, options);
  try {
    const report = throttled((share) => tell({ type: 'scoring', share }));
    return await surprisal(model, params.text, { signal, report });
  } finally {
    model.engine.dispose();
  }
}

async function scoreParts(
  { params, ...options }: Job<'scoreParts'>,
  signal: AbortSignal,
  orders: Orders,
): Promise<void> {
  const { folder, text, wanted, from } = params;
  const model = await scoringModel(folder, options);
  try {
    orders.scoring = new PartwiseScoring(model, text, wanted, orders.from ?? from);
    await orders.scoring.run((told) => tell({ type: 'parts', told }), signal);
  } finally {
    model.engine.dispose();
  }
}

async function scoringModel(folder: string, options: ReadingEngineOptions): Promise<ScoringModel> {
  const [{ description, parameters }, engine] = await Promise.all([readModel(folder), loadReadingEngine(options)]);
  const { architecture, tokenizer, corpus } = description;
  const items = itemFormOf(corpus.summary);
  return { engine, architecture, parameters, tokenizer: createTokenizer(tokenizer), items };
}

/** Calls at most a few times a second. */
function throttled(report: (share: number) => void): (share: number) => void {
  let next = performance.now() + reportMilliseconds;
  return (share) => {
    if (performance.now() < next) return;
    next = performance.now() + reportMilliseconds;
    report(share);
  };
}

function foresee(job: Job<'forecast'>, signal: AbortSignal): Promise<readonly Forecast[]> {
  const { corpus, recipe, budgets } = job.params;
  return forecast({ ...corpus, recipe, budgets }, surroundingsOf(job, signal), (forecasts) =>
    tell({ type: 'forecast', forecasts }),
  );
}

/** @returns the folder of a model that is there to stay; null where the run was discarded, failed or goes on elsewhere */
async function trainFor(job: Job<'train'>, signal: AbortSignal, controls: TrainingControls): Promise<string | null> {
  const prepared = await prepare(job, signal);
  if (prepared.record.told !== null) tell({ type: 'earlier', run: prepared.record.told });
  const training = train(prepared, controls);
  // Only now: what the kernels are compiled to is settled as the trainer is made.
  tell({ type: 'log', message: `Training: ${prepared.engine.details}. ${prepared.engineReason}` });
  const { kind } = await training;
  return kind === 'completed' || kind === 'early stop' || kind === 'stopped' ? prepared.folder : null;
}

function surroundingsOf(job: Job<'train' | 'forecast'>, signal: AbortSignal): Surroundings {
  const { appVersion, settings } = job;
  return {
    appVersion,
    engineFor: engineChooser(job),
    allowance: { effort: settings.effort, threads: settings.threads },
    report: (event) => tell({ type: 'event', event }),
    onCorpusProgress: (progress) => tell({ type: 'progress', progress }),
    signal,
    cacheFolder: userCacheFolder(),
  };
}

function prepare(job: Job<'train'>, signal: AbortSignal): Promise<TrainingJob> {
  const { params } = job;
  const surroundings = surroundingsOf(job, signal);
  if (params.kind === 'continue') {
    return prepareContinuation(params.folder, params.minutes, surroundings, params.vocabulary, params.fresh);
  }
  const { corpus, ...request } = params;
  return prepareTraining({ ...request, ...corpus }, surroundings);
}

function tell(message: FromThread): void {
  parentPort?.postMessage(message);
}

void main(workerData as ThreadJob);
