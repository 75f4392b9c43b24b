import { spawnSync } from 'node:child_process';
import promises from 'node:fs/promises';
import { Killed } from './failingDisk';

/** The file operations that code under test may have another process come before, or die at. */
const operations = [
  'lstat',
  'stat',
  'readdir',
  'realpath',
  'open',
  'readFile',
  'writeFile',
  'mkdir',
  'mkdtemp',
  'rename',
  'rm',
  'rmdir',
  'copyFile',
  'cp',
  'link',
] as const;

/** The number of a process that has ended. */
const dead = spawnSync(process.execPath, ['--version']).pid;

/** Runs code on the real disk, and has something happen before each of its file operations, which are counted from 0. */
async function watched(before: (count: number) => void, run: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const disk = promises as unknown as Record<string, (...args: unknown[]) => unknown>;
  const real = operations.map((name) => [name, disk[name]] as const);
  for (const [name, operation] of real) {
    disk[name] = (...args) => {
      try {
        before(count++);
      } catch (error) {
        return Promise.reject(error instanceof Error ? error : new Error(String(error)));
      }
      return operation?.(...args);
    };
  }
  try {
    await run().catch(() => undefined);
  } finally {
    for (const [name, operation] of real) if (operation) disk[name] = operation;
  }
  return count;
}

/**
 * Has something happen right before the `at`th file operation of code, as another process might do it.
 * @returns how many operations it took; whether it failed is its own business
 */
export async function interfere(at: number, happen: () => void, run: () => Promise<unknown>): Promise<number> {
  return watched((count) => {
    if (count === at) happen();
  }, run);
}

/**
 * Has the process that runs code die before its `at`th file operation: none comes after it, clean-up neither, and its number
 * belongs to nobody.
 * @returns how many operations it took, or tried to take
 */
export async function dieAt(at: number, run: () => Promise<unknown>): Promise<number> {
  const own = Object.getOwnPropertyDescriptor(process, 'pid')!;
  Object.defineProperty(process, 'pid', { ...own, value: dead });
  try {
    return await watched((count) => {
      if (count >= at) throw new Killed();
    }, run);
  } finally {
    Object.defineProperty(process, 'pid', own);
  }
}
