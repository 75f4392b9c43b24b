import { dirname, parse, relative, sep } from 'node:path';
import { isWithin } from '../../base/paths';

/** The deepest folder that holds all of these absolute paths; undefined for none, or for paths on different drives. */
export function commonFolder(folders: readonly string[]): string | undefined {
  const [first, ...others] = folders;
  if (first === undefined) return undefined;
  let common = first;
  for (const folder of others) {
    while (!isWithin(folder, common)) {
      if (common === parse(common).root) return undefined;
      common = dirname(common);
    }
  }
  return common;
}

/** How a corpus names a file: relative to its root, with forward slashes. */
export function corpusName(path: string, root: string): string {
  const way = isWithin(path, root) ? relative(root, path) : path;
  return sep === '/' ? way : way.replaceAll(sep, '/');
}
