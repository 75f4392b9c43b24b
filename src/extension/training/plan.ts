import type * as vscode from 'vscode';
import type { CorpusProgress, CorpusSource, CorpusSummary, FolderWeights } from '../../corpus/corpus';
import { type RecipeFile, recipeFileName } from '../../corpus/select/recipe/recipeFile';
import type { Normalization, TokenizerChoice } from '../../corpus/tokenizers/tokenizer';
import type { DocumentsChoice } from '../../model/itemForm';
import { nameFault, uniqueName } from '../../model/modelName';
import type { CorpusRequest } from '../../protocol/jobs';
import { foreseenShape } from '../../training/forecast/forecastShape';
import type { Budget } from '../../training/training';
import type { BackgroundProcess } from '../background/backgroundProcess';
import { type CorpusPick } from '../corpus/corpusPick';
import { corpusSource } from '../corpus/corpusSource';
import { keepPick, recipeFolder } from '../corpus/keepPick';
import { hasFolders, pickFolders } from '../corpus/pickFolders';
import { pickSummary } from '../corpus/pickSummary';
import { pickText } from '../corpus/pickText';
import type { Spools } from '../corpus/spools';
import { progressText } from '../corpus/summaryText';
import type { Models } from '../models/models';
import { askText, back, type Step } from '../picks';
import type { Settings } from '../settings';
import { namesOf } from './modelNames';
import { confirmBudget, type Foresee, offeredBudgets, pickBudget, type PickedBudget } from './pickBudget';
import { hyperparameterWishes, normalizationOf, type TrainOptions } from './trainOptions';

/** Everything that a new training needs to be told. */
export interface Plan {
  readonly source: CorpusSource;
  readonly tokenizer: TokenizerChoice;
  readonly vocabularySize: number;
  readonly weights?: FolderWeights;
  readonly normalization?: Normalization;
  readonly documents: DocumentsChoice;
  readonly budget: Budget;
  /** Of the model that the user was told of as the budget was chosen. */
  readonly shape?: ReturnType<typeof foreseenShape>;
  readonly name: string;
}

/** What the questions need to ask others. */
export interface PlanContext {
  readonly background: BackgroundProcess;
  readonly models: Models;
  readonly settings: Settings;
  /** What the caller has settled already. */
  readonly options: TrainOptions;
  /** What each budget would come to is found out: how a model that has learned already goes on can't be told. */
  readonly isForeseen: boolean;
  /** Says what is done now, where it can be seen while no question is open. */
  readonly tell: (message: string) => void;
  readonly spools: Spools;
}

/**
 * Asks the user, question by question, each of which can go back to the one before: what text (unless it was pointed at
 * already), what of it, how long, under what name.
 * @throws CancelledError when a question is dismissed.
 */
export async function askForPlan(context: PlanContext, given: CorpusPick | undefined): Promise<Plan> {
  for (;;) {
    const pick = given ?? (await pickText(stepOf(1, given)));
    if (typeof pick === 'symbol') continue;
    const plan = await askAboutText(context, pick, given);
    if (typeof plan !== 'symbol') return plan;
  }
}

async function askAboutText(
  context: PlanContext,
  pick: CorpusPick,
  given: CorpusPick | undefined,
): Promise<Plan | typeof back> {
  const { recipe = {} } = pick;
  const tokenizer = recipe.tokenizer ?? context.settings['training.tokenizer'];
  const documents = recipe.documents ?? context.settings['corpus.documents'];
  const keeper = recipeFolder(pick);
  const choices = { folders: await hasFolders(pick), keep: keeper !== undefined, tokenizer };
  const { settings, spools } = context;
  let left: readonly string[] = [];
  for (;;) {
    context.tell('Looking at the text…');
    const exclude = left;
    const found: { source?: CorpusSource } = {};
    const answer = await pickSummary(stepOf(2, given), choices, async (onProgress, token) => {
      found.source = await corpusSource(pick, { settings, exclude, spools, token, onProgress });
      return surveyed(context, { source: found.source, tokenizer, documents }, onProgress, token);
    });
    const { source } = found;
    if (typeof answer === 'symbol' || source === undefined) return back;
    if (answer.kind === 'choose folders') {
      const chosen = await pickFolders(stepOf(2, given), pick, source.root, left);
      if (typeof chosen !== 'symbol') left = chosen;
      continue;
    }
    context.tell('Preparing training…');
    const narrowed = [...left, ...answer.exclude];
    const filters = { ...source.filters, exclude: [...source.filters.exclude, ...answer.exclude] };
    const weights = recipe.weights && { weights: recipe.weights };
    const vocabularySize = recipe.vocabularySize ?? settings['training.vocabularySize'];
    const normalization = normalizationOf(recipe, settings);
    const corpus = {
      source: { ...source, filters },
      tokenizer,
      vocabularySize,
      documents,
      ...weights,
      ...normalization,
    };
    const terms = await askForTerms(context, corpus, pick.label, recipe, given);
    if (typeof terms === 'symbol') continue;
    if (answer.kind === 'keep and train' && keeper !== undefined) await keepPick(keeper, pick, narrowed);
    return { ...corpus, ...terms };
  }
}

function surveyed(
  { background, tell }: PlanContext,
  request: CorpusRequest,
  onProgress: (progress: CorpusProgress) => void,
  token: vscode.CancellationToken,
): Promise<CorpusSummary> {
  return background.perform('survey', request, {
    token,
    onProgress: (progress) => {
      onProgress(progress);
      tell(`Looking at the text: ${progressText(progress)}`);
    },
  });
}

async function askForTerms(
  { models, background, settings, options, isForeseen }: PlanContext,
  corpus: CorpusRequest,
  label: string,
  { minutes }: RecipeFile,
  given: CorpusPick | undefined,
): Promise<Pick<Plan, 'budget' | 'shape' | 'name'> | typeof back> {
  const hyperparameters = hyperparameterWishes(options, settings);
  const budgets = minutes === undefined ? offeredBudgets : [{ kind: 'minutes', minutes } as const];
  let foreseen: Promise<unknown> = Promise.resolve();
  const foresee: Foresee = (tell, token) => {
    const making = background.perform('forecast', { corpus, hyperparameters, budgets }, { token, onProgress: tell });
    foreseen = Promise.allSettled([foreseen, making]);
    return making;
  };
  for (;;) {
    const picked = await budgetFor(stepOf(3, given), minutes, isForeseen ? foresee : undefined);
    if (typeof picked === 'symbol') return back;
    const { budget, foreseen: told } = picked;
    const taken = await namesOf(models);
    const name = await askText(
      stepOf(4, given),
      'Name the model (its folder is named after it)',
      uniqueName(label, taken),
      (text) => nameFault(text, taken),
    );
    if (typeof name !== 'symbol') {
      // A training measures the machine as it begins: nothing of a forecast may still be at work then.
      await foreseen;
      return { budget, ...(told !== null && { shape: foreseenShape(told) }), name: name.trim() };
    }
  }
}

/** The time that the recipe file says, shown with what it would come to; else the time that the user says. */
async function budgetFor(
  step: Step,
  minutes: number | undefined,
  foresee: Foresee | undefined,
): Promise<PickedBudget | typeof back> {
  if (minutes === undefined) {
    return pickBudget(step, 'How long should it train? You can stop or extend it at any time.', foresee);
  }
  const why = `Enter continues with the time that ${recipeFileName} says.`;
  return confirmBudget(step, minutes, why, foresee);
}

function stepOf(step: number, given: CorpusPick | undefined): Step {
  const first = given === undefined ? 1 : 2;
  return { title: 'Train Model', step: step - first + 1, totalSteps: 5 - first, canGoBack: step > first };
}
