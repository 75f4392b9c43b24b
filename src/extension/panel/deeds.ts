import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { FromPanel } from '../../protocol/panel';

type SavedFile = Extract<FromPanel, { type: 'save' }>['file'];

/** Puts a sample on the clipboard. */
export async function copyText(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage('$(check) Sample copied', 2000);
}

/** Writes a sample at the cursors of the editor that can be seen, as one undo step. */
export async function insertText(text: string): Promise<void> {
  const editor = await enterEditor();
  const inserted = await editor.edit((edit) => {
    for (const selection of editor.selections) edit.insert(selection.active, text);
  });
  if (!inserted) throw new Error('The sample could not be inserted: the document is read-only.');
}

/** Moves the focus from the panel to the text editor that can be seen, or to a new document where there is none. */
export async function enterEditor(): Promise<vscode.TextEditor> {
  // The output view has an editor too.
  const visible = vscode.window.visibleTextEditors.find(({ document }) => document.uri.scheme !== 'output');
  if (visible === undefined) return vscode.window.showTextDocument(await vscode.workspace.openTextDocument());
  const { document, viewColumn } = visible;
  return vscode.window.showTextDocument(document, viewColumn === undefined ? {} : { viewColumn });
}

/**
 * Asks where to, and writes a file about a model that the page has made. Offered is the folder that the model lies in: in
 * the workspace it would count as more text to learn from.
 */
export async function saveFile(file: SavedFile, content: string, modelFolder: string | undefined): Promise<void> {
  const folder = await folderToOffer(modelFolder);
  const kind = file.slice(file.lastIndexOf('.') + 1);
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(folder, file),
    filters: { [kind.toUpperCase()]: [kind] },
  });
  if (target === undefined) return;
  await vscode.workspace.fs.writeFile(target, Buffer.from(content, kind === 'png' ? 'base64' : 'utf8'));
}

async function folderToOffer(wished: string | undefined): Promise<vscode.Uri> {
  const isThere = wished !== undefined && (await stat(wished).catch(() => undefined))?.isDirectory() === true;
  if (isThere) return vscode.Uri.file(wished);
  return vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
}
