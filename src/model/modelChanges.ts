import { randomUUID } from 'node:crypto';
import { constants, copyFile, cp, mkdir, mkdtemp, readdir, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { encodeDescription, type ModelDescription } from './description';
import { StorageError, storageError } from './disk';
import { ModelError } from './modelError';
import { descriptionKey, makeModelsFolder, modelFiles, readDescription, saveDescription } from './modelFolder';
import { folderNameOf, NameError, nameFault, uniqueName } from './modelName';
import { namesIn, place } from './place';
import { copySafetensors } from './safetensors';

/** A model that has got another folder or another name. */
export interface Changed {
  /** Where it is now, absolute path. */
  readonly folder: string;
  readonly description: ModelDescription;
}

/** Files that belong to one training in one place: a copy of the model does without them. */
const notCopied = /^training\.lock$|^\..*\.tmp$/;

/** Below a folder of models: what was deleted and can be brought back, in a folder for the millisecond it was deleted in. */
const deletedFolder = '.deleted';

/** How long what was deleted is kept, milliseconds: a week. */
export const deletedAreKept = 7 * 24 * 3600 * 1000;

/**
 * Gives a model another name, and its folder with it.
 * @throws NameError where it can't be called so; ModelError where it is no model; StorageError.
 */
export async function renameModel(folder: string, wish: string): Promise<Changed> {
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
  const before = await readDescription(folder);
  if (wish !== undefined) {
    const fault = nameFault(wish, await namesIn(shelf));
    if (fault !== undefined) throw new NameError(fault);
  }
  const copy = await mkdtemp(join(shelf, '.incoming-')).catch((error: unknown) => {
    throw storageError(error, shelf);
  });
  try {
    const born = { ...before, id: randomUUID() };
    await copyFiles(folder, copy, born);
    for (;;) {
      const name = uniqueName(folderNameOf(wish ?? before.name), await namesIn(shelf));
      const description = { ...born, name };
      await saveDescription(copy, description);
      const target = join(shelf, name);
      if (await place(copy, target)) return { folder: target, description };
    }
  } catch (error) {
    throw storageError(error, shelf);
  } finally {
    await rm(copy, { recursive: true, force: true });
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

/**
 * Takes a model away so that it can be brought back: out of sight, beside the others, at once.
 * @returns where it is kept.
 * @throws ModelError where it is no model; StorageError.
 */
export async function setAside(folder: string, now = Date.now()): Promise<string> {
  await requireModel(folder);
  const bin = join(dirname(folder), deletedFolder);
  try {
    await mkdir(bin, { recursive: true });
    for (let time = now; ; time++) {
      const target = join(bin, String(time), basename(folder));
      await mkdir(dirname(target), { recursive: true });
      if (await place(folder, target)) return target;
    }
  } catch (error) {
    throw storageError(error, folder);
  }
}

/**
 * Brings back what was set aside, under another name where its own is taken by now.
 * @returns where it is now.
 * @throws StorageError
 */
export async function bringBack(aside: string): Promise<string> {
  const shelf = dirname(dirname(dirname(aside)));
  for (;;) {
    const name = uniqueName(basename(aside), await namesIn(shelf));
    const target = join(shelf, name);
    if (name !== basename(aside)) await nameAs(aside, name);
    if (!(await place(aside, target))) continue;
    await forgetEmpty(aside);
    return target;
  }
}

/** A damaged model may be moved and deleted as well; a folder that never was a model may not. @throws ModelError */
async function requireModel(folder: string): Promise<void> {
  const names = await namesIn(folder);
  if (names.includes(modelFiles.description) || names.includes(modelFiles.weights)) return;
  throw new ModelError('missing', `There is no model in ${folder}.`);
}

/** What was set aside in a folder of models before a time in milliseconds. */
export async function longSetAside(modelsFolder: string, before: number): Promise<readonly string[]> {
  const bin = join(modelsFolder, deletedFolder);
  const times = (await namesIn(bin)).filter((name) => Number(name) < before);
  const kept = await Promise.all(
    times.map(async (time) => (await namesIn(join(bin, time))).map((name) => join(bin, time, name))),
  );
  return kept.flat();
}

/** Removes the folders that were made for something set aside which is gone now. */
export async function forgetEmpty(aside: string): Promise<void> {
  const time = dirname(aside);
  for (const folder of [time, dirname(time)]) {
    // One that isn't empty stays.
    await rmdir(folder).catch(() => undefined);
  }
}

async function copyFiles(from: string, to: string, description: ModelDescription): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true });
  for (const entry of entries.filter((each) => each.isFile() && !notCopied.test(each.name))) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.name === modelFiles.weights) {
      await copySafetensors(source, target, { format: 'pt', [descriptionKey]: encodeDescription(description) });
    } else {
      await copyFile(source, target, constants.COPYFILE_FICLONE);
    }
  }
}

/** A copy that is whole before it counts; then the original goes. */
async function moveAcrossDisks(folder: string, target: string): Promise<boolean> {
  const incoming = await mkdtemp(join(dirname(target), '.incoming-'));
  try {
    await cp(folder, incoming, { recursive: true });
    if (!(await place(incoming, target))) return false;
    await rm(folder, { recursive: true, force: true });
    return true;
  } catch (error) {
    throw storageError(error, target);
  } finally {
    await rm(incoming, { recursive: true, force: true });
  }
}

function isOtherDisk(error: unknown): boolean {
  const cause = error instanceof StorageError ? error.cause : error;
  return cause instanceof Error && 'code' in cause && cause.code === 'EXDEV';
}

/** The name that a model says it has, where it can be read: one that can't is known by its folder. */
async function nameAs(folder: string, name: string): Promise<void> {
  const description = await readDescription(folder).catch(() => undefined);
  if (description !== undefined) await saveDescription(folder, { ...description, name });
}
