import promises from 'node:fs/promises';

/** The file operations that code under test may have another process come before. */
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
] as const;

/**
 * Runs code on the real disk, and has something happen right before its `at`th file operation, counted from 0, as another
 * process might do it.
 * @returns how many operations it took; whether it failed is its own business
 */
export async function interfere(at: number, happen: () => void, run: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const disk = promises as unknown as Record<string, (...args: unknown[]) => unknown>;
  const real = operations.map((name) => [name, disk[name]!] as const);
  for (const [name, operation] of real) {
    disk[name] = (...args) => {
      if (count++ === at) happen();
      return operation(...args);
    };
  }
  try {
    await run().catch(() => undefined);
  } finally {
    for (const [name, operation] of real) disk[name] = operation;
  }
  return count;
}
