/**
 * Models that were deleted and can be brought back: out of sight in a folder beside the others, each in a folder for the
 * millisecond it was deleted in, with a mark. Only what a mark of this disk names is ever removed: what came with the
 * folder of models, or was put there by hand, stays.
 */
import { mkdir, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { storageError } from './disk';
import { entriesInside, lookInside } from './insideRoot';
import { removeInside } from './removeInside';
import { rootOf } from './modelFiles';
import { requireModel, saveDescription } from './modelFolder';
import { readDescription } from './readModel';
import { uniqueName } from './modelName';
import { identityOf, markFile, markOwn, ownMark } from './ownFolder';
import { namesIn, place } from './place';
import { removeHusk, sweepUnfinished } from './unfinished';
import { UnsafePathError } from './unsafePath';

/** Below a folder of models. */
const deletedFolder = '.deleted';

/** How long what was deleted is kept, milliseconds: a week. */
export const deletedAreKept = 7 * 24 * 3600 * 1000;

/**
 * Takes a model away so that it can be brought back: out of sight, beside the others, at once.
 * @returns where it is kept.
 * @throws ModelError where it is no model; UnsafePathError; StorageError.
 */
export async function setAside(folder: string, now = Date.now()): Promise<string> {
  await requireModel(folder);
  const shelf = dirname(folder);
  const bin = join(shelf, deletedFolder);
  try {
    await lookInside(rootOf(shelf), bin);
    await sweepDeleted(shelf);
    await sweepUnfinished(shelf);
    const model = await lookInside(shelf, folder);
    if (model === undefined) throw new UnsafePathError(`${folder} has gone.`);
    for (let time = now; ; time++) {
      const own = join(bin, String(time));
      // Whoever brings the last model back removes the bin: it may go at any moment until it holds this one.
      await mkdir(bin, { recursive: true });
      await lookInside(shelf, bin);
      if (!(await makeNew(own))) continue;
      await markOwn(own, { name: basename(folder), identity: identityOf(model) });
      const target = join(own, basename(folder));
      if (await place(folder, target)) return target;
    }
  } catch (error) {
    throw storageError(error, folder);
  }
}

/**
 * Brings back what was set aside, under another name where its own is taken by now.
 * @returns where it is now.
 * @throws UnsafePathError, StorageError
 */
export async function bringBack(aside: string): Promise<string> {
  const shelf = shelfOf(aside);
  await lookInside(rootOf(shelf), aside);
  for (;;) {
    const name = uniqueName(basename(aside), await namesIn(shelf));
    const target = join(shelf, name);
    if (name !== basename(aside)) await nameAs(aside, name);
    if (!(await place(aside, target))) continue;
    await forgetSetAside(aside);
    return target;
  }
}

/**
 * What was set aside in a folder of models before a time in milliseconds, as far as Textloom did that itself, on this disk.
 * Nothing else that lies there is named, and nothing behind a link.
 */
export async function longSetAside(modelsFolder: string, before: number): Promise<readonly string[]> {
  const old = (await timesIn(modelsFolder)).filter((own) => Number(basename(own)) < before);
  const kept = await Promise.all(old.map((own) => markedIn(modelsFolder, own)));
  return kept.filter((path) => path !== undefined);
}

/** Removes what deletions that were cut off before they began have left. */
async function sweepDeleted(shelf: string): Promise<void> {
  for (const own of await timesIn(shelf)) await removeHusk(shelf, own).catch(() => undefined);
}

/** The folders for a millisecond each, whoever made them. */
async function timesIn(shelf: string): Promise<readonly string[]> {
  const bin = join(shelf, deletedFolder);
  const entries = await entriesInside(rootOf(shelf), bin).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && /^\d{1,16}$/.test(entry.name))
    .map(({ name }) => join(bin, name));
}

/** @throws UnsafePathError where it isn't Textloom that set this aside, on this disk */
export async function requireSetAside(aside: string): Promise<void> {
  if ((await markedIn(shelfOf(aside), dirname(aside))) === aside) return;
  throw new UnsafePathError(`${aside} was not put there by Textloom, and is left alone.`);
}

/** Removes for good what was set aside. @throws UnsafePathError, with everything as it was; StorageError */
export async function removeSetAside(aside: string): Promise<void> {
  await requireSetAside(aside);
  const shelf = shelfOf(aside);
  await removeInside(rootOf(shelf), aside, shelf);
  await forgetSetAside(aside);
}

/** Removes the mark and the folders that were made for something set aside which is gone now. */
export async function forgetSetAside(aside: string): Promise<void> {
  const own = dirname(aside);
  const shelf = shelfOf(aside);
  const left = await entriesInside(rootOf(shelf), own).catch(() => []);
  if (left.some(({ name }) => name !== markFile) || (await markedIn(shelf, own)) === undefined) return;
  await removeInside(rootOf(shelf), join(own, markFile), shelf);
  for (const folder of [own, dirname(own)]) {
    // One that isn't empty stays.
    await rmdir(folder).catch(() => undefined);
  }
}

/** The path of the model that the mark in a folder names; undefined where none does, or something else is there. */
async function markedIn(shelf: string, own: string): Promise<string | undefined> {
  try {
    await lookInside(rootOf(shelf), own);
    const { name, identity } = (await ownMark(own))?.model ?? {};
    if (name === undefined || basename(name) !== name) return undefined;
    const path = join(own, name);
    const model = await lookInside(rootOf(shelf), path);
    return model === undefined || (model.isDirectory() && identityOf(model) === identity) ? path : undefined;
  } catch {
    return undefined;
  }
}

function shelfOf(aside: string): string {
  return dirname(dirname(dirname(aside)));
}

/** @returns whether it did; false where something is there, or the folder above has gone */
async function makeNew(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'EEXIST' || error.code === 'ENOENT')) return false;
    throw error;
  }
}

/** The name that a model says it has, where it can be read: one that can't is known by its folder. */
async function nameAs(folder: string, name: string): Promise<void> {
  const description = await readDescription(folder).catch(() => undefined);
  if (description !== undefined) await saveDescription(folder, { ...description, name });
}
