import { lstat, lutimes, open, readFile, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isAlive } from '../../base/processes';
import { storageError } from '../../model/disk';
import { readRegularText } from '../../model/regularFile';

/** The file that stands in a model's folder while it is trained. */
export const lockFile = 'training.lock';

/** How often a lock shows that its owner is there, and after how long without it counts as forgotten, milliseconds. */
const heartbeat = 10_000;
const forgotten = 60_000;

/** A lock without content is being written, if it is no older than this, milliseconds. */
const coming = 2000;

/** Removing a lock takes no longer than this, milliseconds: who has the turn for longer has died. */
const longestTurn = 10_000;

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
  /** Left out by who didn't say. */
  readonly trainedIn?: TrainedIn;
}

/** Where a training was begun. */
export type TrainedIn = 'window' | 'terminal';

/** Who trains a model. */
export interface LockHolder {
  /** Null where that isn't known. */
  readonly trainedIn: TrainedIn | null;
  /** Name of another machine; null for this one. */
  readonly machine: string | null;
  /** Id of the process that has begun the training's: of an editor's window, or a shell. */
  readonly parent: number;
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
export async function lockRun(folder: string, signal?: AbortSignal, trainedIn?: TrainedIn): Promise<RunLock> {
  const path = join(folder, lockFile);
  const end = Date.now() + longestFarewell;
  while (!(await create(path, trainedIn))) {
    signal?.throwIfAborted();
    const state = await stateOf(path);
    if (state === 'held' || Date.now() > end) {
      throw new RunLockedError('This model is being trained in another window or terminal already.');
    }
    if (state === 'leaving' || !(await removeStale(path))) await wait(100, undefined, signal && { signal });
  }
  const beat = setInterval(() => void lutimes(path, new Date(), new Date()).catch(() => undefined), heartbeat);
  beat.unref();
  return {
    release: async () => {
      clearInterval(beat);
      await rm(path, { force: true });
    },
  };
}

/** Whether a process trains the model of this folder, in this window, another one or a terminal. */
export async function isBeingTrained(folder: string): Promise<boolean> {
  return (await stateOf(join(folder, lockFile))) !== 'stale';
}

/** Who trains the model of this folder; null where nobody does, or is about to end. */
export async function lockHolderOf(folder: string): Promise<LockHolder | null> {
  const path = join(folder, lockFile);
  if ((await stateOf(path)) !== 'held') return null;
  try {
    const { trainedIn, host, parent } = JSON.parse(await readFile(path, 'utf8')) as Owner;
    return { trainedIn: trainedIn ?? null, machine: host === hostname() ? null : host, parent };
  } catch {
    return null; // It has just been given back.
  }
}

/**
 * Removes a lock that nobody is behind. Of several processes that find the same one only one may, and it looks again first:
 * another may have removed it and put its own in its place by now.
 * @returns whether it was this process's turn
 */
async function removeStale(path: string): Promise<boolean> {
  const turn = `${path}.turn`;
  try {
    await (await open(turn, 'wx')).close();
  } catch (error) {
    if (!isThere(error)) throw storageError(error, turn);
    const { mtimeMs } = await stat(turn).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > longestTurn) await rm(turn, { force: true });
    return false;
  }
  try {
    if ((await stateOf(path)) === 'stale') await rm(path, { force: true });
    return true;
  } finally {
    await rm(turn, { force: true });
  }
}

async function create(path: string, trainedIn: TrainedIn | undefined): Promise<boolean> {
  const owner: Owner = {
    process: process.pid,
    parent: process.ppid,
    host: hostname(),
    ...(trainedIn && { trainedIn }),
  };
  try {
    const file = await open(path, 'wx');
    await file.writeFile(JSON.stringify(owner)).finally(() => file.close());
    return true;
  } catch (error) {
    if (isThere(error)) return false;
    throw storageError(error, path);
  }
}

function isThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}

/** What a lock says: nobody is behind it, its owner is about to leave (or has only just come), or it holds. */
async function stateOf(path: string): Promise<'stale' | 'leaving' | 'held'> {
  try {
    const { mtimeMs } = await lstat(path);
    const age = Date.now() - mtimeMs;
    const text = await readRegularText(path);
    if (age > forgotten) return 'stale';
    if (text === '') return age > coming ? 'stale' : 'leaving';
    const owner = JSON.parse(text) as Partial<Owner>;
    // What runs on another machine, or in another container, shows by its heartbeat only.
    if (owner.host !== hostname()) return 'held';
    // One run at a time is a process's own business: a lock of this one was left behind by a thread that died.
    if (owner.process === process.pid || !isAlive(owner.process ?? NaN)) return 'stale';
    return isAlive(owner.parent ?? NaN) ? 'held' : 'leaving';
  } catch {
    return 'stale';
  }
}
