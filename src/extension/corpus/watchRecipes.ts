import { join } from 'node:path';
import * as vscode from 'vscode';
import { recipeFileName } from '../../corpus/select/recipe/recipeFile';
import { FolderWatcher } from '../folderWatcher';
import { recipeUri } from './recipes';

/** Watches a recipe. Dispose to end. */
interface RecipeWatch {
  dispose(): unknown;
  /** Tries again where the system had no more watchers to give. */
  arm?(): void;
}

/** Watches the recipes of workspace folders: there already, or still to come. Dispose to end. */
export function watchRecipes(folders: readonly vscode.WorkspaceFolder[], onChange: () => void): Required<RecipeWatch> {
  const watches = folders.map(({ uri }) => watchRecipe(uri, onChange));
  return {
    arm: () => watches.forEach((watch) => watch.arm?.()),
    dispose: () => watches.forEach((watch) => watch.dispose()),
  };
}

/** What tells one state of the recipes of workspace folders from another. */
export async function recipesStamp(folders: readonly vscode.WorkspaceFolder[]): Promise<string> {
  const stamps = folders.map(async ({ uri }) => {
    const found = await vscode.workspace.fs.stat(recipeUri(uri)).then(undefined, () => undefined);
    return `${uri.toString()} ${found === undefined ? '-' : `${found.size} ${found.ctime} ${found.mtime}`}`;
  });
  return (await Promise.all(stamps)).join();
}

/** On a disk of this machine by its own watcher; on another file system, by what the editor tells of it. */
function watchRecipe(folder: vscode.Uri, onChange: () => void): RecipeWatch {
  if (folder.scheme === 'file') {
    const recipe = join(folder.fsPath, recipeFileName);
    return new FolderWatcher(folder.fsPath, (change) => {
      if (change === null || change.path === recipe) onChange();
    });
  }
  const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, recipeFileName));
  watcher.onDidChange(onChange);
  watcher.onDidCreate(onChange);
  watcher.onDidDelete(onChange);
  return watcher;
}
