import * as vscode from 'vscode';
import { UserError } from '../failure';

/** The output view has an editor too, and each cell of a notebook. */
const unwritable = new Set(['output', 'vscode-notebook-cell']);

/**
 * The editor with the cursor; where a panel has the focus, one that can be seen, which gets it back.
 * @throws UserError where there is none.
 */
export async function editorToWriteIn(): Promise<vscode.TextEditor> {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  if (activeTextEditor !== undefined) return activeTextEditor;
  await refuseLarge();
  const visible = visibleTextEditors.find(({ document }) => !unwritable.has(document.uri.scheme));
  if (visible === undefined) throw new UserError('No text is open: open a document to write in.');
  return vscode.window.showTextDocument(visible.document, visible.viewColumn);
}

/** The editor shares no longer documents with its extensions, bytes. */
const mostShared = 50 * 2 ** 20;

/** @throws UserError where the document being edited is too large to be seen from here. */
async function refuseLarge(): Promise<void> {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (!(input instanceof vscode.TabInputText)) return;
  const size = await vscode.workspace.fs.stat(input.uri).then(
    (stat) => stat.size,
    () => 0,
  );
  if (size <= mostShared) return;
  throw new UserError(
    'The editor shares no document above 50 MB with its extensions: copy its end to a new file and write there.',
  );
}
