import * as vscode from 'vscode';
import { formatBytes } from '../../base/format';
import {
  encodeRecipe,
  largestRecipe,
  parseRecipe,
  RecipeError,
  type RecipeFile,
  recipeFileName,
} from '../../corpus/select/recipe/recipeFile';
import { lookInside } from '../../model/insideRoot';
import { UserError } from '../failure';

/** Where a folder's recipe is, or would be. */
export function recipeUri(folder: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(folder, recipeFileName);
}

/** Whether a folder has a recipe, right or wrong. */
export async function hasRecipe(folder: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(recipeUri(folder)).then(
    () => true,
    () => false,
  );
}

/** A folder's recipe, as it is on screen where it is open; null where it has none. @throws UserError where it is wrong */
export async function readRecipeOf(folder: vscode.Uri): Promise<RecipeFile | null> {
  const text = await recipeText(recipeUri(folder));
  return text === undefined ? null : parsed(text, recipeUri(folder));
}

/**
 * Writes a folder's recipe anew, changed; makes one where there is none. Where the file is open with changes, they are kept and
 * saved with it.
 * @throws UserError where it is wrong, and so can't be changed
 */
export async function changeRecipe(
  folder: vscode.Uri,
  change: (recipe: RecipeFile) => RecipeFile,
): Promise<RecipeFile> {
  const uri = recipeUri(folder);
  const text = await recipeText(uri);
  const recipe = change(text === undefined ? {} : parsed(text, uri));
  const open = unsavedDocument(uri);
  // The file may have come as a link that leads out of the folder.
  if (uri.scheme === 'file') await lookInside(folder.fsPath, uri.fsPath);
  if (open === undefined) {
    await vscode.workspace.fs.writeFile(uri, Buffer.from(encodeRecipe(recipe, text)));
  } else {
    const edit = new vscode.WorkspaceEdit();
    const whole = new vscode.Range(open.positionAt(0), open.positionAt(open.getText().length));
    edit.replace(uri, whole, encodeRecipe(recipe, text));
    await vscode.workspace.applyEdit(edit);
    await open.save();
  }
  return recipe;
}

async function recipeText(uri: vscode.Uri): Promise<string | undefined> {
  const open = unsavedDocument(uri);
  if (open !== undefined) return open.getText();
  const stat = await vscode.workspace.fs.stat(uri).then(
    (found) => found,
    () => undefined,
  );
  if (stat === undefined) return undefined;
  if (stat.size > largestRecipe || (stat.type & vscode.FileType.File) === 0) {
    throw new UserError(`${recipeFileName} is no text of up to ${formatBytes(largestRecipe)}: mend it or remove it.`);
  }
  return Buffer.from(await vscode.workspace.fs.readFile(uri)).toString('utf8');
}

function unsavedDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  const key = uri.toString();
  return vscode.workspace.textDocuments.find((document) => document.isDirty && document.uri.toString() === key);
}

function parsed(text: string, uri: vscode.Uri): RecipeFile {
  try {
    return parseRecipe(text);
  } catch (error) {
    if (!(error instanceof RecipeError)) throw error;
    const place = new vscode.Position((error.line ?? 1) - 1, 0);
    throw new UserError(error.message, {
      title: `Open ${recipeFileName}`,
      command: 'vscode.open',
      arguments: [uri, { selection: new vscode.Range(place, place) }],
    });
  }
}
