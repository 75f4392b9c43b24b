import { isWithin } from '../base/paths';
/**
 * A path inside a root. What lies below a root may have come with it, from anybody: a clone, an archive, a share. The root
 * itself was chosen by the user and may be a link; below it no link is gone through, whether to read, to write, to move or
 * to remove.
 */
import type { BigIntStats, Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { storageError } from './disk';
import { UnsafePathError } from './unsafePath';

/** Where one would be if nothing were a link: below the root, or the root itself. */
function isBelow(root: string, path: string): boolean {
  return isWithin(resolve(path), resolve(root));
}

/**
 * What is at a path, without going through a link: not on the way, and not at its end.
 * @returns undefined where nothing is there.
 * @throws UnsafePathError where a link is on the way or at its end, or the path leads out of the root
 */
export async function lookInside(root: string, path: string): Promise<BigIntStats | undefined> {
  const stats = await lookAt(root, path);
  if (stats?.isSymbolicLink() === true) throw linked(path);
  return stats;
}

/** As {@link lookInside}, but for a link at the end of the path, which is seen as one. */
export async function lookAt(root: string, path: string): Promise<BigIntStats | undefined> {
  if (!isBelow(root, path)) throw new UnsafePathError(`${path} is outside of ${root}.`);
  const steps = stepsTo(root, path);
  const above: BigIntStats[] = [];
  for (const step of steps.slice(0, -1)) {
    const stats = await lstatOf(step);
    if (stats === undefined) return undefined;
    if (stats.isSymbolicLink()) throw linked(step);
    above.push(stats);
  }
  const stats = await lstatOf(path);
  // A folder on the way that was replaced before the last look would have led that astray.
  for (const [index, before] of above.entries()) {
    const step = steps[index] ?? path;
    const after = await lstatOf(step);
    if (after === undefined || !isSame(before, after))
      throw new UnsafePathError(`${step} was replaced while it was read.`);
  }
  return stats;
}

async function lstatOf(path: string): Promise<BigIntStats | undefined> {
  return lstat(path, { bigint: true }).catch((error: unknown) => {
    if (isAbsent(error)) return undefined;
    throw storageError(error, path);
  });
}

/** What a folder holds, links among it as what they are. None where it isn't there. @throws UnsafePathError as {@link lookInside} */
export async function entriesInside(root: string, folder: string): Promise<readonly Dirent[]> {
  const before = await lookInside(root, folder);
  if (before?.isDirectory() !== true) return [];
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw storageError(error, folder);
  });
  await requireSame(root, folder, before);
  return entries;
}

/** Whether two looks saw one and the same file or folder. */
export function isSame(one: BigIntStats, other: BigIntStats): boolean {
  return one.dev === other.dev && one.ino === other.ino;
}

/** @throws UnsafePathError where something else is at a path by now */
async function requireSame(root: string, path: string, before: BigIntStats): Promise<void> {
  const after = await lookInside(root, path);
  if (after === undefined || !isSame(before, after))
    throw new UnsafePathError(`${path} was replaced while it was read.`);
}

/** The path itself and every folder above it that is below the root, from the top. */
function stepsTo(root: string, path: string): readonly string[] {
  const way = relative(resolve(root), resolve(path)).split(sep).filter(Boolean);
  return way.map((_, index) => join(resolve(root), ...way.slice(0, index + 1)));
}

function linked(path: string): UnsafePathError {
  return new UnsafePathError(
    `${path} is a link, which is not followed: name the folder that it leads to, or remove it.`,
  );
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
