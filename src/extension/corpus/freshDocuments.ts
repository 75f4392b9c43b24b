import * as vscode from 'vscode';
import type { Document } from '../../corpus/corpus';
import { readCorpusRecipe } from '../../training/corpusFile';
import { corpusName, isWithin } from './roots';

/**
 * What the background process can't read of the text of a model, as it is now; nothing where it isn't known here what
 * that text is.
 * @param kind `unsaved` leaves file systems alone that only the editor can read: they may be slow.
 */
export async function freshDocuments(
  folder: string,
  kind: 'all' | 'unsaved',
  token: vscode.CancellationToken,
): Promise<readonly Document[]> {
  const recipe = await readCorpusRecipe(folder).catch(() => undefined);
  if (recipe === undefined) return [];
  const { paths, root, places = [], filters } = recipe.source;
  const unsaved = unsavedTexts(paths, root);
  if (kind === 'unsaved' || places.length === 0) return unsaved;
  const { readVirtualFiles } = await import('./virtualFiles');
  const uris = places.map((place) => vscode.Uri.parse(place));
  return [...unsaved, ...(await readVirtualFiles(uris, filters, token))];
}

/** Files and notebooks with changes that aren't saved, below any of the paths: their text as it is on screen. */
export function unsavedTexts(paths: readonly string[], root: string): readonly Document[] {
  const documents = vscode.workspace.textDocuments
    .filter(({ uri, isDirty }) => isDirty && isBelow(uri, paths))
    .map((document) => ({ name: corpusName(document.uri.fsPath, root), text: document.getText() }));
  const notebooks = vscode.workspace.notebookDocuments
    .filter(({ uri, isDirty, notebookType }) => isDirty && notebookType === 'jupyter-notebook' && isBelow(uri, paths))
    .map((notebook) => ({ name: corpusName(notebook.uri.fsPath, root), text: notebookText(notebook) }));
  return [...documents, ...notebooks];
}

/** The cells of a notebook as they are on screen, in the form that a corpus reads them in. */
function notebookText(notebook: vscode.NotebookDocument): string {
  return JSON.stringify({ cells: notebook.getCells().map(({ document }) => ({ source: document.getText() })) });
}

function isBelow(uri: vscode.Uri, paths: readonly string[]): boolean {
  return uri.scheme === 'file' && paths.some((path) => isWithin(uri.fsPath, path));
}
