import { plural } from '../base/format';
import { CorpusError, type CorpusSummary, reasonText } from './corpus';
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
  if (unreadable === total) {
    return new CorpusError(
      'unreadable',
      `${plural(total, 'file')} could not be read: check that the path is right and that you may read what is there.`,
    );
  }
  const reasons = skipped.map(({ reason, files }) => `${files} ${reasonText(reason)}`).join(', ');
  return new CorpusError(
    'empty',
    `No text is left to train on, since every file was left out (${reasons}): pick other files or change the filters.`,
  );
}
