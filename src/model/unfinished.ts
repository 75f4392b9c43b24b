/**
 * Models that are being made: in a folder with a hidden name, which becomes the model's own at once when all of it is there.
 * So no model is ever seen that is half made. What a process that died has left of one is swept.
 */
import { lstat, mkdtemp, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { storageError } from './disk';
import { entriesInside } from './insideRoot';
import { hiddenPrefix, removeInside } from './removeInside';
import { isAtWork, isTorn, markFile, markOwn, ownMark } from './ownFolder';
import { place } from './place';

/** What {@link mkdtemp} makes of the prefix. */
const hiddenName = new RegExp(`^\\${hiddenPrefix}[A-Za-z0-9]{6}$`);

/** A folder without a whole mark is being marked, if it is no older than this, milliseconds. */
const coming = 60_000;

/**
 * Has something made in a hidden folder of a folder of models. What isn't put into its place by then is removed.
 * @throws StorageError, and what `make` throws
 */
export async function inHiddenFolder<T>(modelsFolder: string, make: (folder: string) => Promise<T>): Promise<T> {
  await sweepUnfinished(modelsFolder);
  const folder = await mkdtemp(join(modelsFolder, hiddenPrefix)).catch((error: unknown) => {
    throw storageError(error, modelsFolder);
  });
  try {
    await markOwn(folder).catch((error: unknown) => {
      throw storageError(error, folder);
    });
    return await make(folder);
  } finally {
    // What can't be removed now is swept the next time.
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Gives a hidden folder its own name, as {@link place} does. @throws StorageError */
export async function placeFinished(hidden: string, target: string): Promise<boolean> {
  if (!(await place(hidden, target))) return false;
  await rm(join(target, markFile), { force: true });
  return true;
}

/** Removes what processes that died have left of models they were making or removing, and nothing that they did not make. */
export async function sweepUnfinished(modelsFolder: string): Promise<void> {
  const entries = await entriesInside(modelsFolder, modelsFolder).catch(() => []);
  for (const { name } of entries.filter((entry) => entry.isDirectory() && hiddenName.test(entry.name))) {
    // What can't be removed now is found again the next time.
    await sweep(modelsFolder, join(modelsFolder, name)).catch(() => undefined);
  }
}

async function sweep(root: string, folder: string): Promise<void> {
  const { mtimeMs } = await lstat(folder);
  const age = Date.now() - mtimeMs;
  const mark = await ownMark(folder);
  if (mark !== undefined) {
    if (!isAtWork(mark, age)) await removeInside(root, folder);
    return;
  }
  await removeHusk(root, folder);
}

/** Removes a folder in which a process died before it could put anything there: empty, or with a mark that is torn. */
export async function removeHusk(root: string, folder: string): Promise<void> {
  const names = (await entriesInside(root, folder)).map(({ name }) => name);
  if (names.some((name) => name !== markFile) || Date.now() - (await lstat(folder)).mtimeMs < coming) return;
  if (names.length > 0 && !(await isTorn(folder))) return;
  await rm(join(folder, markFile), { force: true });
  await rmdir(folder);
}
