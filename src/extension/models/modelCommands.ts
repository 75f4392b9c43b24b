import { join } from 'node:path';
import * as vscode from 'vscode';
import { modelFiles, readDescription } from '../../model/modelFolder';
import type { Reporter } from '../reporter';
import type { ModelReference } from '../session';
import type { Models } from './models';
import { noModel, pickModel } from './selectModel';

/** What the user does with saved models that leaves them as they are. */
export class ModelCommands {
  constructor(
    private readonly models: Models,
    private readonly reporter: Reporter,
  ) {}

  /** From now on the given model, or one that the user picks, writes in this workspace. */
  async select(folder?: string): Promise<ModelReference> {
    const model =
      folder === undefined
        ? await pickModel(this.models, 'Select Model', 'Which model should write?')
        : { folder, name: (await readDescription(folder)).name };
    await this.models.use(model);
    return model;
  }

  /** Opens the card of the given model, or of the one that writes. */
  async showCard(folder?: string): Promise<void> {
    const model = folder ?? (await this.models.active())?.folder;
    if (model === undefined) throw noModel();
    const card = vscode.Uri.file(join(model, modelFiles.card));
    await vscode.commands.executeCommand('markdown.showPreview', card);
  }

  /** Shows the model's folder in the system's file manager; where that is out of reach, in the explorer, else by its path. */
  async reveal(folder: string): Promise<void> {
    const uri = vscode.Uri.file(folder);
    if (vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined) {
      await vscode.commands.executeCommand('revealFileInOS', uri);
    } else if (vscode.workspace.getWorkspaceFolder(uri) !== undefined) {
      await vscode.commands.executeCommand('revealInExplorer', uri);
    } else {
      await vscode.env.clipboard.writeText(folder);
      this.reporter.mention(`The path of the model was copied: ${folder}`);
    }
  }
}

/** Opens an empty document to write in where no text can be seen. */
export async function somewhereToWrite(): Promise<void> {
  const isText = ({ document }: vscode.TextEditor) => document.uri.scheme !== 'output';
  if (vscode.window.visibleTextEditors.some(isText)) return;
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'markdown' }));
}
