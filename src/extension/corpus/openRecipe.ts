import * as vscode from 'vscode';
import { CancelledError, UserError } from '../failure';
import { changeRecipe, hasRecipe, recipeUri } from './recipes';

/** Opens a folder's recipe to be edited by hand; makes one that leaves everything as it is where there is none. */
export async function openRecipe({ uri }: vscode.WorkspaceFolder): Promise<void> {
  if (!(await hasRecipe(uri))) await changeRecipe(uri, () => ({ include: ['**/*'], exclude: [] }));
  await vscode.window.showTextDocument(recipeUri(uri));
}

/** The only folder of the workspace, or the one that the user picks. @throws UserError where none is open */
export async function pickWorkspaceFolder(): Promise<vscode.WorkspaceFolder> {
  const [folder, ...others] = vscode.workspace.workspaceFolders ?? [];
  if (folder === undefined) throw new UserError('No folder is open: a recipe belongs to a folder.');
  if (others.length === 0) return folder;
  const picked = await vscode.window.showWorkspaceFolderPick();
  if (picked === undefined) throw new CancelledError();
  return picked;
}
