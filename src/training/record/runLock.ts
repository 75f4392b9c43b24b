/**
 * The lock of a model's folder: of all processes one trains there. It is held by its owner alone, looked for before each
 * save, and given back by its owner alone.
 */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { storageError } from '../../model/disk';
import { readRegularText } from '../../model/regularFile';
import { UnsafePathError } from '../../model/unsafePath';
import { lockFile } from '../../model/modelFiles';
import { parseOwner, stateOfLock, thisOwner, type TrainedIn } from './lockOwner';

/** Stands beside a lock that is being removed. Named like what an interrupted write leaves: it goes with that. */
const turnFile = `.${lockFile}.turn.tmp`;

/** How often a lock shows that its owner is there, milliseconds. */
const heartbeat = 10_000;

/** Removing a lock takes no longer than this, milliseconds: who has the turn for longer has died. */
const longestTurn = 10_000;

/** Longest wait for an owner whose editor has gone: it is saving what this process wants to go on with. */
const longestFarewell = 30_000;

/** Another process trains this model. The message is one sentence. */
export class RunLockedError extends Error {
  override readonly name = 'RunLockedError';
}

/** A model's folder, taken for one run: until this is released no other process trains there. */
export interface RunLock {
  /** To be asked before each save. @throws RunLockedError where the folder isn't this run's any more */
  requireHeld(): Promise<void>;
  /** Gives back what is still held. Never rejects: a lock that can't be removed is tried again until it can. */
  release(): Promise<void>;
}

/**
 * Takes a model's folder for a run. Waits for a process that is saving because its editor has gone; a lock whose owner
 * has died is taken over.
 * @throws RunLockedError where another process trains there; StorageError; UnsafePathError; the signal's reason.
 */
export async function lockRun(folder: string, signal?: AbortSignal, trainedIn?: TrainedIn): Promise<RunLock> {
  const path = join(folder, lockFile);
  const id = randomUUID();
  const end = Date.now() + longestFarewell;
  while (!(await create(path, id, trainedIn))) {
    signal?.throwIfAborted();
    const seen = await stateOfLock(path);
    const state = seen === 'stale' ? await removeStale(path) : seen;
    if (state === 'held' || Date.now() > end) {
      throw new RunLockedError('This model is being trained in another window or terminal already.');
    }
    if (state !== 'removed') await wait(100, undefined, signal && { signal });
  }
  return new HeldLock(path, id);
}

/** A lock that this process has taken. */
class HeldLock implements RunLock {
  private readonly beat: NodeJS.Timeout;

  constructor(
    private readonly path: string,
    private readonly id: string,
  ) {
    this.beat = setInterval(() => void this.show(), heartbeat);
    this.beat.unref();
  }

  async requireHeld(): Promise<void> {
    switch (await this.look()) {
      case 'own':
      case 'unknown':
        return;
      case 'other':
        throw new RunLockedError(
          'Another process has taken this training over: nothing more is saved here. Follow it there, or resume it when it has ended.',
        );
      case 'none':
        // A folder that has gone is told by whatever is saved.
        if ((await lstat(dirname(this.path)).catch(() => undefined)) === undefined) return;
        throw new RunLockedError(
          `The file ${lockFile} of this training was removed, so that another process may train here: nothing more is saved. Resume the training to go on from its last checkpoint.`,
        );
    }
  }

  async release(): Promise<void> {
    clearInterval(this.beat);
    if (await this.remove()) return;
    const again = setInterval(() => void this.remove().then((isOver) => isOver && clearInterval(again)), heartbeat);
    again.unref();
  }

  /** @returns whether there is nothing left to remove */
  private async remove(): Promise<boolean> {
    if ((await this.look()) !== 'own') return true;
    return rm(this.path, { force: true }).then(
      () => true,
      () => false,
    );
  }

  /** Whose lock there is. */
  private async look(): Promise<'own' | 'other' | 'none' | 'unknown'> {
    try {
      return parseOwner(await readRegularText(this.path))?.id === this.id ? 'own' : 'other';
    } catch (error) {
      if (error instanceof UnsafePathError) return 'other';
      return isCode(error, 'ENOENT') ? 'none' : 'unknown';
    }
  }

  /**
   * Writes a byte of it again: so its time is that of the file system's clock, on a server too, where a time that is set
   * would be this machine's. One that isn't this lock any more is left alone.
   */
  private async show(): Promise<void> {
    try {
      const { O_NOFOLLOW = 0 } = constants as Partial<typeof constants>;
      const file = await open(this.path, constants.O_RDWR | O_NOFOLLOW);
      try {
        const text = await file.readFile('utf8');
        if (parseOwner(text)?.id !== this.id) return;
        await file.write(text.slice(0, 1), 0);
        await file.sync();
      } finally {
        await file.close();
      }
    } catch {
      // The next beat may come through.
    }
  }
}

/**
 * Removes a lock that nobody is behind. Of several processes that find the same one only one may, and it looks again first,
 * by the file system's clock: another may have removed it and put its own in its place by now.
 * @throws StorageError; UnsafePathError where what is there is a folder
 */
async function removeStale(path: string): Promise<'removed' | 'held' | 'leaving' | 'not my turn'> {
  const turn = join(dirname(path), turnFile);
  try {
    await (await open(turn, 'wx')).close();
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw storageError(error, turn);
    const { mtimeMs } = await stat(turn).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > longestTurn) await rm(turn, { force: true }).catch(() => undefined);
    return 'not my turn';
  }
  try {
    const { mtimeMs: now } = await stat(turn);
    const state = await stateOfLock(path, now);
    if (state !== 'stale') return state;
    if ((await lstat(path).catch(() => undefined))?.isDirectory() === true) {
      throw new UnsafePathError(`${path} is a folder, where Textloom keeps a file: rename or remove it.`);
    }
    await rm(path, { force: true });
    return 'removed';
  } catch (error) {
    throw storageError(error, path);
  } finally {
    await rm(turn, { force: true }).catch(() => undefined);
  }
}

/** @returns whether the lock is this one's now. @throws StorageError, with nothing left of it */
async function create(path: string, id: string, trainedIn: TrainedIn | undefined): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    try {
      await file.writeFile(JSON.stringify(thisOwner(id, trainedIn)));
    } catch (error) {
      await rm(path, { force: true }).catch(() => undefined);
      throw error;
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw storageError(error, path);
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
