import { link, lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelDescription } from '../../model/description';
import { storageError } from '../../model/disk';
import { lookInside } from '../../model/insideRoot';
import { readDescription } from '../../model/readModel';
import { copyRegular } from '../../model/regularFile';

/** Where a model folder keeps the model as it was, while more training on it may still be discarded. */
const backupFolder = '.before';

/**
 * Keeps a model folder's files as they are now, unless an interrupted session has kept them already. Weights and memory are linked,
 * not copied: saving replaces files, and never writes into one.
 * @throws StorageError
 */
export async function backUp(folder: string): Promise<void> {
  const backup = join(folder, backupFolder);
  if (await isFolder(backup)) return;
  const unfinished = `${backup}.tmp`;
  try {
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished);
    for (const name of await fileNames(folder)) await keep(join(folder, name), join(unfinished, name));
    // A link or a file that came in its place: what it leads to is none of ours.
    await rm(backup, { force: true });
    await rename(unfinished, backup);
  } catch (error) {
    throw storageError(error, backup);
  }
}

/** Whether a model folder holds what it was before the session that is on, or that was interrupted. */
export async function hasBackup(folder: string): Promise<boolean> {
  return isFolder(join(folder, backupFolder));
}

/** What a model was before the session that is on; null where there was none, or it can't be read. */
export async function descriptionBefore(folder: string): Promise<ModelDescription | null> {
  return readDescription(join(folder, backupFolder)).catch(() => null);
}

/** Makes the model what it was when it was backed up. @throws StorageError */
export async function restoreBackup(folder: string): Promise<void> {
  const backup = join(folder, backupFolder);
  try {
    await lookInside(folder, backup);
    const kept = await fileNames(backup);
    for (const name of kept) await rename(join(backup, name), join(folder, name));
    for (const name of await fileNames(folder)) if (!kept.includes(name)) await rm(join(folder, name));
    await removeBackup(folder);
  } catch (error) {
    throw storageError(error, folder);
  }
}

/** What was trained since stays. */
export async function removeBackup(folder: string): Promise<void> {
  await rm(join(folder, backupFolder), { recursive: true, force: true });
}

/** Of the large ones. */
const linkedEndings = ['.safetensors', '.bin'];

async function keep(from: string, to: string): Promise<void> {
  if (linkedEndings.some((ending) => from.endsWith(ending))) {
    const linked = await link(from, to).then(
      () => true,
      () => false,
    );
    if (linked) return;
  }
  await copyRegular(from, to);
}

async function fileNames(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** A link to one is none. */
async function isFolder(path: string): Promise<boolean> {
  return lstat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}
