import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { lockFile, modelFiles } from '../../model/modelFiles';
import type { FromModelPage, ModelCommand, ModelContent, ModelStanding, ToModelPage } from '../../protocol/modelPage';
import { type FolderChange, FolderWatcher } from '../folderWatcher';
import { copyText, enterEditor, insertText, saveFile } from '../panel/deeds';
import type { Session } from '../session';
import { parseFromModelPage } from './messages';
import type { ModelFiles } from './modelFiles';
import { commandIds, modelStanding } from './modelStanding';
import { checkedContent, type ReadPage, readPage } from './readPage';

/** Files change in bursts: they are read again once it is still for so long, milliseconds. */
const settling = 250;

/** The shortest time between two messages about how the model stands, milliseconds. */
const standingInterval = 500;

/** What a tab needs of the extension. */
export interface TabSurroundings {
  readonly session: Session;
  /** Tells of an error: one sentence for the user. */
  readonly report: (error: unknown) => void;
}

/** One tab that shows a model. While it is hidden, it watches nothing and costs nothing. */
export class ModelTab implements vscode.Disposable {
  private watching: vscode.Disposable | undefined;
  private watcher: FolderWatcher | undefined;
  /** Of the files when they were read last. */
  private stamp = '';
  private timer: NodeJS.Timeout | undefined;
  private standingTimer: NodeJS.Timeout | undefined;
  private shown: ReadPage | undefined;
  private sent = '';
  /** Commands that there are, asked for once: this extension registers its own when it begins. */
  private registered: Thenable<ReadonlySet<string>> | undefined;
  /** Counts the readings, so that what an older one finds late is dropped. */
  private reading = 0;

  constructor(
    private readonly files: ModelFiles,
    private readonly panel: vscode.WebviewPanel,
    private readonly surroundings: TabSurroundings,
  ) {
    panel.webview.onDidReceiveMessage((message: unknown) => void this.receive(message));
    panel.onDidChangeViewState(() => {
      // A page that is shown again is a new page, and says so itself.
      if (!panel.visible) this.rest();
      else this.lookAgain();
    });
  }

  dispose(): void {
    this.rest();
  }

  private async receive(unchecked: unknown): Promise<void> {
    const message = parseFromModelPage(unchecked);
    try {
      if (message === null) throw new Error('a page asked for something that Textloom does not know.');
      await this.obey(message);
    } catch (error) {
      this.surroundings.report(error);
    }
  }

  private async obey(message: FromModelPage): Promise<void> {
    const { place, path } = this.files;
    switch (message.type) {
      case 'ready':
        this.watch();
        return this.show();
      case 'command':
        return this.run(message.command);
      case 'copy':
        return copyText(message.text);
      case 'insert':
        return insertText(message.text);
      case 'save':
        return saveFile(message.file, message.content, place === 'folder' ? path : dirname(path));
      default:
        message satisfies never;
    }
  }

  private async run(command: ModelCommand): Promise<void> {
    const { path, place } = this.files;
    const uri = vscode.Uri.file(place === 'folder' ? join(path, modelFiles.description) : path);
    switch (command) {
      case 'showText':
        await vscode.commands.executeCommand('vscode.openWith', uri, 'default');
        return;
      case 'compare':
        // It is scored on the text that can be seen.
        if (vscode.window.visibleTextEditors.length > 0) await enterEditor();
        break;
      case 'import':
        await vscode.commands.executeCommand(commandIds.import, uri);
        return;
      default:
        break;
    }
    await vscode.commands.executeCommand(commandIds[command], path);
  }

  private watch(): void {
    this.rest();
    const { place, path } = this.files;
    const folder = place === 'folder' ? path : dirname(path);
    this.watcher = new FolderWatcher(folder, (change) => {
      if (change === null || isShown(change, this.files)) this.readSoon();
    });
    const focusing = vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) this.lookAgain();
    });
    const listening = this.surroundings.session.onDidChange(() => {
      this.standingTimer ??= setTimeout(() => {
        this.standingTimer = undefined;
        void this.tellStanding();
      }, standingInterval);
    });
    this.watching = vscode.Disposable.from(this.watcher, focusing, listening);
  }

  private rest(): void {
    this.watching?.dispose();
    this.watching = undefined;
    clearTimeout(this.timer);
    clearTimeout(this.standingTimer);
    this.standingTimer = undefined;
    this.reading++;
  }

  private readSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.show().catch((error: unknown) => this.surroundings.report(error));
    }, settling);
  }

  /** Looks whether anything has changed that the watcher has missed. */
  private lookAgain(): void {
    if (this.watching === undefined) return;
    this.watcher?.arm();
    void this.files.stamp().then((stamp) => {
      if (stamp !== this.stamp && this.watching !== undefined) this.readSoon();
    });
  }

  /** Reads the model and shows it, at first without its checksum, which takes a moment. */
  private async show(): Promise<void> {
    const reading = ++this.reading;
    // Taken before they are read: of what changes meanwhile the next look sees another.
    const stamp = await this.files.stamp();
    const page = await readPage(this.files);
    if (reading !== this.reading) return;
    this.stamp = stamp;
    await this.post(page.kind === 'model' ? { ...page, checksum: 'computing' } : page);
    if (page.kind !== 'model') return;
    const content = await checkedContent(page, this.files);
    if (reading === this.reading) await this.post(content);
  }

  private async post(content: ModelContent): Promise<void> {
    this.shown = content;
    const standing = await this.standing(content);
    this.sent = JSON.stringify(standing);
    await this.send({ type: 'content', content, standing });
  }

  private async tellStanding(): Promise<void> {
    if (this.shown === undefined) return;
    const standing = await this.standing(this.shown);
    const key = JSON.stringify(standing);
    if (key === this.sent || this.watching === undefined) return;
    this.sent = key;
    await this.send({ type: 'standing', standing });
  }

  private async standing(page: ReadPage): Promise<ModelStanding> {
    this.registered ??= vscode.commands.getCommands(true).then((ids) => new Set(ids));
    return modelStanding(this.surroundings.session.state, this.files.path, page, await this.registered);
  }

  private async send(message: ToModelPage): Promise<void> {
    await this.panel.webview.postMessage(message);
  }
}

/** Whether the page shows what has changed: of what a training writes as it goes on, what it keeps for itself is left out. */
function isShown({ path, kind }: FolderChange, { place, path: model }: ModelFiles): boolean {
  if (place === 'pack') return path === model;
  const name = basename(path);
  return !name.startsWith('.') && !(name === lockFile && kind === 'change');
}
