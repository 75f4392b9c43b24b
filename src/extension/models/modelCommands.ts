import { join } from 'node:path';
import * as vscode from 'vscode';
import { modelFiles, readDescription } from '../../model/modelFolder';
import type { ModelReference } from '../session';
import type { Models } from './models';
import { noModel, pickModel } from './selectModel';

/** What the user does with saved models. */
export class ModelCommands {
  constructor(private readonly models: Models) {}

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
}
