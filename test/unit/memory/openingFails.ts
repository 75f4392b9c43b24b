import files from 'node:fs/promises';
import { basename } from 'node:path';
import { memoryFile } from '../../../src/memory/memoryFile';

/** Runs a task while no memory can be opened, as where a disk or a virus scanner is in the way. */
export async function whileOpeningFails(code: string, task: () => Promise<void>): Promise<void> {
  const { open } = files;
  files.open = (path, ...rest) => {
    if (basename(String(path)) !== memoryFile) return open(path, ...rest);
    return Promise.reject(Object.assign(new Error(`${code}: open`), { code }));
  };
  try {
    await task();
  } finally {
    files.open = open;
  }
}
