import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Loads a module of scripts/ as it is: a bundle would not know where it lies. */
export async function loadScript<T>(path: string): Promise<T> {
  return (await import(pathToFileURL(join(process.cwd(), 'scripts', path)).href)) as T;
}
