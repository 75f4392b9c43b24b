import { parentPort, workerData } from 'node:worker_threads';
import { summarize, surveyCorpus } from '../corpus/survey';
import type { FromThread, ThreadJob, ToThread } from '../protocol/trainingThread';
import { prepareContinuation } from '../training/continuation';
import { TrainingControls } from '../training/controls';
import { prepareTraining, type Surroundings } from '../training/prepare';
import { train } from '../training/train';
import type { TrainingJob } from '../training/trainingRun';
import { failureOf } from './failures';
import type { JobOutcome } from './jobThread';
import { lowerThread } from './priority';
import { engineChooser } from './trainingEngine';

type TrainJob = Extract<ThreadJob, { kind: 'train' }>;

/** The one entry of a thread: does its job, tells how it ended, and lets the thread end. */
async function main(job: ThreadJob): Promise<void> {
  lowerThread();
  const giveUp = new AbortController();
  const controls = new TrainingControls();
  parentPort?.on('message', (message: ToThread) => obey(message, giveUp, controls));
  tell(await outcomeOf(job, giveUp.signal, controls));
  parentPort?.close();
}

function obey(message: ToThread, giveUp: AbortController, controls: TrainingControls): void {
  switch (message.type) {
    case 'cancel':
      giveUp.abort();
      break;
    case 'control':
      void controls.send(message.control).then(() => tell({ type: 'obeyed', id: message.id }));
      break;
    case 'suspend':
      giveUp.abort();
      void controls.send({ type: 'suspend' });
      break;
    default:
      message satisfies never;
  }
}

async function outcomeOf(job: ThreadJob, signal: AbortSignal, controls: TrainingControls): Promise<JobOutcome> {
  try {
    if (job.kind === 'survey') return { type: 'surveyed', summary: await survey(job, signal) };
    const prepared = await prepare(job, signal);
    tell({ type: 'log', message: `Training: ${prepared.engine.details}. ${prepared.engineReason}` });
    if (prepared.record.told !== null) tell({ type: 'earlier', run: prepared.record.told });
    await train(prepared, controls);
    return { type: 'trained' };
  } catch (error) {
    return { type: 'failed', failure: failureOf(error) };
  }
}

async function survey({ corpus }: Extract<ThreadJob, { kind: 'survey' }>, signal: AbortSignal) {
  const report = (progress: Extract<FromThread, { type: 'progress' }>['progress']) =>
    tell({ type: 'progress', progress });
  return summarize(await surveyCorpus(corpus.source, { signal, report }));
}

function prepare(job: TrainJob, signal: AbortSignal): Promise<TrainingJob> {
  const { params, appVersion } = job;
  const surroundings: Surroundings = {
    appVersion,
    engineFor: engineChooser(job),
    report: (event) => tell({ type: 'event', event }),
    onCorpusProgress: (progress) => tell({ type: 'progress', progress }),
    signal,
  };
  if (params.kind === 'continue') return prepareContinuation(params.folder, params.minutes, surroundings);
  const { name, modelsFolder, corpus, recipe } = params;
  return prepareTraining(
    { name, modelsFolder, source: corpus.source, tokenizer: corpus.tokenizer, recipe },
    surroundings,
  );
}

function tell(message: FromThread): void {
  parentPort?.postMessage(message);
}

void main(workerData as ThreadJob);
