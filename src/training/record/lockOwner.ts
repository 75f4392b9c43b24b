/**
 * What the lock of a run says of its owner, and whether there still is one. On this machine the system is asked: a process
 * that lives holds its lock, however long it has been stopped. What runs elsewhere shows by its heartbeat only.
 */
import { lstat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { beginningOf, birthOf, isAlive, isDead, processSpace } from '../../base/processes';
import { lockFile } from '../../model/modelFiles';
import { OversizedFileError, readRegularText } from '../../model/regularFile';
import { UnsafePathError } from '../../model/unsafePath';

/** After how long without a heartbeat an owner elsewhere counts as gone, milliseconds. */
const forgotten = 60_000;

/** A lock without content is being written, if it is no older than this, milliseconds. */
const coming = 2000;

/** Clocks are told to the second, milliseconds. */
const unsharp = 2000;

/** Where a training was begun. */
export type TrainedIn = 'window' | 'terminal';

const ownerSchema = v.object({
  /** Of this taking of the lock, and no other. Older versions gave none. */
  id: v.exactOptional(v.string()),
  process: v.number(),
  parent: v.number(),
  host: v.string(),
  /** See {@link processSpace}. */
  space: v.exactOptional(v.string()),
  /** See {@link birthOf}. */
  birth: v.exactOptional(v.string()),
  /** When the lock was taken, milliseconds since 1970. */
  at: v.exactOptional(v.number()),
  /** Left out by who didn't say. */
  trainedIn: v.exactOptional(v.picklist(['window', 'terminal'])),
});

/** Who holds a lock. */
export type LockOwner = v.InferOutput<typeof ownerSchema>;

/** What a lock says: nobody is behind it, its owner is about to leave (or has only just come), or it holds. */
export type LockState = 'stale' | 'leaving' | 'held';

/** This process as the owner of a lock. */
export function thisOwner(id: string, trainedIn: TrainedIn | undefined): LockOwner {
  const birth = birthOf(process.pid);
  return {
    id,
    process: process.pid,
    parent: process.ppid,
    host: hostname(),
    space: processSpace(),
    ...(birth !== undefined && { birth }),
    at: Date.now(),
    ...(trainedIn && { trainedIn }),
  };
}

/** The owner that the text of a lock names; undefined where it names none. */
export function parseOwner(text: string): LockOwner | undefined {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), ownerSchema), text);
  return parsed.success ? parsed.output : undefined;
}

/** Whether a lock was taken where process ids mean what they mean here. */
function isOfThisMachine({ host, space }: LockOwner): boolean {
  return space === undefined ? host === hostname() : space === processSpace();
}

/** Who trains a model. */
export interface LockHolder {
  /** Null where that isn't known. */
  readonly trainedIn: TrainedIn | null;
  /** Name of another machine; null for this one. */
  readonly machine: string | null;
  /** Id of the process that has begun the training's: of an editor's window, or a shell. */
  readonly parent: number;
}

/** Whether a process trains the model of this folder, in this window, another one or a terminal. */
export async function isBeingTrained(folder: string): Promise<boolean> {
  return (await stateOfLock(join(folder, lockFile))) !== 'stale';
}

/** Who trains the model of this folder; null where nobody does, or is about to end. */
export async function lockHolderOf(folder: string): Promise<LockHolder | null> {
  const path = join(folder, lockFile);
  if ((await stateOfLock(path)) !== 'held') return null;
  const owner = parseOwner(await readRegularText(path).catch(() => ''));
  if (owner === undefined) return null; // It has just been given back.
  const { trainedIn, host, parent } = owner;
  return { trainedIn: trainedIn ?? null, machine: isOfThisMachine(owner) ? null : host, parent };
}

/**
 * A lock that can't be read for now holds: what its owner writes must not be written over.
 * @param now what time it is by the clock that heartbeats are dated by, milliseconds since 1970
 */
export async function stateOfLock(path: string, now = Date.now()): Promise<LockState> {
  try {
    const { mtimeMs } = await lstat(path);
    const age = now - mtimeMs;
    const text = await readRegularText(path);
    if (text === '') return age > coming ? 'stale' : 'leaving';
    const owner = parseOwner(text);
    if (owner === undefined) return 'stale';
    if (!isOfThisMachine(owner)) return age > forgotten ? 'stale' : 'held';
    // One run at a time is a process's own business: a lock of this one was left behind by a thread that died.
    if (owner.process === process.pid || !(await lives(owner, age))) return 'stale';
    return isAlive(owner.parent) ? 'held' : 'leaving';
  } catch (error) {
    const isNone = error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code));
    return isNone || error instanceof UnsafePathError || error instanceof OversizedFileError ? 'stale' : 'held';
  }
}

/** Whether a process of this machine is the one that took a lock, and no other that has got its number since. */
async function lives({ process: id, birth, at }: LockOwner, age: number): Promise<boolean> {
  if (!isAlive(id)) return false;
  if (birth !== undefined) {
    const own = birthOf(id);
    // The system may hide when processes of other users began.
    return own === undefined ? !isDead(id) : own === birth;
  }
  if (age <= forgotten) return true;
  // A lock of an older version, which nothing tells more of.
  if (at === undefined) return false;
  const began = await beginningOf(id);
  return began === undefined || began <= at + unsharp;
}
