import { join, resolve } from 'node:path';
import { version } from '../../package.json';
import { userCacheFolder } from '../corpus/cacheFolder';
import { vocabularyRange } from '../corpus/corpus';
import { documentsChoices } from '../model/itemForm';
import { recipeFileName } from '../corpus/select/recipe/recipeFile';
import { readDescription } from '../model/modelFolder';
import { folderNameOf } from '../model/modelName';
import { TrainingControls } from '../training/loop/controls';
import { train } from '../training/loop/train';
import { prepareContinuation } from '../training/prepare/continuation';
import { type NewTraining, prepareTraining, type Surroundings } from '../training/prepare/prepare';
import type { Budget, RecipeRequest } from '../training/prepare/recipe';
import type { TrainingJob } from '../training/prepare/trainingJob';
import { indexCopies } from '../training/record/copiesOfModel';
import { engineChooser } from './engines';
import { Flags } from './flags';
import { forecastCommand } from './forecastCommand';
import { Interruption } from './interruption';
import { modelFolderOf, modelsFolderOf, nameFor, newestModel, workspaceOf } from './places';
import { textByRecipe, textOfPaths, type TrainingText } from './trainingText';
import { trainReporter } from './trainReporter';

const tokenizers = ['auto', 'char', 'byte', 'bpe', 'word'] as const;

const defaultMinutes = 5;

/** Budgets that a forecast is made for where none is named. */
const usualMinutes = [1, 5, 30];

const kinds = {
  out: 'text',
  from: 'text',
  name: 'text',
  minutes: 'text',
  steps: 'text',
  tokenizer: 'text',
  vocabulary: 'text',
  normalization: 'text',
  documents: 'text',
  hidden: 'text',
  layers: 'text',
  embedding: 'text',
  dropout: 'text',
  batch: 'text',
  sequence: 'text',
  rate: 'text',
  engine: 'text',
  threads: 'text',
  seed: 'text',
  include: 'texts',
  exclude: 'texts',
  recipe: 'text',
  resume: 'switch',
  extend: 'switch',
  forecast: 'switch',
  json: 'switch',
} as const;

type TrainFlags = Flags<keyof typeof kinds>;

/** `textloom train`: trains a model, or goes on with one. */
export async function trainCommand(args: readonly string[]): Promise<number> {
  const flags = Flags.parse('train', args, kinds);
  if (flags.has('forecast')) return foretell(flags);
  const prepare = flags.has('resume') ? await continuation(flags) : await newTraining(flags);
  const reporter = trainReporter(flags.has('json'));
  const controls = new TrainingControls();
  const giveUp = new AbortController();
  const interruption = new Interruption(() => {
    giveUp.abort();
    void controls.send({ type: 'stop' });
  });
  try {
    const job = await prepare({
      ...surroundingsOf(flags),
      report: (event) => reporter.event(event),
      onCorpusProgress: (progress) => reporter.corpus(progress),
      signal: giveUp.signal,
    });
    const end = await train(job, controls);
    if (end.kind === 'failed') throw new Error(end.message);
    await indexCopies(job.folder);
    reporter.done(job.folder, await readDescription(job.folder), end, job.record.told);
    return interruption.exitCode ?? 0;
  } catch (error) {
    // What goes wrong by itself after Ctrl+C is told as what it is: a full disk while the run is saved, say.
    if (interruption.exitCode === undefined || !isAbort(error)) throw error;
    console.error('textloom: Interrupted before training began; nothing was saved.');
    return interruption.exitCode;
  } finally {
    interruption.dispose();
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** @throws UsageError, RecipeError */
async function foretell(flags: TrainFlags): Promise<number> {
  const { recipe, ...text } = await trainingRequest(flags);
  const isAsked = flags.has('minutes') || flags.has('steps');
  const budgets = isAsked ? [recipe.budget] : usualMinutes.map((minutes) => ({ kind: 'minutes', minutes }) as const);
  await forecastCommand({ ...text, recipe, budgets }, surroundingsOf(flags), flags.has('json'));
  return 0;
}

function surroundingsOf(flags: TrainFlags): Surroundings {
  const threads = flags.integer('threads', 1, 256);
  return {
    appVersion: version,
    engineFor: engineChooser(flags.choice('engine', ['auto', 'tensorflow', 'wasm']), threads),
    allowance: { effort: 'full', threads: threads ?? 0 },
    report: () => undefined,
    cacheFolder: userCacheFolder(),
  };
}

/** What makes a job ready, once all flags are known to be right. */
type Preparation = (surroundings: Surroundings) => Promise<TrainingJob>;

/** @throws UsageError, RecipeError */
async function newTraining(flags: TrainFlags): Promise<Preparation> {
  const request = await trainingRequest(flags);
  return (surroundings) => prepareTraining(request, surroundings);
}

async function trainingRequest(flags: TrainFlags): Promise<NewTraining> {
  const text = await textOf(flags);
  const from = flags.text('from');
  const { least, most } = vocabularyRange;
  const vocabularySize = flags.integer('vocabulary', least, most) ?? text.recipe.vocabularySize;
  const normalization = flags.choice('normalization', ['none', 'nfc']) ?? text.recipe.normalization;
  return {
    name: flags.text('name') ?? nameFor([text.place]),
    modelsFolder: modelsFolder(flags, text.source.root),
    source: text.source,
    tokenizer: flags.choice('tokenizer', tokenizers) ?? text.recipe.tokenizer ?? 'auto',
    ...(vocabularySize !== undefined && { vocabularySize }),
    ...(text.recipe.weights && { weights: text.recipe.weights }),
    ...(normalization === 'nfc' && { normalization }),
    documents: flags.choice('documents', documentsChoices) ?? text.recipe.documents ?? 'auto',
    recipe: recipeRequest(flags, text.recipe.minutes),
    ...(from !== undefined && { from: modelFolderOf(from) }),
  };
}

/** What is trained on: paths, or what a recipe file says. @throws UsageError, RecipeError */
async function textOf(flags: TrainFlags): Promise<TrainingText> {
  const { positionals: paths } = flags;
  const file = flags.text('recipe');
  if (file !== undefined && paths.length > 0) throw flags.wrong('Give paths or --recipe, not both.');
  const globs = { include: flags.texts('include'), exclude: flags.texts('exclude') };
  if (paths.length > 0) return textOfPaths(paths, globs);
  const text = await textByRecipe(file === undefined ? resolve(recipeFileName) : resolve(file), globs);
  if (text !== null) return text;
  if (file !== undefined) throw flags.wrong(`There is no recipe ${file}.`);
  throw flags.wrong(`Say which files or folders to train on, or write a ${recipeFileName}.`);
}

/** @throws UsageError where there is no model to go on with. */
async function continuation(flags: TrainFlags): Promise<Preparation> {
  if (flags.has('steps')) throw flags.wrong('--resume goes with --minutes, not with --steps.');
  const minutes = flags.number('minutes', 0, 1e6) ?? 0;
  const models = modelsFolder(flags);
  const name = flags.text('name');
  const folder = name === undefined ? await newestModel(models) : join(models, folderNameOf(name));
  if (folder === undefined) throw flags.wrong(`There is no model to resume in ${models}.`);
  const vocabulary = flags.has('extend') ? 'extend' : 'keep';
  return (surroundings) => prepareContinuation(folder, minutes, surroundings, vocabulary);
}

function modelsFolder(flags: TrainFlags, workspace = workspaceOf(flags.positionals)): string {
  return resolve(flags.text('out') ?? modelsFolderOf(workspace));
}

/** @throws UsageError */
function recipeRequest(flags: TrainFlags, minutes: number | undefined): RecipeRequest {
  const chosen = {
    hiddenSize: flags.integer('hidden', 1, 16_384),
    layers: flags.integer('layers', 1, 16),
    embeddingSize: flags.integer('embedding', 1, 16_384),
    dropout: flags.number('dropout', 0, 0.9),
    streams: flags.integer('batch', 1, 4096),
    length: flags.integer('sequence', 1, 4096),
    peakRate: flags.number('rate', 1e-8, 10),
    seed: flags.integer('seed', 0, Number.MAX_SAFE_INTEGER),
  };
  const given = Object.entries(chosen).filter(([, value]) => value !== undefined);
  return { budget: budgetOf(flags, minutes), ...(Object.fromEntries(given) as Omit<RecipeRequest, 'budget'>) };
}

/** @param usual what the recipe file says */
function budgetOf(flags: TrainFlags, usual = defaultMinutes): Budget {
  const minutes = flags.number('minutes', 0, 1e6);
  const steps = flags.integer('steps', 0, 1e9);
  if (minutes !== undefined && steps !== undefined) throw flags.wrong('Give --minutes or --steps, not both.');
  return steps !== undefined ? { kind: 'steps', steps } : { kind: 'minutes', minutes: minutes ?? usual };
}
