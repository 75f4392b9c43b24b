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
