import { yieldToOthers } from '../base/yielding';
import { userCacheFolder } from '../corpus/cacheFolder';
import type { CorpusProgress } from '../corpus/corpus';
import { summarize, summarizeItems, type Survey, surveyCorpus, type SurveyedFile } from '../corpus/survey/survey';
import { createTokenizer } from '../corpus/tokenizers/create';
import { engineChooser, readingEngine } from '../engine/select';
import { readMemory } from '../memory/memoryFile';
import { type DocumentsChoice, itemFormOf } from '../model/itemForm';
import { readModel } from '../model/modelFolder';
import type { CorpusRequest, JobKind, Jobs, ListedDocument } from '../protocol/jobs';
import { Scoring, type ScoringModel } from '../scoring/scoring';
import { forecast } from '../training/forecast/forecast';
import { threadsOf } from '../training/loop/allowance';
import { TrainingControls } from '../training/loop/controls';
import { train } from '../training/loop/train';
import { prepareContinuation } from '../training/prepare/continuation';
import { prepareTraining } from '../training/prepare/prepare';
import { type Surroundings } from '../training/prepare/surroundings';
import type { TrainingJob } from '../training/prepare/trainingJob';
import { corpusChange } from '../training/record/changes';
import { indexCopies } from '../training/record/copiesOfModel';
import { failureOf } from './failures';
import { lowerThread } from './priority';
import type { JobEnvironment } from './threadMessages';

/** Documents told of at once: more would keep who hears of them from anything else for too long. */
const listedAtOnce = 500;

/** What a job is given beside its parameters. */
export interface JobContext<K extends JobKind> extends JobEnvironment {
  /** Aborted when the job is given up. */
  readonly signal: AbortSignal;
  readonly report: (progress: Jobs[K]['progress']) => void;
  /** Calls back with each order, those included that have come already. */
  readonly onOrder: (obey: (order: Jobs[K]['order']) => void) => void;
  /** Has something done once the result has been told, for which nobody waits. It must not throw. */
  readonly afterwards: (task: () => Promise<void>) => void;
}

/** How each job is done. What it throws, the one who asked for it is told in a sentence. */
export const work: {
  readonly [K in JobKind]: (params: Jobs[K]['params'], context: JobContext<K>) => Promise<Jobs[K]['result']>;
} = {
  survey: async (corpus, { signal, report }) => summarize(await survey(corpus, signal, report), corpus.documents),

  list: async (corpus, { signal, report }) => {
    const found = await survey(corpus, signal);
    for (let start = 0; start < found.files.length; start += listedAtOnce) {
      const some = found.files.slice(start, start + listedAtOnce);
      report(some.map((file) => listedDocument(file, corpus.documents)));
      await yieldToOthers();
    }
    return summarize(found, corpus.documents);
  },

  corpusChange: ({ folder, fresh }, { signal }) =>
    corpusChange(folder, { signal, cacheFolder: userCacheFolder() }, fresh),

  forecast: ({ corpus, hyperparameters, budgets }, context) =>
    forecast({ ...corpus, hyperparameters, budgets }, surroundingsOf(context), context.report),

  score: async ({ folder, text, wanted, from, before, memory = 'reading along' }, context) => {
    const model = await scoringModel(folder, context);
    try {
      const scoring = new Scoring(model, text, { wanted, from, before, uses: [memory] });
      context.onOrder((look) => scoring.lookAt(look.from));
      return await scoring.run(context.report, context.signal);
    } finally {
      model.engine.dispose();
    }
  },

  train: async (params, context) => {
    lowerThread(context.settings.effort);
    const controls = new TrainingControls();
    context.onOrder((order) => obey(order, controls, context));
    const { report } = context;
    let begin: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const prepared = await prepare(params, context, begin);
    if (prepared.record.told !== null) report({ type: 'earlier', run: prepared.record.told });
    const training = train(prepared, controls);
    // Not before: what the kernels are compiled to is settled as the trainer is made.
    await Promise.race([begun, training]);
    report({ type: 'log', message: `Training: ${prepared.engine.details}. ${prepared.engineReason}` });
    const { kind } = await training;
    const isKept = kind === 'completed' || kind === 'early stop' || kind === 'stopped';
    if (isKept) context.afterwards(() => indexAfterwards(prepared.folder, context));
    return null;
  },
};

function survey(
  { source }: CorpusRequest,
  signal: AbortSignal,
  report: (progress: CorpusProgress) => void = () => undefined,
): Promise<Survey> {
  return surveyCorpus(source, { signal, report, cacheFolder: userCacheFolder() });
}

function listedDocument(file: SurveyedFile, documents: DocumentsChoice | undefined): ListedDocument {
  const { name, verdict } = file;
  if (verdict.kind === 'skipped') return { name, verdict: verdict.reason, characters: 0, secretLines: 0 };
  const secretLines = [...verdict.secretLines.values()].reduce((sum, lines) => sum + lines, 0);
  const items = summarizeItems({ files: [file] }, documents);
  return { name, verdict: 'included', characters: verdict.characters, secretLines, ...(items && { items }) };
}

async function scoringModel(folder: string, { settings, tensorflowFolders }: JobEnvironment): Promise<ScoringModel> {
  const { threads } = settings;
  const [{ description, parameters }, engine] = await Promise.all([
    readModel(folder),
    readingEngine({ tensorflowFolders, ...(threads > 0 && { threads }) }),
  ]);
  const { architecture, corpus } = description;
  const tokenizer = createTokenizer(description.tokenizer);
  const items = itemFormOf(corpus.summary);
  const memory = await readMemory(folder, tokenizer);
  return { engine, architecture, parameters, tokenizer, items, memory };
}

function obey(order: Jobs['train']['order'], controls: TrainingControls, { report }: JobContext<'train'>): void {
  switch (order.type) {
    case 'control':
      void controls.send(order.control).then(() => report({ type: 'obeyed', id: order.id }));
      break;
    case 'allow':
      // Before the threads that it may start, which inherit it.
      lowerThread(order.allowance.effort);
      void controls.send(order);
      break;
    case 'battery':
    case 'suspend':
      void controls.send(order);
      break;
    default:
      order satisfies never;
  }
}

function prepare(
  params: Jobs['train']['params'],
  context: JobContext<'train'>,
  onStarted: () => void,
): Promise<TrainingJob> {
  const { report } = context;
  const surroundings: Surroundings = {
    ...surroundingsOf(context),
    report: (event) => {
      report({ type: 'event', event });
      if (event.type === 'started') onStarted();
    },
    onCorpusProgress: (progress) => report({ type: 'corpus', progress }),
  };
  if (params.kind === 'continue') {
    return prepareContinuation(params.folder, params.minutes, surroundings, params.vocabulary, params.fresh);
  }
  const { corpus, ...request } = params;
  return prepareTraining({ ...request, ...corpus }, surroundings);
}

function surroundingsOf(context: JobEnvironment & { readonly signal: AbortSignal }): Surroundings {
  const { appVersion, settings, tensorflowFolders, signal } = context;
  return {
    appVersion,
    engineFor: engineChooser(settings.engine, { tensorflowFolders, threads: threadsOf(settings) }),
    allowance: { effort: settings.effort, threads: settings.threads },
    report: () => undefined,
    signal,
    trainedIn: 'window',
    cacheFolder: userCacheFolder(),
  };
}

/** What a model is checked against for copies. It comes after the training's end, and the model does without. */
async function indexAfterwards(folder: string, { signal, report }: JobContext<'train'>): Promise<void> {
  try {
    await indexCopies(folder, signal);
  } catch (error) {
    report({ type: 'log', message: `Copies will not be found: ${failureOf(error).stack}` });
  }
}
