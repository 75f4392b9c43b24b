import * as vscode from 'vscode';
import type { InstallOutcome, InstallSize } from '../engine/tensorflow/install/installation';
import type { BackgroundProcess } from './background/backgroundProcess';
import { CancelledError, UserError } from './failure';
import type { Reporter } from './reporter';
import { isRunning, type Session } from './session';
import type { Settings } from './settings';
import { ownFolder, tensorFlowFolders } from './tensorFlowFolders';

/** Brings the TensorFlow engine to this user. */
export class TensorFlowInstallation {
  private installing = false;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly settings: () => Settings,
    private readonly session: Session,
    private readonly background: BackgroundProcess,
    private readonly reporter: Reporter,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** Installs it, once the user has agreed to the download; takes effect at once where no training is on. */
  async install(): Promise<void> {
    const [found] = tensorFlowFolders(this.context, this.settings().tensorflowFolder);
    if (found !== undefined) {
      this.reporter.notify(`The TensorFlow engine is installed already, in ${found}.`);
      return;
    }
    if (this.installing) throw new UserError('The TensorFlow engine is being installed already.');
    this.installing = true;
    try {
      await this.run();
    } finally {
      this.installing = false;
    }
  }

  private async run(): Promise<void> {
    const outcome = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: 'Installing the TensorFlow engine', cancellable: true },
      (progress, token) => this.installInto(ownFolder(this.context), progress, token),
    );
    switch (outcome.kind) {
      case 'ready':
        await this.takeEffect();
        return;
      case 'declined':
      case 'cancelled':
        throw new CancelledError();
      case 'unavailable':
        this.log.error(outcome.details);
        throw new UserError(`${outcome.reason} ${outcome.remedy}`);
      default:
        outcome satisfies never;
    }
  }

  private async installInto(
    folder: string,
    progress: vscode.Progress<{ message?: string; increment?: number }>,
    token: vscode.CancellationToken,
  ): Promise<InstallOutcome> {
    const cancelling = new AbortController();
    token.onCancellationRequested(() => cancelling.abort());
    let shown = 0;
    const ui = {
      confirm,
      progress: (message: string, fraction?: number) => {
        const percent = (fraction ?? 0) * 100;
        this.log.info(message);
        progress.report({ message, increment: Math.max(0, percent - shown) });
        shown = Math.max(shown, percent);
      },
    };
    const { installTensorFlow } = await import('../engine/tensorflow/install/install');
    return installTensorFlow({ folder, ui, signal: cancelling.signal, env: process.env });
  }

  /** The background process looks for engines when it starts: it starts anew, unless it has something to do. */
  private async takeEffect(): Promise<void> {
    if (isRunning(this.session.state.activity)) {
      this.reporter.notify('The TensorFlow engine is installed: the next training may use it.');
      return;
    }
    await this.background.stop();
    this.reporter.notify('The TensorFlow engine is installed, and used where it is the faster one.');
  }
}

async function confirm({ downloadMegabytes, diskMegabytes }: InstallSize): Promise<boolean> {
  const install = 'Download and Install';
  const answer = await vscode.window.showInformationMessage(
    'Install the TensorFlow engine?',
    {
      modal: true,
      detail:
        `It downloads up to ${downloadMegabytes} MB from the npm registry, and from TensorFlow's storage host or the ` +
        `Python package index, and takes about ${diskMegabytes} MB of disk. Large models may train faster with it; ` +
        'the built-in engine needs none of it.',
    },
    install,
  );
  return answer === install;
}
