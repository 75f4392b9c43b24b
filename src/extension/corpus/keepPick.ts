import * as vscode from 'vscode';
import { exactGlob } from '../../corpus/select/exactGlob';
import type { RecipeFile } from '../../corpus/select/recipe/recipeFile';
import type { CorpusPick } from './corpusPick';
import { changeRecipe } from './recipes';

/** The workspace folder whose recipe can say what a pick is: the one that all of it lies in. */
export function recipeFolder({ uris, documents }: CorpusPick): vscode.WorkspaceFolder | undefined {
  const [folder, ...others] = new Set(uris.map((uri) => vscode.workspace.getWorkspaceFolder(uri)));
  return documents.length === 0 && others.length === 0 ? folder : undefined;
}

/** Writes a pick, and what is left out of it, into a folder's recipe, whose other wishes stay. */
export async function keepPick(
  folder: vscode.WorkspaceFolder,
  pick: CorpusPick,
  exclude: readonly string[],
): Promise<void> {
  await changeRecipe(folder.uri, (recipe) => keptIn(recipe, folder.uri, pick, exclude));
}

function keptIn(before: RecipeFile, folder: vscode.Uri, pick: CorpusPick, exclude: readonly string[]): RecipeFile {
  const { exclude: earlier = [] } = before;
  const parts =
    pick.recipe?.include ??
    pick.uris
      .map((uri) => pathIn(folder, uri))
      .filter((path) => path !== '')
      .map(exactGlob);
  const left = [...new Set([...(pick.recipe ? earlier : []), ...exclude])];
  const rest = Object.entries(before).filter(([key]) => key !== 'include' && key !== 'exclude');
  return {
    ...(parts.length > 0 && { include: parts }),
    ...(left.length > 0 && { exclude: left }),
    ...Object.fromEntries(rest),
  };
}

/** The path of something in a folder, relative to it; empty for the folder itself. */
function pathIn(folder: vscode.Uri, uri: vscode.Uri): string {
  return uri.path.slice(folder.path.length).replace(/^\/+|\/+$/g, '');
}
