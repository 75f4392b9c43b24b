import { open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { storageError } from '../model/disk';

/** The file that stands in a model's folder while it is trained. */
const lockFile = 'training.lock';

/** How often a lock shows that its owner is there, and after how long without it counts as forgotten, milliseconds. */
const heartbeat = 10_000;
const forgotten = 60_000;

/** Longest wait for an owner whose editor has gone: it is saving what this process wants to go on with. */
const longestFarewell = 30_000;

/** Another process trains this model. The message is one sentence. */
export class RunLockedError extends Error {
  override readonly name = 'RunLockedError';
}

/** Who holds a lock. */
interface Owner {
  readonly process: number;
  readonly parent: number;
  readonly host: string;
}

/** A model's folder, taken for one run: until this is released no other process trains there. */
export interface RunLock {
  release(): Promise<void>;
}

/**
 * Takes a model's folder for a run. Waits for a process that is saving because its editor has gone; a lock whose owner
 * has died is taken over.
 * @throws RunLockedError where another process trains there; StorageError; the signal's reason.
 */
export async function lockRun(folder: string, signal?: AbortSignal): Promise<RunLock> {
  const path = join(folder, lockFile);
  const end = Date.now() + longestFarewell;
  while (!(await create(path))) {
    signal?.throwIfAborted();
    const owner = await readOwner(path);
    if (owner === undefined) {
      await rm(path, { force: true });
    } else if (isAlive(owner.parent) || Date.now() > end) {
      throw new RunLockedError('This model is being trained in another window or terminal already.');
    } else {
      await wait(100, undefined, signal && { signal });
    }
  }
  const beat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), heartbeat);
  beat.unref();
  return {
    release: async () => {
      clearInterval(beat);
      await rm(path, { force: true });
    },
  };
}

async function create(path: string): Promise<boolean> {
  const owner: Owner = { process: process.pid, parent: process.ppid, host: hostname() };
  try {
    const file = await open(path, 'wx');
    await file.writeFile(JSON.stringify(owner)).finally(() => file.close());
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw storageError(error, path);
  }
}

/** Who holds the lock; undefined where it was released or its owner can't be there any more. */
async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > forgotten) return undefined;
    const owner = JSON.parse(await readFile(path, 'utf8')) as Partial<Owner>;
    const { process: id, parent, host } = owner;
    if (typeof id !== 'number' || typeof parent !== 'number' || host !== hostname()) return undefined;
    return isAlive(id) ? { process: id, parent, host } : undefined;
  } catch {
    return undefined;
  }
}

/** A process that may not be signalled is alive; one that doesn't exist is not. */
function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
