import type * as vscode from 'vscode';
import type { EarlierRun, FromPanel, PanelCommand } from '../../protocol/panel';
import type { TrainingControl } from '../../training/record/events';
import type { Session } from '../session';
import { copyText, enterEditor, insertText, saveFile } from './deeds';
import { PanelFeed } from './feed';
import { parseFromPanel } from './messages';
import { pageOptions, webviewHtml } from './webview';

/** What the panel can have done that is not its own business. Rejections are reported by whoever gives these. */
export interface PanelActions {
  /** Steers the run. */
  readonly control: (control: TrainingControl) => Promise<void>;
  /** Does what a command of the palette does; where it works on a model, on that of the run that is shown. */
  readonly run: (command: PanelCommand, folder: string | undefined, minutes?: number) => Promise<void>;
  /** Finished models to compare with, newest first. */
  readonly earlierRuns: () => Promise<readonly EarlierRun[]>;
  /** A message that the protocol doesn't have, or a file that couldn't be written: one sentence for the user. */
  readonly report: (message: string, error?: unknown) => void;
}

/** What every page of the panel needs, wherever it is shown. */
export interface PageSurroundings {
  /** Where the extension lies. */
  readonly extension: vscode.Uri;
  readonly session: Session;
  readonly actions: PanelActions;
}

/** The panel's page in one place, a tab or a view: fed from the session while it can be seen, and obeyed, once checked. */
export class PanelPage implements vscode.Disposable {
  private readonly feed: PanelFeed;
  private readonly listening: readonly { dispose(): void }[];

  constructor(
    webview: vscode.Webview,
    private readonly surroundings: PageSurroundings,
  ) {
    const { extension, session } = surroundings;
    this.feed = new PanelFeed(session, (message) => void webview.postMessage(message));
    this.listening = [
      webview.onDidReceiveMessage((message: unknown) => void this.receive(message)),
      session.onDidReceive((event) => {
        if (event.type === 'started' && this.feed.isRunning) void this.attempt(() => this.compare());
      }),
    ];
    webview.options = pageOptions(extension);
    webview.html = webviewHtml(webview, extension, 'panel');
  }

  /** It can't be seen any more. A page that is shown again is a new page, and says so itself. */
  rest(): void {
    this.feed.stop();
  }

  dispose(): void {
    this.feed.dispose();
    for (const listener of this.listening) listener.dispose();
  }

  private async receive(unchecked: unknown): Promise<void> {
    const message = parseFromPanel(unchecked);
    if (message === null) {
      this.surroundings.actions.report('The panel asked for something that Textloom does not know.');
      return;
    }
    await this.attempt(() => this.obey(message));
  }

  private async attempt(deed: () => Promise<void>): Promise<void> {
    try {
      await deed();
    } catch (error) {
      this.surroundings.actions.report(error instanceof Error ? error.message : String(error), error);
    }
  }

  private async compare(): Promise<void> {
    this.feed.compareWith(await this.surroundings.actions.earlierRuns());
  }

  private async obey(message: FromPanel): Promise<void> {
    const { actions, session } = this.surroundings;
    const folder = session.state.run?.started.folder;
    switch (message.type) {
      case 'ready':
        this.feed.start();
        return this.compare();
      case 'control':
        return actions.control(message.control);
      case 'command':
        if (message.command === 'generate') await enterEditor();
        return actions.run(message.command, folder);
      case 'continue':
        return actions.run('continue', folder, message.minutes);
      case 'copy':
        return copyText(message.text);
      case 'insert':
        return insertText(message.text);
      case 'save':
        return saveFile(message.file, message.content, folder);
      default:
        message satisfies never;
    }
  }
}
