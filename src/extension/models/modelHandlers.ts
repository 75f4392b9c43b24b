import * as vscode from 'vscode';
import { trainOptions } from '../arguments';
import { CancelledError } from '../failure';
import type { GenerateAtCursor } from '../generation/generateAtCursor';
import type { TrainingCommands } from '../training/trainingCommands';
import type { CarryModels } from './carryModels';
import type { ChangeModels } from './changeModels';
import { type ModelCommands, somewhereToWrite } from './modelCommands';
import type { Models } from './models';
import type { ModelsView } from './modelsView';
import { folderOf, pointedFolders } from './pointed';
import { pickModel } from './selectModel';

/** What the commands on models come down to. */
export interface ModelFeatures {
  readonly models: Models;
  readonly commands: ModelCommands;
  readonly change: () => Promise<ChangeModels>;
  readonly carry: () => Promise<CarryModels>;
  readonly view: ModelsView;
}

type Handler = (...given: readonly unknown[]) => unknown;

/** The commands on models. Each takes a model's folder, an item of the view or several; without one the user is asked. */
export function modelHandlers(
  { models, commands, change, carry, view }: ModelFeatures,
  training: TrainingCommands,
  writing: GenerateAtCursor,
): Readonly<Record<string, Handler>> {
  const several = async (argument: unknown, many: unknown, title: string): Promise<readonly string[]> => {
    const folders = pointedFolders(argument, many, () => view.selection);
    if (folders.length > 0) return folders;
    // A key that is pressed where no model is selected does nothing.
    if (typeof argument === 'object' && argument !== null) throw new CancelledError();
    return [(await pickModel(models, title, 'Which model?', await models.intact())).folder];
  };
  const one = async (argument: unknown, title: string): Promise<string> => {
    const [folder = ''] = await several(argument, undefined, title);
    return folder;
  };
  return {
    'textloom.selectModel': (item) => commands.select(folderOf(item)),
    'textloom.showCard': (item) => commands.showCard(folderOf(item)),
    'textloom.saveCard': (item, file) => commands.saveCard(folderOf(item), pathOf(file)),
    'textloom.refreshModels': () => view.refresh(),
    'textloom.useModel': async (item) => commands.select(await one(item, 'Use Model')),
    'textloom.generateWithModel': async (item) => {
      const model = await one(item, 'Generate with Model');
      await somewhereToWrite();
      return writing.generate({ model });
    },
    'textloom.continueTraining': async (item) => training.continue(await one(item, 'Continue Training')),
    'textloom.trainFrom': async (item, options) => {
      const from =
        folderOf(item) ?? (await pickModel(models, 'Train from a Model', 'Which model should it start from?')).folder;
      // A menu's second argument are the selected items.
      return training.train({ ...trainOptions(Array.isArray(options) ? undefined : options), from });
    },
    'textloom.renameModel': async (item, name) => {
      return (await change()).rename(await one(item, 'Rename Model'), typeof name === 'string' ? name : undefined);
    },
    'textloom.duplicateModel': async (item) => (await change()).duplicate(await one(item, 'Duplicate Model')),
    'textloom.moveModel': async (item, many) => (await change()).move(await several(item, many, 'Move Model')),
    'textloom.revealModel': async (item) => commands.reveal(await one(item, 'Reveal Model')),
    'textloom.exportModel': async (item, file) => (await carry()).export(await one(item, 'Export Model'), pathOf(file)),
    'textloom.importModel': async (source, shelf) =>
      (await carry()).import(sourceOf(source), shelfOf(source) ?? pathOf(shelf)),
    'textloom.deleteModel': async (item, many) => (await change()).delete(await several(item, many, 'Delete Model')),
  };
}

/** A path that a caller gives as text or as an address. */
function pathOf(value: unknown): string | undefined {
  if (value instanceof vscode.Uri && value.scheme === 'file') return value.fsPath;
  return typeof value === 'string' ? value : undefined;
}

/** Files to import. */
function sourceOf(value: unknown): readonly string[] {
  const path = pathOf(value);
  return path === undefined ? [] : [path];
}

/** The folder of models whose item in the view a command was run on. */
function shelfOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('shelf' in value)) return undefined;
  const { shelf } = value;
  if (typeof shelf !== 'object' || shelf === null || !('folder' in shelf)) return undefined;
  return typeof shelf.folder === 'string' ? shelf.folder : undefined;
}
