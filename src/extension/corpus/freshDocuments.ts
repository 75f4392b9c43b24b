import * as vscode from 'vscode';
import type { Document } from '../../corpus/corpus';
import type { FreshTexts } from '../../corpus/read/renewal';
import { readCorpusManifest } from '../../training/record/corpusManifest';
import { corpusName, isWithin } from './roots';
import type { Spools } from './spools';

/**
 * What the background process can't read of the text of a model, as it is now; nothing where it isn't known here what
 * that text is.
 * @param kind `unsaved` leaves file systems alone that only the editor can read: they may be slow.
 */
export async function freshTexts(
  folder: string,
  kind: { readonly spools: Spools } | 'unsaved',
  token: vscode.CancellationToken,
): Promise<FreshTexts> {
  const recipe = await readCorpusManifest(folder).catch(() => undefined);
  if (recipe === undefined) return { documents: [] };
  const { paths, root, places = [], filters } = recipe.source;
  const documents = unsavedTexts(paths, root);
  if (kind === 'unsaved' || places.length === 0) return { documents };
  const uris = places.map((place) => vscode.Uri.parse(place));
  return { documents, spool: await kind.spools.fill(uris, filters, token) };
}

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
