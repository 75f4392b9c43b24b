/**
 * extension/panel/: the editor's side of the panel. Opens its tab, restores it after a reload, feeds it from the session and
 * obeys what it asks, once checked. The page itself is src/panel; what the two say to each other is src/protocol/panel.ts.
 */
import * as vscode from 'vscode';
import type { EarlierRun, FromPanel, PanelCommand } from '../../protocol/panel';
import type { TrainingControl } from '../../training/events';
import type { Session } from '../session';
import { copyText, enterEditor, insertText, saveFile } from './deeds';
import { Feed } from './feed';
import { parseFromPanel } from './messages';
import { pageOptions, webviewHtml } from './webview';

const viewType = 'textloom.panel';

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

/** The panel of a window: one tab at most. */
export class Panel implements vscode.Disposable {
  private readonly serializer: vscode.Disposable;
  private readonly starts: { dispose(): void };
  private readonly feed: Feed;
  private tab: vscode.WebviewPanel | null = null;

  constructor(
    private readonly extension: vscode.Uri,
    private readonly session: Session,
    private readonly actions: PanelActions,
  ) {
    this.feed = new Feed(session, (message) => void this.tab?.webview.postMessage(message));
    this.starts = session.onDidReceive((event) => {
      if (event.type === 'started' && this.tab !== null) void this.attempt(() => this.compare());
    });
    this.serializer = vscode.window.registerWebviewPanelSerializer(viewType, {
      deserializeWebviewPanel: (tab) => {
        this.adopt(tab);
        return Promise.resolve();
      },
    });
  }

  /** Brings the panel to the front, beside what is being edited; the cursor stays where it is. */
  show(): void {
    if (this.tab !== null) {
      this.tab.reveal(undefined, true);
      return;
    }
    const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    this.adopt(vscode.window.createWebviewPanel(viewType, 'Textloom', place, pageOptions(this.extension)));
  }

  dispose(): void {
    this.serializer.dispose();
    this.starts.dispose();
    this.feed.dispose();
    this.tab?.dispose();
  }

  private adopt(tab: vscode.WebviewPanel): void {
    this.tab?.dispose();
    this.tab = tab;
    const media = vscode.Uri.joinPath(this.extension, 'media');
    tab.iconPath = {
      light: vscode.Uri.joinPath(media, 'panel-light.svg'),
      dark: vscode.Uri.joinPath(media, 'panel-dark.svg'),
    };
    tab.onDidDispose(() => this.forget(tab));
    tab.onDidChangeViewState(() => {
      // A page that is shown again is a new page, and says so itself.
      if (!tab.visible) this.feed.stop();
    });
    tab.webview.onDidReceiveMessage((message: unknown) => void this.receive(message));
    tab.webview.options = pageOptions(this.extension);
    tab.webview.html = webviewHtml(tab.webview, this.extension, 'panel');
  }

  private forget(tab: vscode.WebviewPanel): void {
    if (this.tab !== tab) return;
    this.tab = null;
    this.feed.stop();
  }

  private async receive(unchecked: unknown): Promise<void> {
    const message = parseFromPanel(unchecked);
    if (message === null) {
      this.actions.report('The panel asked for something that Textloom does not know.');
      return;
    }
    await this.attempt(() => this.obey(message));
  }

  private async attempt(deed: () => Promise<void>): Promise<void> {
    try {
      await deed();
    } catch (error) {
      this.actions.report(error instanceof Error ? error.message : String(error), error);
    }
  }

  private async compare(): Promise<void> {
    this.feed.compareWith(await this.actions.earlierRuns());
  }

  private async obey(message: FromPanel): Promise<void> {
    switch (message.type) {
      case 'ready':
        this.feed.start();
        return this.compare();
      case 'control':
        return this.actions.control(message.control);
      case 'command':
        if (message.command === 'generate') await enterEditor();
        return this.actions.run(message.command, this.session.state.run?.started.folder);
      case 'continue':
        return this.actions.run('continue', this.session.state.run?.started.folder, message.minutes);
      case 'copy':
        return copyText(message.text);
      case 'insert':
        return insertText(message.text);
      case 'save':
        return saveFile(message.file, message.content, this.session.state.run?.started.folder);
      default:
        message satisfies never;
    }
  }
}
