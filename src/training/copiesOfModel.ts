import { resolve } from 'node:path';
import { readTextFile } from '../corpus/readTextFile';
import { UnreadableError } from '../corpus/unreadable';
import { saveCopyIndex } from '../generation/copies/copyFile';
import { indexCorpus } from '../generation/copies/indexCorpus';
import { readCorpusRecipe } from './corpusFile';

/** A passage that a model has copied. */
export interface CopiedPassage {
  /** As the index names it. */
  readonly document: string;
  /** About how many code units stand before it in the document. */
  readonly offset: number;
  readonly text: string;
}

/** Where a passage stands, for an editor to open. */
export interface SourceLine {
  /** Absolute path of the file. */
  readonly path: string;
  /** From 1; null where the file has changed, and the passage isn't there any more. */
  readonly line: number | null;
}

/**
 * Indexes what a model was trained on, so that copies of it are found in what the model writes.
 * @throws ModelError where it isn't known here what that was; StorageError
 */
export async function indexCopies(folder: string, signal?: AbortSignal): Promise<void> {
  const { source } = await readCorpusRecipe(folder);
  await saveCopyIndex(folder, await indexCorpus(source, signal === undefined ? {} : { signal }));
}

/** Where each passage stands now; null for one whose document is no file. @throws ModelError as {@link indexCopies} */
export async function locateCopies(
  folder: string,
  passages: readonly CopiedPassage[],
): Promise<readonly (SourceLine | null)[]> {
  const { source } = await readCorpusRecipe(folder);
  return Promise.all(
    passages.map(async (passage) => {
      const path = resolve(source.root, passage.document);
      const text = await readTextFile(path).catch((error: unknown) => {
        if (error instanceof UnreadableError) return null;
        throw error;
      });
      return text === null ? null : { path, line: lineOf(text, passage) };
    }),
  );
}

/** The line on which a passage begins, from 1: of its places the one nearest to where it was found. */
function lineOf(text: string, { text: passage, offset }: CopiedPassage): number | null {
  let nearest = -1;
  for (let place = text.indexOf(passage); place >= 0; place = text.indexOf(passage, place + 1)) {
    if (nearest < 0 || Math.abs(place - offset) < Math.abs(nearest - offset)) nearest = place;
  }
  if (nearest < 0) return null;
  let line = 1;
  for (let end = text.indexOf('\n'); end >= 0 && end < nearest; end = text.indexOf('\n', end + 1)) line++;
  return line;
}
