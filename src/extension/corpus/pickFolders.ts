import * as vscode from 'vscode';
import { exactGlob } from '../../corpus/select/exactGlob';
import { back, runStep, type Step } from '../picks';
import type { CorpusPick } from './corpusPick';
import { corpusName } from './roots';
import { VirtualRoots } from './virtualRoots';

interface Entry extends vscode.QuickPickItem {
  /** As the corpus names it. */
  readonly path: string;
}

/**
 * Has the user untick folders and files, of those that lie directly below what was pointed at.
 * @param root folder that the corpus's names are relative to.
 * @param left globs that were left out before, as this function gave them.
 * @returns globs of what is left out now.
 */
export async function pickFolders(
  step: Step,
  pick: CorpusPick,
  root: string,
  left: readonly string[],
): Promise<readonly string[] | typeof back> {
  const list = vscode.window.createQuickPick<Entry>();
  list.canSelectMany = true;
  list.placeholder = 'Untick what to leave out, then press Enter';
  const roots = new VirtualRoots(pick.uris.filter(({ scheme }) => scheme !== 'file'));
  const nameOf = (uri: vscode.Uri) => (uri.scheme === 'file' ? corpusName(uri.fsPath, root) : roots.nameOf(uri));
  const entries = (await Promise.all(pick.uris.map((uri) => entriesOf(uri, nameOf)))).flat();
  list.items = entries;
  list.selectedItems = entries.filter(({ path }) => !left.includes(exactGlob(path)));
  const chosen = await runStep(list, { ...step, canGoBack: true }, () => list.selectedItems);
  if (typeof chosen === 'symbol') return back;
  return entries.filter((entry) => !chosen.includes(entry)).map(({ path }) => exactGlob(path));
}

/** Whether there is anything to choose from. */
export async function hasFolders(pick: CorpusPick): Promise<boolean> {
  const contents = await Promise.all(pick.uris.map(contentOf));
  return contents.flat().length > 1;
}

/** Folders first, each kind by name. */
async function entriesOf(folder: vscode.Uri, nameOf: (uri: vscode.Uri) => string): Promise<readonly Entry[]> {
  const entries = (await contentOf(folder)).map(([name, type]) => {
    const isFolder = (type & vscode.FileType.Directory) !== 0;
    const path = nameOf(vscode.Uri.joinPath(folder, name));
    return { label: `${isFolder ? '$(folder)' : '$(file)'} ${name}`, path, isFolder };
  });
  return entries.sort(
    (one, other) => Number(other.isFolder) - Number(one.isFolder) || one.path.localeCompare(other.path),
  );
}

/** What lies in a folder, but for what is never text of the user; a file has no content of this kind. */
async function contentOf(folder: vscode.Uri): Promise<readonly [string, vscode.FileType][]> {
  const content = await vscode.workspace.fs.readDirectory(folder).then(undefined, () => []);
  return content.filter(([name]) => name !== '.git' && name !== '.textloom');
}
