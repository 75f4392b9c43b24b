import { resolve } from 'node:path';
import { readTextFile } from '../corpus/readTextFile';
import { normalizedFor } from '../corpus/tokenizers/normalizing';
import { UnreadableError } from '../corpus/unreadable';
import { saveCopyIndex } from '../generation/copies/copyFile';
import type { CopyIndex } from '../generation/copies/copyIndex';
import { type Copy, longestApart, spansIn } from '../generation/copies/copyWatch';
import { indexCorpus } from '../generation/copies/indexCorpus';
import { ModelError } from '../model/modelError';
import { type CorpusRecipe, readCorpusRecipe } from './corpusFile';

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
  const { source, options } = await readCorpusRecipe(folder);
  await saveCopyIndex(folder, await indexCorpus(source, signal === undefined ? {} : { signal }, options));
}

/**
 * The passages of a text, of at least so many units, that stand in a model's corpus: from end to end where its files are
 * here as they were, else as far as the index vouches for.
 */
export async function copiesOfModel(
  folder: string,
  index: CopyIndex,
  text: string,
  shortest: number,
): Promise<readonly Copy[]> {
  const spans = spansIn(text, index, shortest);
  const corpus = spans.length === 0 ? null : await corpusOf(folder);
  const documents = new Map<string, Promise<string | null>>();
  const copies: Copy[] = [];
  for (const span of spans) {
    const { document: name } = span;
    if (corpus !== null && !documents.has(name)) documents.set(name, textOf(corpus, name));
    const document = await documents.get(name);
    copies.push(typeof document === 'string' ? extended(span, text, document) : span);
  }
  return longestApart(copies.filter(({ length }) => length >= shortest));
}

/** A span with what else is the same on both sides of it; as it is where the document has changed, and lacks it. */
function extended(span: Copy, text: string, document: string): Copy {
  const place = nearestPlace(document, text.slice(span.start, span.start + span.length), span.offset);
  if (place < 0) return span;
  let before = 0;
  while (before < Math.min(span.start, place) && text[span.start - before - 1] === document[place - before - 1])
    before++;
  let length = span.length;
  const most = Math.min(text.length - span.start, document.length - place);
  while (length < most && text[span.start + length] === document[place + length]) length++;
  return { ...span, start: span.start - before, offset: place - before, length: before + length };
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
async function corpusOf(folder: string): Promise<CorpusRecipe | null> {
  try {
    return await readCorpusRecipe(folder);
  } catch (error) {
    if (error instanceof ModelError) return null;
    throw error;
  }
}

/** The file of a document. */
function pathOf({ source }: CorpusRecipe, name: string): string {
  return resolve(source.root, name);
}

/** Text of a document's file, as a model reads it; null where it can't be read. */
async function textOf(corpus: CorpusRecipe, name: string): Promise<string | null> {
  try {
    return normalizedFor(corpus.options, await readTextFile(pathOf(corpus, name)));
  } catch (error) {
    if (error instanceof UnreadableError) return null;
    throw error;
  }
}

/** Of the places where a passage stands in a text, the one nearest to an offset; -1 where there is none. */
function nearestPlace(text: string, passage: string, offset: number): number {
  let nearest = -1;
  for (let place = text.indexOf(passage); place >= 0; place = text.indexOf(passage, place + 1)) {
    if (nearest < 0 || Math.abs(place - offset) < Math.abs(nearest - offset)) nearest = place;
  }
  return nearest;
}

/** The line on which a passage begins, from 1: of its places the one nearest to where it was found. */
function lineOf(text: string, { text: passage, offset }: CopiedPassage): number | null {
  const nearest = nearestPlace(text, passage, offset);
  if (nearest < 0) return null;
  let line = 1;
  for (let end = text.indexOf('\n'); end >= 0 && end < nearest; end = text.indexOf('\n', end + 1)) line++;
  return line;
}
