/** Removing what is inside a root, and never what a link leads to: see insideRoot.ts. */
import { lstat, mkdtemp, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { storageError } from './disk';
import { isSame, lookAt, lookInside } from './insideRoot';
import { markFile, markOwn } from './ownFolder';
import { UnsafePathError } from './unsafePath';

/**
 * Removes a file, a folder with all that it holds, or a link, never what a link leads to. It is first moved into a folder
 * whose name nobody knows, and looked at again there: what was put in its place in between is put back.
 * @param aside an existing folder below the root on the same disk, in which that folder is made
 * @throws UnsafePathError, with everything as it was; StorageError
 */
export async function removeInside(root: string, path: string, aside = dirname(path)): Promise<void> {
  const before = await lookAt(root, path);
  if (before === undefined) return;
  await lookInside(root, aside);
  try {
    const hidden = await mkdtemp(join(aside, hiddenPrefix));
    // A mark that is removed doesn't take the place of the hidden folder's own.
    const moved = join(hidden, basename(path) === markFile ? 'mark' : basename(path));
    try {
      await markOwn(hidden);
      await rename(path, moved);
      const after = await lstat(moved, { bigint: true }).catch(() => undefined);
      if (after === undefined || !isSame(before, after)) {
        // Before anything else: from here on nobody may take what is in there for something to be swept.
        await rm(join(hidden, markFile), { force: true });
        await rename(moved, path);
        throw new UnsafePathError(`${path} was replaced while it was being removed, and is left alone.`);
      }
      await rm(moved, { recursive: true, force: true });
    } finally {
      // What could not be put back stays in there for good; what could not be removed, with its mark, until it is swept.
      if ((await lstat(moved).catch(() => undefined)) === undefined) {
        await rm(join(hidden, markFile), { force: true }).catch(() => undefined);
        await rmdir(hidden).catch(() => undefined);
      }
    }
  } catch (error) {
    throw storageError(error, path);
  }
}

/** How folders begin that are only there while something is being made or removed. */
export const hiddenPrefix = '.incoming-';
