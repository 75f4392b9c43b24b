/**
 * extension/: the editor's side. The only folder that imports vscode, and thin: it picks, shows and asks the background
 * process, which does the work. Nothing here reads a corpus, computes or loads an engine, and activation only wires: what
 * takes time is begun afterwards, and the background process by the first question put to it.
 */
import { settingsTable } from './settings';
import * as vscode from 'vscode';
import { yieldToOthers } from '../base/yielding';
import { type ExtensionApi, extensionApi } from './api';
import { BackgroundProcess } from './background/backgroundProcess';
import { backgroundHost } from './backgroundHost';
import { registerCommands } from './commands';
import { keepContextKeys } from './contextKeys';
import { CorpusTree } from './corpus/tree/corpusTree';
import { backgroundSettings, CurrentSettings } from './currentSettings';
import { GenerateAtCursor } from './generation/generateAtCursor';
import { LatestWriting } from './generation/latestWriting';
import { PromptDoctor } from './generation/promptDoctor';
import type { StepByHand } from './generation/stepByHand';
import type { GenerateOptions } from './generation/writingOptions';
import { WrittenText } from './generation/writtenText';
import type { TensorFlowInstallation } from './installTensorFlow';
import { ModelEditor } from './modelEditor/modelEditor';
import { modelFeatures } from './models/modelFeatures';
import { Models } from './models/models';
import { Novelty } from './novelty/novelty';
import { openPanel } from './openPanel';
import { ReadingFeatures } from './reading';
import { Reporter } from './reporter';
import { Session } from './session';
import { showStatusBar } from './statusBar';
import { followRun } from './training/followRun';
import { Onlooker } from './training/onlooker';
import { takeUp } from './training/takeUp';
import { TrainingCommands } from './training/trainingCommands';
import { FirstSteps } from './walkthrough/firstSteps';

let background: BackgroundProcess | undefined;

export function activate(context: vscode.ExtensionContext): ExtensionApi {
  const began = processorTime();
  const log = vscode.window.createOutputChannel('Textloom', { log: true });
  const reporter = new Reporter(log);
  const settings = new CurrentSettings(reporter);
  const session = new Session();
  const resumption = { continue: (folder?: string, minutes?: number) => training.continue(folder, minutes) };
  const worker = new BackgroundProcess(
    context.asAbsolutePath('dist/background.js'),
    backgroundHost({ context, settings, session, reporter, log, training: resumption }),
  );
  background = worker;
  const models = new Models(context, session, settings.get);
  const onlooker = new Onlooker(session, models);
  const onModels = modelFeatures(models, session, settings, reporter, log);
  const training: TrainingCommands = new TrainingCommands(session, worker, models, settings.get, () => panel.show());
  const panel = openPanel(context, session, models, reporter, (control) => training.control(control));
  const report = (error: unknown): void => reporter.tell(error);
  const written = new WrittenText();
  const parts = { context, session, settings: settings.get, written, reporter, log };
  const reading = new ReadingFeatures(worker, models, parts);
  const latest = new LatestWriting();
  const doctor = new PromptDoctor((sentence, offer) => reporter.notify(sentence, offer));
  const mention = (sentence: string): void => reporter.mention(sentence);
  const writing = new GenerateAtCursor(session, worker, models, settings.get, latest, doctor, written, mention);
  const alternatives = {
    choose: async (options?: GenerateOptions): Promise<string> => {
      const { Alternatives } = await import('./generation/alternatives');
      return new Alternatives(worker, models, settings.get, latest, doctor, written).choose(options);
    },
  };
  let stepping: StepByHand | undefined;
  const stepByHand = {
    begin: async () => {
      const { StepByHand: Stepping } = await import('./generation/stepByHand');
      stepping ??= new Stepping(session, worker, models, settings.get, written, report);
      await stepping.begin();
    },
    goOn: async () => stepping?.goOn(),
    end: () => stepping?.end(),
    dispose: () => stepping?.dispose(),
  };
  const corpus = new CorpusTree(worker, settings.get, reporter);
  const modelEditor = new ModelEditor(context.extensionUri, models, { session, report });
  const firstSteps = new FirstSteps(context, session, training, writing);
  let installation: TensorFlowInstallation | undefined;
  const tensorFlow = {
    install: async () => {
      const { TensorFlowInstallation: Installation } = await import('./installTensorFlow');
      installation ??= new Installation(context, settings.get, session, worker, reporter, log);
      await installation.install();
    },
  };
  context.subscriptions.push(
    log,
    settings,
    session,
    onModels.view,
    onModels.view.onDidLook(() => void reporter.attempt(() => onlooker.look())),
    onlooker,
    panel,
    modelEditor,
    firstSteps,
    training,
    reading,
    latest,
    written,
    new Novelty(latest.onDidWrite, worker, reporter),
    stepByHand,
    corpus,
    showStatusBar(session),
    keepContextKeys(session),
    followRun(session, worker, models, reporter),
    settings.onDidChange((changed) => {
      session.take(changed['background.effort']);
      void reporter.attempt(() => worker.configure(backgroundSettings(changed)));
    }),
    registerCommands(
      {
        training,
        writing,
        reading,
        alternatives,
        stepByHand,
        models: onModels,
        corpus,
        modelEditor,
        firstSteps,
        tensorFlow,
        report: async () => {
          const { reportIssue } = await import('./issueReport');
          await reportIssue(settings.get(), settingsTable, session.state.run?.started.engine, context.extension);
        },
        panel,
        log,
      },
      session,
      reporter,
    ),
  );
  session.take(settings.get()['background.effort']);
  const ready = reporter.attempt(async () => {
    await yieldToOthers();
    await takeUp(session, models, training, onlooker, reporter, settings.get());
  });
  return extensionApi({
    session,
    training,
    writing,
    score: (text, options) => reading.score(text, options),
    ready,
    activationMilliseconds: millisecondsSince(began),
  });
}

/** Processor time that this thread takes, which other programs on the machine don't lengthen; of the process where Node < 23.9. */
function processorTime(): NodeJS.CpuUsage {
  const { threadCpuUsage = process.cpuUsage } = process as { threadCpuUsage?: () => NodeJS.CpuUsage };
  return threadCpuUsage.call(process);
}

function millisecondsSince(began: NodeJS.CpuUsage): number {
  const now = processorTime();
  return (now.user + now.system - began.user - began.system) / 1000;
}

/** The editor waits for this: a run is saved so that the next window goes on with it. */
export async function deactivate(): Promise<void> {
  await background?.stop();
}
