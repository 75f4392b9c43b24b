import { isProse } from '../select/names';

/** Code units in which a generator puts its mark. */
const headerLength = 2048;
const sampleLength = 64 * 1024;
/** Code units a line, on average, above which nobody wrote it by hand. */
const longestMeanLine = 300;

/** Whether a machine wrote a file, by how its text begins; null where nothing says so. */
export function machineMade(start: string, language: string): 'generated' | 'minified' | null {
  if (isProse(language)) return null;
  const header = start.slice(0, headerLength);
  if (/@generated\b|\bauto-?generated\b/i.test(header)) return 'generated';
  if (/\bgenerated\b/i.test(header) && /\bdo not (?:edit|modify)\b/i.test(header)) return 'generated';
  const sample = start.slice(0, sampleLength);
  return sample.length / sample.split('\n').length > longestMeanLine ? 'minified' : null;
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
