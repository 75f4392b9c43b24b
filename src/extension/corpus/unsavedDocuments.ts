import * as vscode from 'vscode';
import { isWithin } from '../../base/paths';
import type { Document } from '../../corpus/corpus';
import { corpusName } from './roots';

/** Files and notebooks with changes that aren't saved, below any of the paths: their text as it is on screen. */
export function unsavedTexts(paths: readonly string[], root: string): readonly Document[] {
  const isMeant = ({ scheme, fsPath }: vscode.Uri) => scheme === 'file' && paths.some((path) => isWithin(fsPath, path));
  return unsaved(isMeant).map(({ uri, text }) => ({ name: corpusName(uri.fsPath, root), text: text() }));
}

/** A file as it would be saved; null where it has no unsaved changes. */
export function unsavedBytes(file: vscode.Uri): Uint8Array | null {
  const key = file.toString();
  const [open] = unsaved((uri) => uri.toString() === key);
  return open === undefined ? null : Buffer.from(open.text());
}

/** Documents and notebooks with changes that aren't saved. */
function unsaved(
  isMeant: (uri: vscode.Uri) => boolean,
): readonly { readonly uri: vscode.Uri; readonly text: () => string }[] {
  const documents = vscode.workspace.textDocuments
    .filter(({ uri, isDirty }) => isDirty && isMeant(uri))
    .map((document) => ({ uri: document.uri, text: () => document.getText() }));
  const notebooks = vscode.workspace.notebookDocuments
    .filter(({ uri, isDirty, notebookType }) => isDirty && notebookType === 'jupyter-notebook' && isMeant(uri))
    .map((notebook) => ({ uri: notebook.uri, text: () => notebookText(notebook) }));
  return [...documents, ...notebooks];
}

/** The cells of a notebook as they are on screen, in the form that a corpus reads them in. */
function notebookText(notebook: vscode.NotebookDocument): string {
  return JSON.stringify({ cells: notebook.getCells().map(({ document }) => ({ source: document.getText() })) });
}
