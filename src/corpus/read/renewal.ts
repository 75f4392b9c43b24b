import { accessSync, constants } from 'node:fs';
import { resolve } from 'node:path';
import { isWithin } from '../../base/paths';
import type { CorpusSource, Document } from '../corpus';

/** What this process can't read of a source, as it is now. */
export interface FreshTexts {
  /** Files that aren't saved, as they are on screen. */
  readonly documents: readonly Document[];
  /** Files of other file systems, handed over anew: see {@link CorpusSource.spool}. Left out: they are as they were. */
  readonly spool?: string;
}

/**
 * A source as it is read again later. A text that stood in for a file goes where the file can be read by now, else it
 * would hide for ever what has become of the file since; what isn't saved at this time comes in its place.
 */
export function renewedSource(source: CorpusSource, fresh: FreshTexts = { documents: [] }): CorpusSource {
  const names = new Set(fresh.documents.map(({ name }) => name));
  const kept = source.documents.filter((document) => !names.has(document.name) && !isOnDisk(document, source));
  const documents = [...kept, ...fresh.documents];
  return { ...source, documents, ...(fresh.spool !== undefined && { spool: fresh.spool }) };
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
