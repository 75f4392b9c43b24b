import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** The file-system steps that a durable write is made of. Tests pass one that fails at a chosen step. */
export interface Disk {
  /** Writes a new file and flushes it to the device. */
  create(path: string, chunks: Iterable<Uint8Array>): Promise<void>;
  /** Puts a file in the place of another, at once. */
  rename(from: string, to: string): Promise<void>;
  /** Flushes a folder's entries, so that a rename in it outlives a power loss. */
  syncFolder(folder: string): Promise<void>;
  /** Removes a file, if it is there. */
  remove(path: string): Promise<void>;
}

/** The disk was full, write-protected or gone. The message is one sentence for the user. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  constructor(
    readonly fault: 'full' | 'denied' | 'missing' | 'failed',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Replaces a file as a whole: whoever reads it, at any time and after any crash, finds the old one or the new one.
 * @throws StorageError when it can't be written; the old file is then as it was.
 */
export async function replaceFile(path: string, chunks: Iterable<Uint8Array>, disk: Disk = realDisk): Promise<void> {
  const folder = dirname(path);
  const temporary = temporaryPath(path);
  try {
    await disk.create(temporary, chunks);
    await disk.rename(temporary, path);
    await disk.syncFolder(folder);
  } catch (error) {
    await disk.remove(temporary).catch(() => undefined);
    throw storageError(error, path);
  }
}

/** Where a file is written before it takes its place: told from others by the process that writes it. */
export function temporaryPath(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}${temporaryEnding}`);
}

/** Removes what interrupted writes of earlier processes left in a folder, files and folders; what can't be, stays. */
export async function removeTemporaryFiles(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith('.') || !name.endsWith(temporaryEnding)) continue;
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Makes a folder and those above it. @throws StorageError */
export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw storageError(error, folder);
  });
}

/** A file-system failure as one sentence; errors that are none pass unchanged. */
export function storageError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('code' in error) || error instanceof StorageError) return error;
  const cause = { cause: error };
  switch (error.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new StorageError('full', `The disk is full: ${path} could not be written. Free some space.`, cause);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new StorageError(
        'denied',
        `${path} may not be written. Choose another folder or change its rights.`,
        cause,
      );
    case 'ENOENT':
    case 'ENOTDIR':
      return new StorageError('missing', `${path} could not be written: its folder has gone.`, cause);
    default:
      return new StorageError('failed', `${path} could not be written: ${error.message}`, cause);
  }
}

/** As {@link storageError}, of a file that was to be read. */
export function readingError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('code' in error) || error instanceof StorageError) return error;
  return new StorageError('failed', `${path} could not be read: ${error.message}`, { cause: error });
}

/** How the names of files and folders end that are only there while something is written. */
export const temporaryEnding = '.tmp';

/** The disk that there is. */
export const realDisk: Disk = {
  async create(path, chunks) {
    // What a process of the same number left behind, or a link that came with the folder, isn't written into.
    const file = await open(path, 'wx').catch(async (error: unknown) => {
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error;
      await rm(path, { recursive: true, force: true });
      return open(path, 'wx');
    });
    try {
      for (const chunk of chunks) await file.writeFile(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  async rename(from, to) {
    // On Windows a virus scanner or another reader may hold the file for a moment.
    for (let attempt = 1; ; attempt++) {
      try {
        await rename(from, to);
        return;
      } catch (error) {
        if (process.platform !== 'win32' || attempt === 20) throw error;
        await delay(10 * attempt);
      }
    }
  },
  async syncFolder(folder) {
    // Windows can't open a folder, and needs no flush of it.
    if (process.platform === 'win32') return;
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  remove: (path) => rm(path, { force: true }),
};
