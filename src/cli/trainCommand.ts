import { globFault, tooManyGlobs, usableGlobs } from '../corpus/select/globLimits';
import { basename, join, resolve } from 'node:path';
import { version } from '../../package.json';
import { userCacheFolder } from '../corpus/cacheFolder';
import { type KeepableReason, keepableReasons, vocabularyRange } from '../corpus/corpus';
import { recipeFileName } from '../corpus/select/recipe/recipeFile';
import { engineChoices } from '../engine/engineNames';
import { engineChooser } from '../engine/select';
import { documentsChoices } from '../model/itemForm';
import { folderNameOf } from '../model/modelName';
import { tokenizerChoices } from '../model/tokenizerKinds';
import type { Budget, HyperparameterRequest } from '../training/prepare/hyperparameterRequest';
import { type NewTraining } from '../training/prepare/prepare';
import type { Surroundings } from '../training/prepare/surroundings';
import { acceptCorpus, outsideText } from '../training/record/corpusManifest';
import { enginePlaces } from './engines';
import { Flags } from './flags';
import { forecastCommand } from './forecastCommand';
import { modelFolderOf, modelsFolderOf, nameFor, newestModel, workspaceOf } from './places';
import { isMissing } from './textInput';
import { trainAndListen } from './trainingSession';
import { textByRecipe, textOfPaths, type TrainingText } from './trainingText';
import { trainReporter } from './trainReporter';
import type { TrainRequest } from './trainThread';

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
  also: 'texts',
  keep: 'texts',
  recipe: 'text',
  resume: 'switch',
  extend: 'switch',
  outside: 'switch',
  forecast: 'switch',
  verbose: 'switch',
  json: 'switch',
} as const;

type TrainFlags = Flags<keyof typeof kinds>;

/** `textloom train`: trains a model, or goes on with one. */
export async function trainCommand(args: readonly string[]): Promise<number> {
  const flags = Flags.parse('train', args, kinds);
  if (flags.has('verbose')) Object.assign(process.env, talkative);
  if (flags.has('forecast')) return foretell(flags);
  const work = flags.has('resume') ? await continuation(flags) : await newTraining(flags);
  const threads = flags.integer('threads', 1, 256);
  const engine = flags.choice('engine', engineChoices) ?? 'auto';
  return trainAndListen({ work, engine, ...(threads !== undefined && { threads }) }, trainReporter(flags.has('json')));
}

/** Has TensorFlow say what it likes to say as it is loaded; without it, it is told to be quiet. */
const talkative = { TF_CPP_MIN_LOG_LEVEL: '0', TF_ENABLE_ONEDNN_OPTS: '1' } as const;

/** @throws UsageError, RecipeError */
async function foretell(flags: TrainFlags): Promise<number> {
  const { hyperparameters, ...text } = await trainingRequest(flags);
  const isAsked = flags.has('minutes') || flags.has('steps');
  const budgets = isAsked
    ? [hyperparameters.budget]
    : usualMinutes.map((minutes) => ({ kind: 'minutes', minutes }) as const);
  await forecastCommand({ ...text, hyperparameters, budgets }, surroundingsOf(flags), flags.has('json'));
  return 0;
}

function surroundingsOf(flags: TrainFlags): Surroundings {
  const threads = flags.integer('threads', 1, 256);
  return {
    appVersion: version,
    trainedIn: 'terminal',
    engineFor: engineChooser(flags.choice('engine', engineChoices) ?? 'auto', enginePlaces(threads)),
    allowance: { effort: 'full', threads: threads ?? 0 },
    report: () => undefined,
    cacheFolder: userCacheFolder(),
  };
}

/** @throws UsageError, RecipeError */
async function newTraining(flags: TrainFlags): Promise<TrainRequest['work']> {
  return { kind: 'new', training: await trainingRequest(flags) };
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
    tokenizer: flags.choice('tokenizer', tokenizerChoices) ?? text.recipe.tokenizer ?? 'auto',
    ...(vocabularySize !== undefined && { vocabularySize }),
    ...(text.recipe.weights && { weights: text.recipe.weights }),
    ...(normalization === 'nfc' && { normalization }),
    documents: flags.choice('documents', documentsChoices) ?? text.recipe.documents ?? 'auto',
    hyperparameters: hyperparameterRequest(flags, text.recipe.minutes),
    ...(from !== undefined && { from: modelFolderOf(from) }),
  };
}

/** What is trained on: paths, or what a recipe file says. @throws UsageError, RecipeError */
async function textOf(flags: TrainFlags): Promise<TrainingText> {
  const { positionals: paths } = flags;
  const file = flags.text('recipe');
  if (file !== undefined && paths.length > 0) throw flags.wrong('Give paths or --recipe, not both.');
  const also = flags.texts('also');
  const missing = [...also, ...paths].find(isMissing);
  if (missing !== undefined) throw flags.missing(missing);
  const told = { include: globs(flags, 'include'), exclude: globs(flags, 'exclude'), also, keep: keptReasons(flags) };
  if (paths.length > 0) return textOfPaths(paths, told);
  const text = await textByRecipe(file === undefined ? resolve(recipeFileName) : resolve(file), told);
  if (text !== null) return text;
  if (file !== undefined) throw flags.wrong(`There is no recipe ${file}.`);
  throw flags.wrong(`Say which files or folders to train on, or write a ${recipeFileName}.`);
}

/** @throws UsageError for a glob that can't be used */
function globs(flags: TrainFlags, name: 'include' | 'exclude'): readonly string[] {
  const given = flags.texts(name);
  for (const glob of given) {
    const fault = globFault(glob);
    if (fault !== undefined) throw flags.wrong(`--${name} must be another glob: it ${fault}.`);
  }
  if (usableGlobs(given).length < given.length) throw flags.wrong(`--${name} ${tooManyGlobs}.`);
  return given;
}

/** The rules that don't count, a blank in their names written as a hyphen or not. @throws UsageError */
function keptReasons(flags: TrainFlags): readonly KeepableReason[] {
  return flags.texts('keep').map((given) => {
    const reason = keepableReasons.find((each) => each === given.replaceAll('-', ' '));
    if (reason !== undefined) return reason;
    const known = keepableReasons.map((each) => each.replaceAll(' ', '-')).join(', ');
    throw flags.wrong(`--keep must be one of ${known}, not "${given}".`);
  });
}

/** @throws UsageError where there is no model to go on with. */
async function continuation(flags: TrainFlags): Promise<TrainRequest['work']> {
  if (flags.has('steps')) throw flags.wrong('--resume goes with --minutes, not with --steps.');
  const minutes = flags.number('minutes', 0, 1e6) ?? 0;
  const models = modelsFolder(flags);
  const name = flags.text('name');
  const folder = name === undefined ? await newestModel(models) : join(models, folderNameOf(name));
  if (folder === undefined) throw flags.wrong(`There is no model to resume in ${models}.`);
  const vocabulary = flags.has('extend') ? 'extend' : 'keep';
  if (flags.has('outside')) await acceptCorpus(folder);
  else await requireKnownText(folder, flags);
  return { kind: 'continue', folder, minutes, vocabulary };
}

/** What a model's folder lacks otherwise is told when the training is prepared. @throws UsageError */
async function requireKnownText(folder: string, flags: TrainFlags): Promise<void> {
  const outside = await outsideText(folder).catch(() => undefined);
  if (outside === undefined) return;
  throw flags.wrong(
    `"${basename(folder)}" came from elsewhere and names text outside of its folder: ${outside}. Add --outside to read it.`,
  );
}

function modelsFolder(flags: TrainFlags, workspace = workspaceOf(flags.positionals)): string {
  return resolve(flags.text('out') ?? modelsFolderOf(workspace));
}

/** @throws UsageError */
function hyperparameterRequest(flags: TrainFlags, minutes: number | undefined): HyperparameterRequest {
  const chosen: Record<keyof Omit<HyperparameterRequest, 'budget'>, number | undefined> = {
    hiddenSize: flags.integer('hidden', 1, 16_384),
    layers: flags.integer('layers', 1, 16),
    embeddingSize: flags.integer('embedding', 1, 16_384),
    dropout: flags.number('dropout', 0, 0.9),
    batchSize: flags.integer('batch', 1, 4096),
    sequenceLength: flags.integer('sequence', 1, 4096),
    peakLearningRate: flags.number('rate', 1e-8, 10),
    seed: flags.integer('seed', 0, Number.MAX_SAFE_INTEGER),
  };
  const given = Object.entries(chosen).filter(([, value]) => value !== undefined);
  return { budget: budgetOf(flags, minutes), ...(Object.fromEntries(given) as Omit<HyperparameterRequest, 'budget'>) };
}

/** @param usual what the recipe file says */
function budgetOf(flags: TrainFlags, usual = defaultMinutes): Budget {
  const minutes = flags.number('minutes', 0, 1e6);
  const steps = flags.integer('steps', 0, 1e9);
  if (minutes !== undefined && steps !== undefined) throw flags.wrong('Give --minutes or --steps, not both.');
  return steps !== undefined ? { kind: 'steps', steps } : { kind: 'minutes', minutes: minutes ?? usual };
}
