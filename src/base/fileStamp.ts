import { stat } from 'node:fs/promises';

/**
 * What tells one state of some files from another: a file that is written anew, in its place or under its name, has another
 * inode, size or time. A file that isn't there counts too.
 */
export async function fileStamp(paths: readonly string[]): Promise<string> {
  const files = await Promise.all(paths.map((path) => stat(path, { bigint: true }).catch(() => undefined)));
  return files.map((file) => (file === undefined ? '-' : `${file.ino} ${file.size} ${file.mtimeNs}`)).join();
}
