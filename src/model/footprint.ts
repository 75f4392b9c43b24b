import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes that the files of a model folder take, not counting what is kept aside in folders below it. */
export async function folderSize(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  // A file may go while this looks: a training replaces its files.
  const sizes = await Promise.all(
    files.map(({ name }) =>
      lstat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
