import { lstat, readdir } from 'node:fs/promises';
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
  const here = await lstat(from).catch((error: unknown) => {
    throw storageError(error, from);
  });
  const there = await lstat(to).catch(() => undefined);
  // Another case of the same letters is the same folder on some disks.
  const isItself = there?.ino === here.ino && there.dev === here.dev;
  if (there !== undefined && !isItself) return false;
  try {
    await realDisk.rename(from, to);
  } catch (error) {
    if (isTaken(error)) return false;
    throw storageError(error, to);
  }
  try {
    await realDisk.syncFolder(dirname(to));
    if (dirname(from) !== dirname(to)) await realDisk.syncFolder(dirname(from));
    return true;
  } catch (error) {
    throw storageError(error, to);
  }
}

/** Of two that want a place only one gets it: no system replaces a folder that holds something, and Windows none at all. */
function isTaken(error: unknown): boolean {
  const codes = process.platform === 'win32' ? ['EPERM', 'EEXIST'] : ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'];
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
