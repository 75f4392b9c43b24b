import { accessSync, constants } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { CorpusSource, Document } from './corpus';

/**
 * A source as it is read again later. A text that stood in for a file goes where the file can be read by now, else it
 * would hide for ever what has become of the file since; what isn't saved at this time comes in its place.
 * @param fresh Texts that are nowhere on disk as they are, now. With any of a virtual file system, those before are gone.
 */
export function renewedSource(source: CorpusSource, fresh: readonly Document[] = []): CorpusSource {
  const names = new Set(fresh.map(({ name }) => name));
  const isReread = fresh.some(({ virtual }) => virtual === true);
  const kept = source.documents.filter((document) => {
    if (document.virtual) return !isReread;
    return !names.has(document.name) && !isOnDisk(document, source);
  });
  return { ...source, documents: [...kept, ...fresh] };
}

/** Whether a document stands in for a file of the source that can be read. */
function isOnDisk({ name }: Document, { paths, root }: CorpusSource): boolean {
  const file = resolve(root, name);
  if (!paths.some((path) => isWithin(file, path))) return false;
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether a path is a folder or lies below it. */
function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}
