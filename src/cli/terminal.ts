import { visible, visibleLines } from '../base/visible';

/** The door to the terminal: whatever is printed goes through here (a lint rule), so that no name or text steers it. */

const clearLine = '\r\u001b[2K';

/** Prints a line for people. */
export function say(line: string): void {
  console.log(visible(line));
}

/** Prints text of several lines for people, all of it Textloom's own. */
export function sayLines(text: string): void {
  console.log(visibleLines(text));
}

/** Prints a sentence for people on standard error. */
export function complain(sentence: string): void {
  console.error(visible(`textloom: ${sentence}`));
}

/** Prints an object as a line of JSON, for programs; a terminal that shows it isn't steered either. */
export function sayJson(object: object): void {
  console.log(jsonLine(object));
}

/** JSON of one line in which every character that can't be seen is escaped. */
function jsonLine(object: object): string {
  return JSON.stringify(object).replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029\ufeff]/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Prints a document for programs, as it is: a page of HTML. */
export function sayDocument(text: string): void {
  console.log(text);
}

/** Writes a piece of a text that was asked for: as it is into a file or a pipe, visibly to a terminal. */
export function writePiece(piece: string): void {
  process.stdout.write(process.stdout.isTTY ? visibleLines(piece) : piece);
}

/** Lines for people, and below them, where somebody looks, one that changes. */
export interface Screen {
  readonly line: (text: string) => void;
  readonly draw: (text: string) => void;
}

/** The screen that there is: a terminal with a person before it, or a pipe or log, where what changes isn't shown. */
export function screen(): Screen {
  if (!process.stdout.isTTY) return { line: say, draw: () => undefined };
  return {
    line: (text) => console.log(clearLine + visible(text)),
    draw: (text) => void process.stdout.write(clearLine + visible(text).slice(0, process.stdout.columns - 1)),
  };
}

/** Whoever reads standard output may have had enough, as `head` has: the process ends then. */
export function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}
