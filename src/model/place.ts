import { mkdir, readdir, rmdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { realDisk, storageError } from './disk';

/** Names that are taken in a folder of models. */
export async function namesIn(modelsFolder: string): Promise<readonly string[]> {
  return readdir(modelsFolder).catch(() => []);
}

/**
 * Moves a folder, at once, to a path where nothing is yet.
 * @returns whether it did; false where something is there, which then is as it was.
 * @throws StorageError; where the two are on different disks, one whose cause has the code EXDEV.
 */
export async function place(from: string, to: string): Promise<boolean> {
  const [here, there] = await Promise.all([stat(from), stat(to).catch(() => undefined)]);
  // Another case of the same letters is the same folder on some disks.
  const isItself = there?.ino === here.ino && there.dev === here.dev;
  if (there !== undefined && !isItself) return false;
  const isReserved = !isItself && (await reserve(to));
  if (!isItself && isReserved === null) return false;
  try {
    await realDisk.rename(from, to);
    await realDisk.syncFolder(dirname(to));
    if (dirname(from) !== dirname(to)) await realDisk.syncFolder(dirname(from));
    return true;
  } catch (error) {
    if (isReserved === true) await rmdir(to).catch(() => undefined);
    throw storageError(error, to);
  }
}

/**
 * Makes an empty folder, which a rename replaces: so that of two that want a place only one gets it. Windows refuses such a
 * rename, and needs no reservation, since it also refuses to replace what came in between.
 * @returns whether it made one; null where the place is taken.
 */
async function reserve(path: string): Promise<boolean | null> {
  if (process.platform === 'win32') return false;
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return null;
    throw storageError(error, path);
  }
}
