import { copyFile, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { GenerateAtCursor, WrittenAtCursor } from '../generation/generateAtCursor';
import type { Session } from '../session';
import type { TrainingCommands } from '../training/trainingCommands';

/** The walkthrough of package.json. */
const walkthrough = 'textloom.textloom#firstModel';

/** A text to begin with, in the public domain, that ships with the extension. */
const sampleFile = 'Moby-Dick.md';

/** Where the model goes on from where its training has drawn no samples. */
const plainOpening = 'It was ';

/** What a newcomer does first: opens a sample text, trains on it for a minute, and has the model write on a new page. */
export class FirstSteps implements vscode.Disposable {
  private readonly watching: vscode.Disposable;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly session: Session,
    private readonly training: TrainingCommands,
    private readonly writing: GenerateAtCursor,
  ) {
    // The editor's own page opens the walkthrough too, and tells of it by its tab alone.
    this.watching = vscode.window.tabGroups.onDidChangeTabs(({ opened, changed }) => {
      if ([...opened, ...changed].some(isWelcome)) session.guide();
    });
    if (vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(isWelcome))) session.guide();
  }

  dispose(): void {
    this.watching.dispose();
  }

  async openWalkthrough(): Promise<void> {
    await vscode.commands.executeCommand('workbench.action.openWalkthrough', walkthrough, false);
    this.session.guide();
  }

  /** Opens the sample text beside what is open. */
  async openSample(): Promise<void> {
    const uri = vscode.Uri.file(await this.sample());
    await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Beside, preview: false });
  }

  /** Trains on the sample text for a minute, without a question. @returns the model's folder */
  async trainOnSample(): Promise<string> {
    return this.training.train({ paths: [await this.sample()], minutes: 1, name: 'moby-dick' });
  }

  /** Opens a new page that begins like the samples of the last training, and has the model go on. */
  async tryModel(): Promise<WrittenAtCursor> {
    const prompt = this.session.state.run?.samples.at(-1)?.prompt.trim() ?? '';
    const content = prompt === '' ? plainOpening : `${prompt} `;
    const document = await vscode.workspace.openTextDocument({ language: 'markdown', content });
    const beside = vscode.window.visibleTextEditors.find(({ viewColumn }) => viewColumn !== undefined)?.viewColumn;
    const editor = await vscode.window.showTextDocument(document, beside ?? vscode.ViewColumn.Beside);
    const end = document.positionAt(content.length);
    editor.selection = new vscode.Selection(end, end);
    return this.writing.generate();
  }

  /** The sample text as a file of the user's own, so that nothing of the extension is written to. */
  private async sample(): Promise<string> {
    const folder = join(this.context.globalStorageUri.fsPath, 'sample');
    const path = join(folder, sampleFile);
    if ((await stat(path).catch(() => undefined)) !== undefined) return path;
    await mkdir(folder, { recursive: true });
    await copyFile(this.context.asAbsolutePath(join('dist', 'sample.md')), path);
    return path;
  }
}

/** Whether a tab shows the editor's page of walkthroughs: of the few kinds that extensions aren't told of. */
function isWelcome({ input }: vscode.Tab): boolean {
  return input === undefined;
}
