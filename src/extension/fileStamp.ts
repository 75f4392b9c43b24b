import { stat } from 'node:fs/promises';

/** What tells one state of some files from another, by their numbers, sizes and times: a file that is replaced is a new one. */
export async function stampOf(paths: readonly string[]): Promise<string> {
  const files = await Promise.all(paths.map((path) => stat(path, { bigint: true }).catch(() => undefined)));
  return files.map((file) => (file === undefined ? '-' : `${file.ino} ${file.size} ${file.mtimeNs}`)).join();
}
