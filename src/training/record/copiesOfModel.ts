import { resolve } from 'node:path';
import { readTextFile } from '../../corpus/read/readTextFile';
import { UnreadableError } from '../../corpus/read/textFile';
import { wishedEncoding } from '../../corpus/read/wishedEncoding';
import { Reach, realPathOf } from '../../corpus/select/reach';
import { normalizedFor } from '../../corpus/tokenizers/normalizing';
import { nearestPlace, type ReadDocument, wholeCopy } from '../../generation/copies/copyExtent';
import { saveCopyIndex } from '../../generation/copies/copyFile';
import type { CopyIndex } from '../../generation/copies/copyIndex';
import { type Copy, longestApart, spansIn } from '../../generation/copies/copyWatch';
import { indexCorpus } from '../../generation/copies/indexCorpus';
import { type ItemContext, itemCopies } from '../../generation/copies/itemCopies';
import { ModelError } from '../../model/modelError';
import { type CorpusManifest, readCorpusManifest } from './corpusManifest';

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
  const { source, options } = await readCorpusManifest(folder);
  await saveCopyIndex(folder, await indexCorpus(source, signal === undefined ? {} : { signal }, options));
}

/**
 * The passages of a text, of at least so many units, that stand in a model's corpus: from end to end where its files are
 * here as they were, else as far as the index vouches for. Of a corpus that is made of items, whole ones of any length too.
 */
export async function copiesOfModel(
  folder: string,
  index: CopyIndex,
  text: string,
  shortest: number,
  items: ItemContext = { begun: '', isComplete: false },
): Promise<readonly Copy[]> {
  const documentOf = documentsOf(folder);
  const copies: Copy[] = [];
  for (const span of spansIn(text, index, shortest)) {
    const document = await documentOf(span.document);
    copies.push(document === null ? span : wholeCopy(span, text, document));
  }
  return longestApart([...copies.filter(({ length }) => length >= shortest), ...itemCopies(text, index, items)]);
}

/** Reads the documents that a model was trained on, as they are now: each of them once, and none before it is asked for. */
export function documentsOf(folder: string): ReadDocument {
  const documents = new Map<string, Promise<string | null>>();
  let finding: Promise<CorpusManifest | null> | undefined;
  const read = async (name: string): Promise<string | null> => {
    const corpus = await (finding ??= corpusOf(folder));
    return corpus === null ? null : textOf(corpus, name);
  };
  return (name) => {
    const reading = documents.get(name) ?? read(name);
    documents.set(name, reading);
    return reading;
  };
}

/** Where each passage stands now; null for one whose document is no file, or not known here: the model was imported. */
export async function locateCopies(
  folder: string,
  passages: readonly CopiedPassage[],
): Promise<readonly (SourceLine | null)[]> {
  const corpus = await corpusOf(folder);
  if (corpus === null) return passages.map(() => null);
  return Promise.all(
    passages.map(async (passage) => {
      const text = await textOf(corpus, passage.document);
      return text === null ? null : { path: pathOf(corpus, passage.document), line: lineOf(text, passage) };
    }),
  );
}

/** What a model was trained on; null where that isn't known here. */
async function corpusOf(folder: string): Promise<CorpusManifest | null> {
  try {
    return await readCorpusManifest(folder);
  } catch (error) {
    if (error instanceof ModelError) return null;
    throw error;
  }
}

/** The file of a document. */
function pathOf({ source }: CorpusManifest, name: string): string {
  return resolve(source.root, name);
}

/** The index came with the model, and may name any file: only those of its corpus are read. */
function reachOf({ source }: CorpusManifest): Reach {
  const reach = new Reach(source.root);
  for (const path of source.paths) reach.add(path);
  return reach;
}

/** Text of a document's file, as a model reads it; null where it can't be read. */
async function textOf(corpus: CorpusManifest, name: string): Promise<string | null> {
  try {
    const path = realPathOf(pathOf(corpus, name));
    if (path === null || !reachOf(corpus).holds(path)) return null;
    const { text } = await readTextFile(path, wishedEncoding(corpus.source, path));
    return normalizedFor(corpus.options, text);
  } catch (error) {
    if (error instanceof UnreadableError) return null;
    throw error;
  }
}

/** The line on which a passage begins, from 1: of its places the one nearest to where it was found. */
function lineOf(text: string, { text: passage, offset }: CopiedPassage): number | null {
  const nearest = nearestPlace(text, passage, offset);
  if (nearest < 0) return null;
  let line = 1;
  for (let end = text.indexOf('\n'); end >= 0 && end < nearest; end = text.indexOf('\n', end + 1)) line++;
  return line;
}
