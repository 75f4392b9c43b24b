import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { lookInside } from '../../model/insideRoot';
import { modelFiles } from '../../model/modelFiles';
import { readDescription } from '../../model/readModel';
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
    await vscode.commands.executeCommand('markdown.showPreview', await this.cardOf(folder));
  }

  /** Saves a copy of the card of the given model, or of the one that writes: to the file given, or one that the user picks. */
  async saveCard(folder?: string, file?: string): Promise<void> {
    const card = await this.cardOf(folder);
    const name = `${basename(dirname(card.fsPath))}.md`;
    const target =
      file === undefined
        ? await vscode.window.showSaveDialog({
            title: 'Save Model Card',
            defaultUri: vscode.Uri.joinPath(vscode.Uri.file(homedir()), name),
            filters: { Markdown: ['md'] },
          })
        : vscode.Uri.file(file);
    if (target === undefined) return;
    await vscode.workspace.fs.copy(card, target, { overwrite: true });
    this.reporter.mention(`The model card was saved as ${basename(target.fsPath)}.`);
  }

  private async cardOf(folder: string | undefined): Promise<vscode.Uri> {
    const model = folder ?? (await this.models.active())?.folder;
    if (model === undefined) throw noModel();
    // A card that came as a link is neither shown nor copied.
    await lookInside(model, join(model, modelFiles.card));
    return vscode.Uri.file(join(model, modelFiles.card));
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
