import { randomUUID } from 'node:crypto';
import { cp, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { encodeDescription, type ModelDescription } from './description';
import { StorageError, storageError } from './disk';
import { descriptionKey, modelFiles } from './modelFiles';
import { makeModelsFolder, nameAndPlace, removeModelFolder, requireModel, saveDescription } from './modelFolder';
import { readDescription } from './readModel';
import { folderNameOf, NameError, nameFault } from './modelName';
import { markFile } from './ownFolder';
import { namesIn, place } from './place';
import { copyRegular } from './regularFile';
import { copySafetensors } from './safetensors';
import { inHiddenFolder, placeFinished } from './unfinished';

/** A model that has got another folder or another name. */
export interface Changed {
  /** Where it is now, absolute path. */
  readonly folder: string;
  readonly description: ModelDescription;
}

/** Files that belong to one training in one place, or to a write: a copy of the model does without them. */
const notCopied = /^training\.lock$|^\..*\.tmp$/;

/**
 * Gives a model another name, and its folder with it.
 * @throws NameError where it can't be called so; ModelError where it is no model; UnsafePathError; StorageError.
 */
export async function renameModel(folder: string, wish: string): Promise<Changed> {
  await requireModel(folder);
  const before = await readDescription(folder);
  const name = wish.trim().normalize('NFC').replace(/\s+/g, ' ');
  const others = (await namesIn(dirname(folder))).filter((other) => other !== basename(folder));
  const fault = nameFault(name, others);
  if (fault !== undefined) throw new NameError(fault);
  const description = { ...before, name };
  await saveDescription(folder, description);
  const target = join(dirname(folder), folderNameOf(name));
  if (target === folder) return { folder, description };
  try {
    if (await place(folder, target)) return { folder: target, description };
    throw new NameError(`There is a folder named "${basename(target)}" already.`);
  } catch (error) {
    await saveDescription(folder, before);
    throw error;
  }
}

/**
 * Copies a model, with what its training goes on from, beside itself: under a name and an id of its own, so that the two can
 * go different ways.
 * @param wish - what to call it; "name 2" or the like otherwise.
 * @throws NameError, ModelError, StorageError
 */
export async function duplicateModel(folder: string, wish?: string): Promise<Changed> {
  const shelf = dirname(folder);
  await requireModel(folder);
  const before = await readDescription(folder);
  if (wish !== undefined) {
    const fault = nameFault(wish, await namesIn(shelf));
    if (fault !== undefined) throw new NameError(fault);
  }
  try {
    return await inHiddenFolder(shelf, async (copy) => {
      const born = { ...before, id: randomUUID() };
      await copyFiles(folder, copy, born);
      return nameAndPlace(copy, shelf, born, wish);
    });
  } catch (error) {
    throw storageError(error, shelf);
  }
}

/**
 * Moves a model to another folder of models, under its own name.
 * @returns where it is now.
 * @throws NameError where that name is taken there; ModelError where it is no model; StorageError.
 */
export async function moveModel(folder: string, modelsFolder: string): Promise<string> {
  const target = join(modelsFolder, basename(folder));
  await requireModel(folder);
  if (target === folder) return folder;
  await makeModelsFolder(modelsFolder);
  const done = await place(folder, target).catch((error: unknown) => {
    if (isOtherDisk(error)) return moveAcrossDisks(folder, target);
    throw error;
  });
  if (!done) throw new NameError(`There is a model named "${basename(folder)}" in ${modelsFolder} already.`);
  return target;
}

async function copyFiles(from: string, to: string, description: ModelDescription): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true });
  for (const entry of entries.filter((each) => each.isFile() && !notCopied.test(each.name))) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.name === modelFiles.weights) {
      await copySafetensors(source, target, { format: 'pt', [descriptionKey]: encodeDescription(description) });
    } else {
      await copyRegular(source, target);
    }
  }
}

/** A copy that is whole before it counts; then the original goes. */
async function moveAcrossDisks(folder: string, target: string): Promise<boolean> {
  const shelf = dirname(target);
  try {
    return await inHiddenFolder(shelf, async (incoming) => {
      const filter = (path: string): boolean => basename(path) !== markFile;
      await cp(folder, incoming, { recursive: true, verbatimSymlinks: true, filter });
      if (!(await placeFinished(incoming, target))) return false;
      await removeModelFolder(folder);
      return true;
    });
  } catch (error) {
    throw storageError(error, target);
  }
}

function isOtherDisk(error: unknown): boolean {
  const cause = error instanceof StorageError ? error.cause : error;
  return cause instanceof Error && 'code' in cause && cause.code === 'EXDEV';
}
