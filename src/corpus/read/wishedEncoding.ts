import { basename, extname, isAbsolute, relative, sep } from 'node:path';
import type { CorpusSource, EncodingWish } from '../corpus';
import { isEncoding } from './encoding';
import type { Encoding } from './reading';

/** The encoding that a user has set for a file on disk; undefined where none is, or none that there is. */
export function wishedEncoding({ encodings = [] }: CorpusSource, path: string): Encoding | undefined {
  const wish = encodings.findLast((each) => fits(each, path));
  return wish !== undefined && isEncoding(wish.encoding) ? wish.encoding : undefined;
}

function fits({ folder, languages }: EncodingWish, path: string): boolean {
  const way = relative(folder, path);
  if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) return false;
  const name = basename(path).toLowerCase();
  return languages === undefined || languages.includes(extname(name).slice(1)) || languages.includes(name);
}
