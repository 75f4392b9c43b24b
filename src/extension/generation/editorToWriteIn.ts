import * as vscode from 'vscode';
import { UserError } from '../failure';

/**
 * The editor with the cursor; where a panel has the focus, one that can be seen, which gets it back.
 * @throws UserError where there is none.
 */
export async function editorToWriteIn(): Promise<vscode.TextEditor> {
  const { activeTextEditor, visibleTextEditors, tabGroups } = vscode.window;
  if (activeTextEditor !== undefined) return activeTextEditor;
  if (tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputText) throw notShared();
  const visible = visibleTextEditors.find(({ document }) => document.uri.scheme !== 'output');
  if (visible === undefined) throw new UserError('No text is open: open a document to write in.');
  return vscode.window.showTextDocument(visible.document, visible.viewColumn);
}

/** The editor keeps documents above 50 MB from its extensions. */
function notShared(): UserError {
  return new UserError('The editor shares no document above 50 MB with its extensions: write in a smaller one.');
}
