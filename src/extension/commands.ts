import * as vscode from 'vscode';
import { generateOptions, trainOptions, vocabularyWish } from './arguments';
import type { CorpusPick } from './corpus/corpusPick';
import { documentPick, recipePick, selectionPick, uriPick } from './corpus/corpusPick';
import { openRecipe, pickWorkspaceFolder } from './corpus/openRecipe';
import type { CorpusRow } from './corpus/tree/corpusRow';
import type { CorpusTree } from './corpus/tree/corpusTree';
import type { Alternatives } from './generation/alternatives';
import type { GenerateAtCursor } from './generation/generateAtCursor';
import type { StepByHand } from './generation/stepByHand';
import type { TensorFlowInstallation } from './installTensorFlow';
import type { ModelEditor } from './modelEditor/modelEditor';
import { type ModelFeatures, modelHandlers } from './models/modelHandlers';
import type { Panel } from './panel/panel';
import type { ReadingFeatures } from './reading';
import type { Reporter } from './reporter';
import type { Session } from './session';
import { setEffort } from './training/effort';
import type { TrainingCommands } from './training/trainingCommands';
import type { FirstSteps } from './walkthrough/firstSteps';

/** What the commands come down to. */
export interface Features {
  readonly training: TrainingCommands;
  readonly writing: GenerateAtCursor;
  readonly reading: ReadingFeatures;
  readonly alternatives: Pick<Alternatives, 'choose'>;
  readonly stepByHand: Pick<StepByHand, 'begin' | 'goOn' | 'end'>;
  readonly models: ModelFeatures;
  readonly corpus: CorpusTree;
  readonly modelEditor: ModelEditor;
  readonly panel: Panel;
  readonly firstSteps: FirstSteps;
  readonly log: vscode.LogOutputChannel;
  readonly tensorFlow: Pick<TensorFlowInstallation, 'install'>;
  /** Shows what a report of an issue would hold. */
  readonly report: () => Promise<void>;
}

type Handler = (...given: readonly unknown[]) => unknown;

/** Every command of package.json and what it does. Arguments come from anywhere and are checked here. */
function commandTable({
  training,
  writing,
  reading,
  alternatives,
  stepByHand,
  models,
  corpus,
  modelEditor,
  panel,
  firstSteps,
  log,
  tensorFlow,
  report,
}: Features): Readonly<Record<string, Handler>> {
  return {
    'textloom.train': (options) => training.train(trainOptions(options)),
    'textloom.trainOnThis': (uri, uris) => training.train({}, pointedAt(uri, uris)),
    'textloom.trainByRecipe': async (uri) => training.train({}, await recipePick(await recipeFolderOf(uri))),
    'textloom.cancelPreparation': () => training.cancelPreparation(),
    'textloom.pause': () => training.control({ type: 'pause' }),
    'textloom.resume': () => training.control({ type: 'resume' }),
    'textloom.stop': () => training.control({ type: 'stop' }),
    'textloom.discard': () => training.discard(),
    'textloom.runQuietly': () => setEffort('quiet'),
    'textloom.runAtFullSpeed': () => setEffort('full'),
    'textloom.continue': (folder, minutes, vocabulary) =>
      training.continue(text(folder), number(minutes), vocabularyWish(vocabulary)),
    'textloom.extendVocabulary': (folder, uri) =>
      training.extendVocabulary(text(folder), uri instanceof vscode.Uri ? uri : undefined),
    'textloom.generate': (options) => writing.generate(generateOptions(options)),
    'textloom.stopGenerating': () => writing.stop(),
    'textloom.ghostText': () => reading.ghostMenu(),
    'textloom.showSurprise': async () => (await reading.surprise()).toggle(),
    'textloom.nextSurprise': async () => (await reading.surprise()).next(),
    'textloom.compareModels': () => reading.compareModels(),
    'textloom.regenerate': () => writing.regenerate('differently'),
    'textloom.regenerateSame': () => writing.regenerate('same'),
    'textloom.alternatives': (options) => alternatives.choose(generateOptions(options)),
    'textloom.stepByHand': (next) => (next === 'next' ? stepByHand.goOn() : stepByHand.begin()),
    'textloom.stopStepping': () => stepByHand.end(),
    'textloom.openModel': (target) => modelEditor.open(target),
    ...modelHandlers(models, training, writing),
    'textloom.refreshCorpus': () => corpus.refresh(),
    'textloom.includeInCorpus': (row) => corpus.include(row as CorpusRow | undefined),
    'textloom.excludeFromCorpus': (row) => corpus.exclude(row as CorpusRow | undefined),
    'textloom.showMoreOfCorpus': (row) => corpus.showMore(row as CorpusRow | undefined),
    'textloom.openRecipe': async (uri) => openRecipe(await recipeFolderOf(uri)),
    'textloom.showPanel': () => panel.show(),
    'textloom.openWalkthrough': () => firstSteps.openWalkthrough(),
    'textloom.openSample': () => firstSteps.openSample(),
    'textloom.trainOnSample': () => firstSteps.trainOnSample(),
    'textloom.tryModel': () => firstSteps.tryModel(),
    'textloom.showLog': () => log.show(true),
    'textloom.installTensorFlow': () => tensorFlow.install(),
    'textloom.reportIssue': () => report(),
  };
}

/**
 * Registers every command; a failure of one is told by the reporter, and its caller gets `undefined`. Whoever runs one has
 * seen that a training failed: it is no longer shown as news.
 */
export function registerCommands(features: Features, session: Session, reporter: Reporter): vscode.Disposable {
  const run = async (handler: Handler, given: readonly unknown[]): Promise<unknown> => {
    const { activity } = session.state;
    const result = await reporter.attempt(() => handler(...given));
    if (session.state.activity === activity) session.dismiss();
    return result;
  };
  const registrations = Object.entries(commandTable(features)).map(([id, handler]) =>
    vscode.commands.registerCommand(id, (...given: unknown[]) => run(handler, given)),
  );
  return vscode.Disposable.from(...registrations);
}

/** What the explorer's or the editor's menu was opened on: its selected files, or the text selected in the editor. */
function pointedAt(uri: unknown, uris: unknown): CorpusPick {
  const many = Array.isArray(uris) ? uris.filter((item) => item instanceof vscode.Uri) : [];
  if (many.length > 0) return uriPick(many);
  const editor = vscode.window.activeTextEditor;
  if (editor !== undefined && (!(uri instanceof vscode.Uri) || editor.document.uri.toString() === uri.toString())) {
    const isSelected = editor.selections.some((selection) => !selection.isEmpty);
    return isSelected ? selectionPick(editor) : documentPick(editor.document);
  }
  return uriPick(uri instanceof vscode.Uri ? [uri] : []);
}

/** The workspace folder that a recipe file lies in; else the only one, or the one that the user picks. */
async function recipeFolderOf(uri: unknown): Promise<vscode.WorkspaceFolder> {
  const given = uri instanceof vscode.Uri ? vscode.workspace.getWorkspaceFolder(uri) : undefined;
  return given ?? pickWorkspaceFolder();
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 ? value : undefined;
}
