import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { formatBytes } from '../../base/format';
import { folderSize } from '../../model/footprint';
import { modelFiles, packedEnding } from '../../model/modelFiles';
import { readDescription } from '../../model/readModel';
import { CancelledError, UserError } from '../failure';
import { pickOne } from '../picks';
import type { Reporter } from '../reporter';
import type { Models } from './models';

const filters = { 'Textloom Model': [packedEnding.slice(1)] };

/** Takes models out of the workspace as single files, and in again. */
export class CarryModels {
  constructor(
    private readonly models: Models,
    private readonly reporter: Reporter,
  ) {}

  /** Packs a model into one file: the one given, or one that the user names. Returns its path. */
  async export(folder: string, given?: string): Promise<string> {
    const { name } = await readDescription(folder);
    const parts = given === undefined ? await askForParts(folder, name) : onlyModel;
    const path = given ?? (await askWhere(name));
    const { packModel } = await import('../../model/packModel');
    const bytes = await inSteps(`Exporting "${name}"`, (signal, onProgress) =>
      packModel(folder, path, { ...parts, signal, onProgress }),
    );
    const reveal = { title: 'Reveal', command: 'revealFileInOS', arguments: [vscode.Uri.file(path)] };
    this.reporter.notify(
      `Exported "${name}" to ${basename(path)} (${formatBytes(bytes)}).`,
      ...(vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined ? [reveal] : []),
    );
    return path;
  }

  /**
   * Unpacks models into a folder of models: the files given, or those that the user picks.
   * @param shelf where they go; the workspace's own folder of models otherwise, asked for where there are several.
   * @returns their folders.
   */
  async import(given: readonly string[] = [], shelf?: string): Promise<readonly string[]> {
    const files = given.length > 0 ? given : await askForFiles();
    const target = shelf ?? (await this.pickShelf());
    const folders: string[] = [];
    for (const file of files) folders.push(await this.importFile(file, target));
    await this.models.active();
    return folders;
  }

  private async importFile(file: string, shelf: string): Promise<string> {
    // What reads and writes archives is loaded when it is needed: activation is to be quick.
    const { PackedModel } = await import('../../model/packedModel');
    const { unpackModel } = await import('../../model/unpackModel');
    const { isSoundMemory } = await import('../../memory/memoryFile');
    const packed = await PackedModel.open(file);
    const { holdsTraining } = packed;
    await packed.close();
    const withTraining = holdsTraining && (await askToTakeTraining(file));
    const { folder, description, memory } = await inSteps(`Importing ${basename(file)}`, (signal, onProgress) =>
      unpackModel(file, shelf, { withTraining, isSoundMemory, signal, onProgress }),
    );
    const use = { title: 'Use Model', command: 'textloom.useModel', arguments: [folder] };
    this.reporter.notify(
      `Imported ${basename(file)} as "${description.name}"${memory === 'damaged' ? ', without its memory: that was damaged' : ''}.`,
      use,
    );
    return folder;
  }

  private async pickShelf(): Promise<string> {
    const [first, ...others] = this.models.shelves;
    if (first === undefined) throw new UserError('There is no folder to keep a model in.');
    const workspace = this.models.shelves.filter(({ kind }) => kind !== 'user');
    if (workspace.length === 1 || others.length === 0) return first.folder;
    const step = { title: 'Import Model', step: 1, totalSteps: 1, canGoBack: false };
    const choices = this.models.shelves.map(({ label, folder }) => ({ label, description: folder, value: folder }));
    const picked = await pickOne(step, 'Where should it be kept?', choices);
    if (typeof picked === 'symbol') throw new CancelledError();
    return picked;
  }
}

/** What of a model is packed. */
interface Parts {
  readonly withMemory: boolean;
  readonly withTraining: boolean;
}

const onlyModel: Parts = { withMemory: false, withTraining: false };

/** What is to be packed; not asked where there is the model and nothing else. */
async function askForParts(folder: string, name: string): Promise<Parts> {
  const bytesOf = async (file: string) => (await stat(join(folder, file)).catch(() => undefined))?.size ?? 0;
  const [memory, checkpoint] = [await bytesOf(modelFiles.memory), await bytesOf(modelFiles.checkpoint)];
  if (memory === 0 && checkpoint === 0) return onlyModel;
  const whole = await folderSize(folder);
  const withMemory = {
    label: 'The model and its memory',
    description: formatBytes(whole - checkpoint),
    detail: 'To write as it does here. The memory holds pieces of its text: whoever gets the file can read them.',
    value: { withMemory: true, withTraining: false },
  };
  const withAll = {
    label: memory === 0 ? 'The model and its training state' : 'The model, its memory and its training state',
    description: formatBytes(whole),
    detail: `To train on elsewhere. It names folders of this machine, and holds unsaved text that was trained on${memory === 0 ? '' : ', and the memory'}.`,
    value: { withMemory: memory > 0, withTraining: true },
  };
  const step = { title: `Export "${name}"`, step: 1, totalSteps: 1, canGoBack: false };
  const picked = await pickOne<Parts>(step, 'What should be in the file?', [
    {
      label: 'The model',
      description: formatBytes(whole - checkpoint - memory),
      detail:
        memory === 0
          ? 'What it takes to write with it, to look at it, and to share it.'
          : 'To share it without its memory, which holds pieces of its text: it predicts less well without it.',
      value: onlyModel,
    },
    ...(memory > 0 ? [withMemory] : []),
    ...(checkpoint > 0 ? [withAll] : []),
  ]);
  return typeof picked === 'symbol' ? onlyModel : picked;
}

async function askWhere(name: string): Promise<string> {
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri.fsPath ?? homedir();
  const defaultUri = vscode.Uri.file(join(folder, `${name}${packedEnding}`));
  const uri = await vscode.window.showSaveDialog({ title: `Export "${name}"`, defaultUri, filters });
  if (uri === undefined) throw new CancelledError();
  if (uri.scheme !== 'file') throw new UserError('A model can only be exported to a disk of this machine.');
  return uri.fsPath;
}

async function askForFiles(): Promise<readonly string[]> {
  const uris = await vscode.window.showOpenDialog({
    title: 'Import Model',
    openLabel: 'Import',
    filters,
    canSelectMany: true,
  });
  const files = (uris ?? []).filter(({ scheme }) => scheme === 'file').map(({ fsPath }) => fsPath);
  if (files.length === 0) throw new CancelledError();
  return files;
}

async function askToTakeTraining(file: string): Promise<boolean> {
  const [all, model] = ['Import All', 'Only the Model'] as const;
  const answer = await vscode.window.showInformationMessage(
    `${basename(file)} holds a training state as well. Import it?`,
    {
      modal: true,
      detail: 'Whoever made the file has said in it which folders of this machine "Continue Training" reads.',
    },
    model,
    all,
  );
  if (answer === undefined) throw new CancelledError();
  return answer === all;
}

/** Does something that takes a while, with its progress shown and a button that gives it up. */
async function inSteps<T>(
  title: string,
  deed: (signal: AbortSignal, onProgress: (share: number) => void) => Promise<T>,
): Promise<T> {
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
    const controller = new AbortController();
    const listening = token.onCancellationRequested(() => controller.abort(new CancelledError()));
    let told = 0;
    try {
      return await deed(controller.signal, (share) => {
        if (share - told < 0.01 && share < 1) return;
        progress.report({ increment: (share - told) * 100 });
        told = share;
      });
    } finally {
      listening.dispose();
    }
  });
}
