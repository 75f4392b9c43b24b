/**
 * extension/training/: a training as the user asks for it: questions, budget, continuation, taking up again, and what is
 * said at its end.
 */
import * as vscode from 'vscode';
import { plural } from '../../base/format';
import type { FreshTexts } from '../../corpus/read/renewal';
import { uniqueName } from '../../model/modelName';
import type { TrainParams } from '../../protocol/jobs';
import type { VocabularyWish } from '../../training/prepare/warmStart';
import { changeText, isChanged } from '../../training/record/corpusChange';
import type { Budget, TrainingControl } from '../../training/training';
import type { BackgroundProcess } from '../background/backgroundProcess';
import { type CorpusPick, recipePick, uriPick } from '../corpus/corpusPick';
import { corpusSource } from '../corpus/corpusSource';
import { Spools } from '../corpus/spools';
import { progressText } from '../corpus/summaryText';
import { actions, CancelledError, UserError } from '../failure';
import type { Models } from '../models/models';
import { noModel } from '../models/selectModel';
import { isRunning, type Session } from '../session';
import type { Settings } from '../settings';
import { confirmDiscard } from './confirmDiscard';
import { namesOf } from './modelNames';
import type { Plan } from './plan';
import { budgetOf, hyperparameterRequest, normalizationOf, type TrainOptions } from './trainOptions';

/** Starts, continues and steers trainings: what the commands of the palette, the menus and the panel come down to. */
export class TrainingCommands implements vscode.Disposable {
  private preparation: vscode.CancellationTokenSource | undefined;

  constructor(
    private readonly session: Session,
    private readonly background: BackgroundProcess,
    private readonly models: Models,
    private readonly settings: () => Settings,
    private readonly showPanel: () => void,
  ) {}

  /**
   * Trains a new model: on what the options name, or on what the user is asked for; from nothing, or from another model.
   * @param pick what was pointed at already.
   * @returns the new model's folder, once its training has begun.
   */
  async train(options: TrainOptions = {}, pick?: CorpusPick): Promise<string> {
    return this.prepare(async (token, spools) => {
      const given = await pickOfOptions(options);
      const plan =
        given === undefined ? await this.ask(pick, options, spools) : await this.planOf(options, given, spools, token);
      return this.begin(
        {
          kind: 'new',
          name: plan.name,
          modelsFolder: this.models.shelfFor(plan.source.root),
          corpus: {
            source: plan.source,
            tokenizer: plan.tokenizer,
            vocabularySize: plan.vocabularySize,
            ...(plan.weights && { weights: plan.weights }),
            ...(plan.normalization && { normalization: plan.normalization }),
            documents: plan.documents,
          },
          hyperparameters: hyperparameterRequest(plan.budget, { ...options, ...plan.shape }, this.settings()),
          ...(options.from !== undefined && { from: options.from }),
        },
        token,
      );
    });
  }

  /**
   * Trains a model further: the one given, or one that the user picks. Where the minutes are given, nothing else is asked
   * either, and its vocabulary stays unless that is given too.
   */
  async continue(folder?: string, minutes?: number, vocabulary: VocabularyWish = 'keep'): Promise<string> {
    return this.prepare(async (token, spools) => {
      const model = folder ?? (await this.pickToContinue());
      const { askAboutUnknownText } = await import('./outsideText');
      await askAboutUnknownText(model);
      const { freshTexts } = await import('../corpus/freshDocuments');
      const fresh = await freshTexts(model, { spools }, token);
      const wish = minutes === undefined ? await this.askHowToContinue(model, fresh, token) : { minutes, vocabulary };
      return this.begin({ kind: 'continue', folder: model, ...wish, fresh }, token);
    });
  }

  /**
   * Teaches a model the characters of a document that it has never seen: it goes on as a new model that knows them.
   * Without arguments, the model that writes and the document being edited.
   */
  async extendVocabulary(folder?: string, uri?: vscode.Uri): Promise<string> {
    return this.prepare(async (token, spools) => {
      const model = folder ?? (await this.models.active())?.folder;
      if (model === undefined) throw noModel();
      const { askAboutUnknownText } = await import('./outsideText');
      await askAboutUnknownText(model);
      const { vocabularyTraining } = await import('./vocabulary');
      const { name, ...training } = await vocabularyTraining(model, documentToLearn(uri), spools, token);
      const budget = await this.askForBudget('Extend the Vocabulary', newSymbolsText(training.symbols));
      const hyperparameters = hyperparameterRequest(budget, {}, this.settings());
      const params = {
        ...training,
        kind: 'new',
        name: uniqueName(name, await namesOf(this.models)),
        hyperparameters,
      } as const;
      return this.begin(params, token);
    });
  }

  /** A training is on, or being prepared. */
  get isBusy(): boolean {
    const { activity } = this.session.state;
    return this.preparation !== undefined || activity.kind === 'preparing' || isRunning(activity);
  }

  /** Gives up what is being prepared. */
  cancelPreparation(): void {
    this.preparation?.cancel();
  }

  /** Steers the run. @throws UserError where there is none. */
  async control(control: TrainingControl): Promise<void> {
    if (!isRunning(this.session.state.activity)) throw new UserError('No training is running.', actions.train);
    await this.background.control(control);
  }

  /** Ends the run and removes what it wrote, once the user has confirmed: a new model, or what a continued one has learned. */
  async discard(confirmed = false): Promise<void> {
    if (!confirmed) await confirmDiscard(this.session.state.run?.started);
    await this.control({ type: 'discard' });
  }

  dispose(): void {
    this.preparation?.cancel();
    this.preparation?.dispose();
  }

  /** One preparation at a time, and none beside a run; it ends in a run, in silence when given up, or in an error. */
  private async prepare(start: (token: vscode.CancellationToken, spools: Spools) => Promise<string>): Promise<string> {
    if (this.isBusy) {
      throw new UserError('Training is already running: stop it first, or wait until it is done.', actions.showPanel);
    }
    const preparation = new vscode.CancellationTokenSource();
    const spools = new Spools(this.background);
    this.preparation = preparation;
    try {
      const folder = await start(preparation.token, spools);
      this.showPanel();
      return folder;
    } finally {
      void spools.drop();
      this.session.abandon();
      this.preparation = undefined;
      preparation.dispose();
    }
  }

  private async begin(params: TrainParams, token: vscode.CancellationToken): Promise<string> {
    this.tell('Reading the text…');
    const listening = this.background.onCorpusProgress((progress) => {
      this.tell(`Reading the text: ${progressText(progress)}`);
    });
    try {
      return (await this.background.train(params, token)).folder;
    } finally {
      listening.dispose();
    }
  }

  private async ask(pick: CorpusPick | undefined, options: TrainOptions, spools: Spools): Promise<Plan> {
    const { askForPlan } = await import('./plan');
    return askForPlan(
      {
        isForeseen: options.from === undefined,
        options,
        background: this.background,
        models: this.models,
        settings: this.settings(),
        tell: (message) => this.tell(message),
        spools,
      },
      pick,
    );
  }

  private async planOf(
    options: TrainOptions,
    pick: CorpusPick,
    spools: Spools,
    token: vscode.CancellationToken,
  ): Promise<Plan> {
    const settings = this.settings();
    const { recipe = {} } = pick;
    const { tokenizer, vocabularySize, minutes, weights } = recipe;
    return {
      source: await corpusSource(pick, { settings, spools, token }),
      tokenizer: options.tokenizer ?? tokenizer ?? settings['training.tokenizer'],
      vocabularySize: vocabularySize ?? settings['training.vocabularySize'],
      ...(weights && { weights }),
      ...normalizationOf(recipe, settings),
      documents: recipe.documents ?? settings['corpus.documents'],
      budget: budgetOf(minutes === undefined ? options : { minutes, ...options }),
      name: uniqueName(options.name ?? pick.label, await namesOf(this.models)),
    };
  }

  private async pickToContinue(): Promise<string> {
    const { activity } = this.session.state;
    if (activity.kind === 'failed' && activity.resumable !== null) return activity.resumable;
    const { pickContinuation } = await import('./pickContinuation');
    return pickContinuation(this.models, this.background);
  }

  private async askForBudget(title: string, question: string): Promise<Budget> {
    const { pickBudget } = await import('./pickBudget');
    const picked = await pickBudget({ title, step: 1, totalSteps: 1, canGoBack: false }, question);
    if (typeof picked === 'symbol') throw new CancelledError();
    return picked.budget;
  }

  private async askHowToContinue(
    folder: string,
    fresh: FreshTexts,
    token: vscode.CancellationToken,
  ): Promise<{ readonly minutes: number; readonly vocabulary: VocabularyWish }> {
    this.tell('Looking for changes of its text…');
    const { changeOf, pickVocabulary } = await import('./pickContinuation');
    const change = await changeOf(folder, fresh, this.background, token);
    const isNew = change !== null && isChanged(change);
    const question = `How much longer may it learn?${isNew ? ` Now ${changeText(change)}.` : ''}`;
    const minutes = minutesOf(await this.askForBudget('Continue Training', question));
    return { minutes, vocabulary: isNew ? await pickVocabulary(change) : 'keep' };
  }

  private tell(message: string): void {
    if (!isRunning(this.session.state.activity)) this.session.prepare(message);
  }
}

function minutesOf(budget: Budget): number {
  return budget.kind === 'minutes' ? budget.minutes : 0;
}

/** The document of an address that is open, else the one being edited. @throws UserError where there is none. */
function documentToLearn(uri: vscode.Uri | undefined): vscode.TextDocument {
  const document =
    uri === undefined
      ? vscode.window.activeTextEditor?.document
      : vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri.toString());
  if (document === undefined) throw new UserError('Open the document whose characters the model shall learn.');
  return document;
}

function newSymbolsText(symbols: readonly string[] = []): string {
  return `How long should it train on ${plural(symbols.length, 'new symbol')}? The model as it is stays, too.`;
}

/** The text that options name; undefined where they leave it to the user. */
async function pickOfOptions({ paths, recipe }: TrainOptions): Promise<CorpusPick | undefined> {
  if (paths !== undefined) return uriPick(paths.map(uriOf));
  if (recipe === undefined) return undefined;
  const folder = vscode.workspace.getWorkspaceFolder(uriOf(recipe));
  if (folder === undefined) throw new UserError(`${recipe} is no folder of this workspace.`);
  return recipePick(folder);
}

/** A path, or a URI: which has a scheme of more letters than a drive. */
function uriOf(place: string): vscode.Uri {
  return /^[a-z][a-z0-9+.-]+:/i.test(place) ? vscode.Uri.parse(place) : vscode.Uri.file(place);
}
