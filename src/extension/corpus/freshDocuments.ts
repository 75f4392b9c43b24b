import * as vscode from 'vscode';
import type { FreshTexts } from '../../corpus/read/renewal';
import { readCorpusManifest } from '../../training/record/corpusManifest';
import type { Spools } from './spools';
import { unsavedTexts } from './unsavedDocuments';

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
