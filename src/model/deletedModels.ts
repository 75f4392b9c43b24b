/**
 * Models that were deleted and can be brought back: out of sight in a folder beside the others, each in a folder for the
 * millisecond it was deleted in, with a mark. Only what a mark of this disk names is ever removed: what came with the
 * folder of models, or was put there by hand, stays.
 */
import { lstat, mkdir, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as v from 'valibot';
import { storageError } from './disk';
import { entriesInside, identityOf, UnsafePathError, lookInside, removeInside } from './insideRoot';
import { readDescription, requireModel, rootOf, saveDescription } from './modelFolder';
import { uniqueName } from './modelName';
import { namesIn, place } from './place';
import { readRegularText } from './regularFile';

/** Below a folder of models. */
const deletedFolder = '.deleted';

/** Beside a model in its folder for a millisecond: says that Textloom put it there. */
const markFile = '.mark.json';

/** How long what was deleted is kept, milliseconds: a week. */
export const deletedAreKept = 7 * 24 * 3600 * 1000;

/** Identities, which no copy keeps: a mark that came with a folder marks nothing there. */
const markSchema = v.object({ folder: v.string(), model: v.object({ name: v.string(), identity: v.string() }) });
type Mark = v.InferOutput<typeof markSchema>;

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
    await mkdir(bin, { recursive: true });
    const model = await lookInside(shelf, folder);
    if (model === undefined) throw new UnsafePathError(`${folder} has gone.`);
    for (let time = now; ; time++) {
      const own = join(bin, String(time));
      await lookInside(shelf, bin);
      if (!(await makeNew(own))) continue;
      const mark: Mark = {
        folder: identityOf(await lstat(own, { bigint: true })),
        model: { name: basename(folder), identity: identityOf(model) },
      };
      await writeFile(join(own, markFile), JSON.stringify(mark), { flag: 'wx' });
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
  const bin = join(modelsFolder, deletedFolder);
  const entries = await entriesInside(rootOf(modelsFolder), bin).catch(() => []);
  const times = entries.filter((entry) => entry.isDirectory() && /^\d{1,16}$/.test(entry.name));
  const old = times.filter(({ name }) => Number(name) < before);
  const kept = await Promise.all(old.map(({ name }) => markedIn(modelsFolder, join(bin, name))));
  return kept.filter((path) => path !== undefined);
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
    const folder = await lookInside(rootOf(shelf), own);
    const file = await lookInside(shelf, join(own, markFile));
    if (folder?.isDirectory() !== true || file?.isFile() !== true || file.size > longestMark) return undefined;
    const text = await readRegularText(join(own, markFile));
    const mark = v.parse(v.pipe(v.string(), v.parseJson(), markSchema), text);
    const { name, identity } = mark.model;
    const path = join(own, name);
    if (mark.folder !== identityOf(folder) || basename(path) !== name || dirname(path) !== own) return undefined;
    const model = await lookInside(shelf, path);
    return model === undefined || (model.isDirectory() && identityOf(model) === identity) ? path : undefined;
  } catch {
    return undefined;
  }
}

/** Bytes. */
const longestMark = 4096;

function shelfOf(aside: string): string {
  return dirname(dirname(dirname(aside)));
}

async function makeNew(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** The name that a model says it has, where it can be read: one that can't is known by its folder. */
async function nameAs(folder: string, name: string): Promise<void> {
  const description = await readDescription(folder).catch(() => undefined);
  if (description !== undefined) await saveDescription(folder, { ...description, name });
}
