import { accessSync, constants, existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { formatCount, plural } from '../base/format';
import { CorpusError, type CorpusSource, type CorpusSummary, keepableReasons, reasonText } from './corpus';
import { slashed } from './select/gitignore';
import type { Tokenizer } from './tokenizers/tokenizer';

/** Code points below which nothing can be learned, let alone held out. */
const fewestCharacters = 2000;

/** Tokens of the training part that are needed for a single batch of a few streams. */
const fewestTokens = 64;

/** @throws CorpusError where there is too little text to train on; its message says what would help. */
export function requireText(summary: CorpusSummary): void {
  if (summary.files === 0) throw nothingLeft(summary);
  if (summary.characters >= fewestCharacters) return;
  const found = plural(summary.characters, 'character');
  throw new CorpusError(
    'too small',
    `The text has ${found}, and training needs at least ${plural(fewestCharacters, 'character')}: pick more files.`,
  );
}

/** @throws CorpusError where the weights of a corpus leave hardly anything of it to train on. */
export function requireTraining(tokens: number): void {
  if (tokens > fewestTokens) return;
  const message = 'Its weights leave nothing of this text to train on: raise them, or pick more files.';
  throw new CorpusError('too small', message);
}

/** @throws CorpusError where a vocabulary learned from a text has nothing in it but blanks. */
export function requireWritable({ symbols }: Pick<Tokenizer, 'symbols'>): void {
  if (symbols === null || symbols.some((symbol) => symbol.trim() !== '')) return;
  const message = 'No word of this text comes twice, so the model could write nothing: use characters instead.';
  throw new CorpusError('too small', message);
}

function nothingLeft({ skipped }: CorpusSummary): CorpusError {
  const total = skipped.reduce((sum, { files }) => sum + files, 0);
  if (total === 0) return new CorpusError('empty', 'There is no text here: pick a folder or files that have some.');
  const unreadable = skipped.find(({ reason }) => reason === 'unreadable')?.files ?? 0;
  const reasons = skipped
    .map(({ reason, files, examples }) => `${reasonText(reason)}: ${namesOf(files, examples)}`)
    .join('; ');
  if (unreadable === total) {
    return new CorpusError(
      'unreadable',
      `${plural(total, 'file')} could not be read (${reasons}): check that you may read what is there.`,
    );
  }
  const isKeepable = skipped.some(({ reason }) => keepableReasons.some((keepable) => keepable === reason));
  const remedy = isKeepable
    ? 'name files in "also" of textloom.json or with --also, or such a rule in "keep" or with --keep, to have them read all the same'
    : 'pick other files';
  return new CorpusError(
    'empty',
    `No text is left to train on, since every file was left out (${reasons}): ${remedy}.`,
  );
}

/** "one.js, two.js and 3 more" */
function namesOf(files: number, examples: readonly string[]): string {
  const shown = examples.slice(0, 3);
  return files > shown.length ? `${shown.join(', ')} and ${formatCount(files - shown.length)} more` : shown.join(', ');
}

/**
 * What was named has to be there: it isn't passed over like a file that a walk has found. A text that stands in for it will do.
 * @param whose Added to the sentence: what the path is needed for.
 * @throws CorpusError
 */
export function requireNamedPaths({ paths, root, documents }: CorpusSource, whose = ''): void {
  for (const path of paths) {
    const way = slashed(relative(root, path));
    if (documents.some(({ name }) => resolve(root, name) === path)) continue;
    const shown = way === '' || way.startsWith('../') ? path : way;
    if (!existsSync(path)) throw new CorpusError('missing', `There is no ${shown}${whose}.`);
    try {
      accessSync(path, constants.R_OK);
    } catch {
      throw new CorpusError('unreadable', `You may not read ${shown}${whose}.`);
    }
  }
}
