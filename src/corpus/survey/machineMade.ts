import type { KeepableReason } from '../corpus';
import { isCode, isProse } from '../select/names';

/** Code units in which a generator puts its mark. */
const headerLength = 2048;
const sampleLength = 64 * 1024;
/** Code units a line, on average, above which nobody wrote it by hand. */
const longestMeanLine = 300;

/** A comment, or a line of one, in most languages. */
const commentLine = /^[ \t]*(?:\/\/|\/\*|\*|#|--|;|%|<!--|"{3}|'{3}|\{-|\(\*|REM\b).*$/gim;

/**
 * Whether a machine wrote a file, by how its text begins; null where nothing says so. A generator leaves its mark in a comment of
 * code; what is minified has long lines, and looks it. A long line alone is a paragraph.
 */
export function machineMade(start: string, language: string): Extract<KeepableReason, 'generated' | 'minified'> | null {
  if (isCode(language) && hasGeneratorsMark(start.slice(0, headerLength))) return 'generated';
  return !isProse(language) && looksMinified(start.slice(0, sampleLength), isCode(language)) ? 'minified' : null;
}

function hasGeneratorsMark(header: string): boolean {
  const comments = header.match(commentLine)?.join('\n') ?? '';
  if (/@generated\b|\bauto-?generated\b/i.test(comments)) return true;
  return /\bgenerated\b/i.test(comments) && /\bdo not (?:edit|modify)\b/i.test(comments);
}

/** Share of blanks below which words don't stand apart, of brackets and operators above which it is code, of letters in data. */
const looks = { blanks: 0.1, signs: 0.1, letters: 0.4 } as const;

function looksMinified(sample: string, code: boolean): boolean {
  if (sample.length / sample.split('\n').length <= longestMeanLine) return false;
  const share = (pattern: RegExp) => (sample.match(pattern)?.length ?? 0) / sample.length;
  const isDense = share(/\s/g) < looks.blanks && share(/[{}()[\]<>;,:=&|+*!?"'`]/g) > looks.signs;
  if (isDense) return share(/[{}()[\]<>;=]/g) > looks.signs / 4;
  // Paths of drawings, coordinates, numbers, what is encoded as letters: in a file of code they are data.
  const encoded = (sample.match(/[\w+/=-]{500,}/g) ?? []).reduce((sum, run) => sum + run.length, 0);
  return code && (share(/\p{L}/gu) < looks.letters || encoded > sample.length / 2);
}

/** Comment lines at the start of a file, as most programming languages write them. */
const commentStart =
  /^(?:#!.*\n)?\s*(?:\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->|"""[\s\S]*?"""|(?:[ \t]*(?:\/\/|#|--|;+|%|\*).*\n?)+)[ \t]*\n*/;
const legal = /copyright|licen[cs]e|SPDX-|all rights reserved|©/i;

/** A longer block isn't a header. */
const mostUnits = 20_000;

/** The comment about licence or copyright that a source file starts with, with the blank lines after it; empty without one. */
export function licenceHeader(text: string): string {
  const header = commentStart.exec(text.slice(0, mostUnits))?.[0] ?? '';
  return legal.test(header) ? header : '';
}
