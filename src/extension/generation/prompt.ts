import * as vscode from 'vscode';
import type { DocumentText } from '../../generation/readText';
import { promptText } from './promptText';

/** What a model goes on from, as the requests of the background process carry it. */
export interface CursorPrompt {
  readonly prompt: string;
  /** Nothing stands before it. */
  readonly startsDocument: boolean;
  /** How much of it is read at least, UTF-16 units. */
  readonly promptLength: number;
  /** What is read along, where the memory is used so. */
  readonly read?: DocumentText;
}

/** The text before a place, as far back as it is read; in a notebook, the cells above belong to it. */
export function promptBefore(
  document: vscode.TextDocument,
  place: vscode.Position,
  promptLength: number,
): CursorPrompt {
  const most = reach(promptLength);
  // Two UTF-16 units a code point, and as many for a CR LF, are always enough.
  const start = document.positionAt(document.offsetAt(place) - 2 * most);
  const own = document.getText(new vscode.Range(start, place));
  const above = isStart(start) ? cellsAbove(document, most) : '';
  return cut(above + own, isStart(start), promptLength);
}

/** A part of a document, to be written on from alone. */
export function promptOf(document: vscode.TextDocument, range: vscode.Range, promptLength: number): CursorPrompt {
  return cut(document.getText(range), isStart(range.start), promptLength);
}

/** A window of half as much again is sent, in which a start is found that stays where it is as the text grows. */
function reach(promptLength: number): number {
  return Math.ceil(1.5 * promptLength);
}

function cut(text: string, isWhole: boolean, promptLength: number): CursorPrompt {
  const prompt = promptText(text, reach(promptLength));
  const startsDocument = isWhole && promptText(text, text.length).length === prompt.length;
  return { prompt, startsDocument, promptLength };
}

function isStart({ line, character }: vscode.Position): boolean {
  return line === 0 && character === 0;
}

/** The sources of the cells above, as a corpus has them: a blank line between them. At least so many characters. */
export function cellsAbove(document: vscode.TextDocument, characters: number): string {
  if (document.uri.scheme !== 'vscode-notebook-cell') return '';
  const cells = vscode.workspace.notebookDocuments
    .map((notebook) => notebook.getCells())
    .find((each) => each.some((cell) => cell.document === document));
  const index = cells?.findIndex((cell) => cell.document === document) ?? 0;
  let text = '';
  for (const cell of (cells ?? []).slice(0, index).reverse()) {
    if (text.length > 2 * characters) break;
    const source = cell.document.getText().trimEnd();
    if (source !== '') text = `${source}\n\n${text}`;
  }
  return text;
}
