import type * as vscode from 'vscode';
import type { Place } from './insertionPoints';
import type { WrittenText } from './writtenText';
import { type CursorPrompt, promptBefore, promptOf } from './prompt';

/** A text to be written: where, and from what. */
export interface Target extends Place {
  readonly prompt: CursorPrompt;
}

/** At the end of a selection, from its text; or at the cursor, from what stands before it. */
export function targetOf(
  document: vscode.TextDocument,
  selection: vscode.Selection,
  promptLength: number,
  written: WrittenText,
): Target {
  const prompt = selection.isEmpty
    ? promptBefore(document, selection.end, promptLength)
    : promptOf(document, selection, promptLength);
  const read = written.before(document, selection.end);
  return { offset: document.offsetAt(selection.end), replaced: 0, prompt: { ...prompt, read } };
}

/** The targets of all selections of an editor, of several at one place the first. */
export function targetsOf(
  { document, selections }: vscode.TextEditor,
  promptLength: number,
  written: WrittenText,
): readonly Target[] {
  const targets = selections.map((selection) => targetOf(document, selection, promptLength, written));
  return targets.filter(({ offset }, index) => targets.findIndex((target) => target.offset === offset) === index);
}
