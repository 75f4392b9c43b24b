import picomatch from 'picomatch';
import * as vscode from 'vscode';
import type { CorpusFilters, Document } from '../../corpus/corpus';
import { UserError } from '../failure';

/** More text than this isn't carried through memory to the background process. */
const maximumTotal = 256 * 2 ** 20;

/**
 * Reads the text files below a URI of a file system that only the editor can read: a GitHub repository, a zip, an FTP
 * folder. Binary files, files over the size limit and unreadable ones are left out; a folder that fails is skipped.
 * @throws UserError where there is more text than fits.
 */
export async function readVirtualFiles(
  uri: vscode.Uri,
  filters: CorpusFilters,
  token: vscode.CancellationToken,
): Promise<readonly Document[]> {
  const isExcluded = picomatch(
    filters.exclude.flatMap((glob) => [glob, `${glob}/**`]),
    { dot: true },
  );
  const isIncluded = filters.include.length === 0 ? () => true : picomatch([...filters.include], { dot: true });
  const documents: Document[] = [];
  let total = 0;

  async function visit(place: vscode.Uri, name: string): Promise<void> {
    if (token.isCancellationRequested || (name !== '' && isExcluded(name))) return;
    const { type, size } = await vscode.workspace.fs.stat(place);
    if ((type & vscode.FileType.Directory) !== 0) {
      const entries = await vscode.workspace.fs.readDirectory(place);
      for (const [entry] of entries) {
        await visit(vscode.Uri.joinPath(place, entry), name === '' ? entry : `${name}/${entry}`).catch(unreadable);
      }
    } else if (size <= filters.maximumFileSize && isIncluded(name)) {
      total += size;
      if (total > maximumTotal) throw tooMuch();
      const text = await readText(place);
      if (text !== undefined) documents.push({ name: name === '' ? baseName(place) : name, text });
    }
  }

  await visit(uri, '').catch(unreadable);
  return documents;
}

async function readText(uri: vscode.Uri): Promise<string | undefined> {
  const bytes = await vscode.workspace.fs.readFile(uri);
  if (bytes.subarray(0, 8192).includes(0)) return undefined;
  return vscode.workspace.decode(bytes, { uri });
}

function unreadable(error: unknown): void {
  if (error instanceof UserError) throw error;
}

function tooMuch(): UserError {
  return new UserError('There is more text here than can be read through the editor: pick single folders or files.');
}

function baseName(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf('/') + 1);
}
