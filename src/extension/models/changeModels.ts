import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { plural } from '../../base/format';
import { bringBack, setAside } from '../../model/deletedModels';
import { duplicateModel, moveModel, renameModel } from '../../model/modelChanges';
import { listModels } from '../../model/modelList';
import { readDescription } from '../../model/readModel';
import { nameFault } from '../../model/modelName';
import { isBeingTrained } from '../../training/record/lockOwner';
import { actions, CancelledError, UserError } from '../failure';
import { askText, pickOne } from '../picks';
import type { Reporter } from '../reporter';
import type { ModelBin } from './modelBin';
import type { Models } from './models';

/** Renames, copies, moves and deletes models. What it says of a change it says once, and the views see it by themselves. */
export class ChangeModels {
  constructor(
    private readonly models: Models,
    private readonly bin: ModelBin,
    private readonly reporter: Reporter,
  ) {}

  /** Asks for a name, unless one is given, and renames the model. Returns where it is now. */
  async rename(folder: string, given?: string): Promise<string> {
    await requireIdle(folder, 'renamed');
    const { name } = await readDescription(folder);
    const wish = given ?? (await this.askForName(folder, name));
    const renamed = await renameModel(folder, wish);
    await this.models.follow(folder, { folder: renamed.folder, name: renamed.description.name });
    return renamed.folder;
  }

  /** Copies the model beside itself. Returns where the copy is. */
  async duplicate(folder: string): Promise<string> {
    const location = { viewId: 'textloom.models' };
    const copy = await vscode.window.withProgress({ location }, () => duplicateModel(folder));
    this.reporter.mention(`"${basename(folder)}" was duplicated as "${copy.description.name}".`);
    return copy.folder;
  }

  /** Moves models to another folder of models: the one given, or one that the user picks. */
  async move(folders: readonly string[], given?: string): Promise<void> {
    for (const folder of folders) await requireIdle(folder, 'moved');
    const target = given ?? (await this.pickShelf(folders));
    for (const folder of folders) {
      const moved = await moveModel(folder, target);
      await this.models.follow(folder, { folder: moved, name: await nameOf(moved) });
    }
  }

  /** Deletes models, once the user has confirmed; a message offers to bring them back. */
  async delete(folders: readonly string[]): Promise<void> {
    for (const folder of folders) await requireIdle(folder, 'deleted');
    const names = await Promise.all(folders.map(nameOf));
    const [name = ''] = names;
    const what = folders.length === 1 ? `"${name}"` : plural(folders.length, 'model');
    const detail = [...(folders.length === 1 ? [] : names), this.bin.promise].join('\n');
    const answer = await vscode.window.showWarningMessage(`Delete ${what}?`, { modal: true, detail }, 'Delete');
    if (answer !== 'Delete') throw new CancelledError();
    const kept: string[] = [];
    try {
      for (const folder of folders) kept.push(await setAside(folder));
    } finally {
      await this.models.active();
      if (kept.length > 0) void this.reporter.attempt(() => this.offerUndo(`Deleted ${what}.`, kept));
    }
  }

  private async offerUndo(sentence: string, kept: readonly string[]): Promise<void> {
    const answer = await vscode.window.showInformationMessage(sentence, 'Undo');
    if (answer !== 'Undo') {
      for (const folder of kept) await this.bin.throwAway(folder);
      return;
    }
    for (const folder of kept) await bringBack(folder);
    await this.models.active();
  }

  private async askForName(folder: string, name: string): Promise<string> {
    const listed = await listModels(dirname(folder));
    const others = listed.filter((model) => model.folder !== folder).map((model) => basename(model.folder));
    const step = { title: `Rename "${name}"`, step: 1, totalSteps: 1, canGoBack: false };
    const answer = await askText(step, 'Another name for the model, and for its folder', name, (text) =>
      nameFault(text, others),
    );
    if (typeof answer === 'symbol') throw new CancelledError();
    return answer;
  }

  private async pickShelf(folders: readonly string[]): Promise<string> {
    const here = new Set(folders.map((folder) => dirname(folder)));
    const others = this.models.shelves.filter(({ folder }) => here.size > 1 || !here.has(folder));
    if (others.length === 0) throw new UserError('There is no other folder of models to move it to.');
    const step = { title: 'Move Model', step: 1, totalSteps: 1, canGoBack: false };
    const choices = others.map(({ label, folder }) => ({ label, description: folder, value: folder }));
    const picked = await pickOne(step, 'Where should it be kept?', choices);
    if (typeof picked === 'symbol') throw new CancelledError();
    return picked;
  }
}

/** A training writes into its model's folder, which has to stay where it is until then. @throws UserError */
async function requireIdle(folder: string, deed: string): Promise<void> {
  if (!(await isBeingTrained(folder))) return;
  const sentence = `"${await nameOf(folder)}" is being trained: it can be ${deed} when its training has ended.`;
  throw new UserError(sentence, actions.showPanel);
}

/** What a model is called: where it can't be read, as its folder. */
async function nameOf(folder: string): Promise<string> {
  const description = await readDescription(folder).catch(() => undefined);
  return description?.name ?? basename(folder);
}
