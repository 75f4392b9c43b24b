import * as vscode from 'vscode';
import type { EncodingWish } from '../../corpus/corpus';

/** The encoding that the editor takes unless someone says otherwise: it isn't wished for. */
const usual = 'utf8';

/** What a language's contribution in the manifest of an extension says of its files. */
interface LanguageContribution {
  readonly id?: unknown;
  readonly extensions?: unknown;
  readonly filenames?: unknown;
}

/**
 * The encodings that `files.encoding` sets for files in folders: for all of them, then by language. Those of workspace folders
 * that lie inside are added, since the setting may differ there.
 * @param paths Absolute.
 */
export function encodingWishes(paths: readonly string[]): readonly EncodingWish[] {
  const inside = (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === 'file')
    .map(({ uri }) => uri.fsPath);
  return [...new Set([...paths, ...inside])].flatMap(wishesFor);
}

function wishesFor(folder: string): readonly EncodingWish[] {
  const uri = vscode.Uri.file(folder);
  const files = vscode.workspace.getConfiguration('files', uri);
  const encoding = files.get<string>('encoding', usual);
  const all = encoding === usual ? [] : [{ folder, encoding: plainName(encoding) }];
  const languageIds = files.inspect('encoding')?.languageIds ?? [];
  const byLanguage = languageIds.flatMap((languageId) => {
    const own = vscode.workspace.getConfiguration('files', { uri, languageId }).get<string>('encoding', usual);
    const languages = namesOf(languageId);
    return own === encoding || languages.length === 0 ? [] : [{ folder, languages, encoding: plainName(own) }];
  });
  return [...all, ...byLanguage];
}

/** The editor has a name of its own for UTF-8 with a mark, which is read like any other. */
function plainName(encoding: string): string {
  return encoding === 'utf8bom' ? usual : encoding;
}

/** Endings and names of the files of a language, in lower case: those that extensions contribute, and the user's own. */
function namesOf(languageId: string): readonly string[] {
  const contributed = vscode.extensions.all.flatMap(({ packageJSON }) => {
    const { contributes } = packageJSON as { readonly contributes?: { readonly languages?: unknown } };
    return listOf(contributes?.languages) as readonly LanguageContribution[];
  });
  const own = contributed
    .filter(({ id }) => id === languageId)
    .flatMap(({ extensions, filenames }) => [...listOf(extensions), ...listOf(filenames)]);
  const associated = Object.entries(
    vscode.workspace.getConfiguration('files').get<Record<string, string>>('associations', {}),
  ).flatMap(([glob, id]) => (id === languageId ? [glob.replace(/^\*\*\//, '').replace(/^\*/, '')] : []));
  return [...own, ...associated]
    .filter((name): name is string => typeof name === 'string')
    .map((name) => name.replace(/^\./, '').toLowerCase());
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
