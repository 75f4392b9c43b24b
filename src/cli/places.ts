import { existsSync, statSync } from 'node:fs';
import { basename, join, parse, resolve } from 'node:path';
import { listModels, modelFiles } from '../model/modelFolder';

/** Where a workspace keeps its models. */
export function modelsFolderOf(workspace: string): string {
  return join(workspace, '.textloom', 'models');
}

/** The folder that names are relative to: the path itself where it is the only one and a folder, else where we are. */
export function workspaceOf(paths: readonly string[]): string {
  const [path, ...others] = paths;
  return path !== undefined && others.length === 0 && isFolder(path) ? resolve(path) : process.cwd();
}

/** What a model of these paths is called where nobody says: the first one's name, without its ending. */
export function nameFor(paths: readonly string[]): string {
  const path = resolve(paths[0] ?? '.');
  return (isFolder(path) ? basename(path) : parse(path).name) || 'model';
}

/** The model folder that `--model` means: a path, or the name of a model of this workspace. */
export function modelFolderOf(model: string): string {
  const path = resolve(model);
  const named = join(modelsFolderOf(process.cwd()), model);
  return !existsSync(join(path, modelFiles.description)) && existsSync(join(named, modelFiles.description))
    ? named
    : path;
}

/** The model of a models folder that was written to last; undefined where there is none. */
export async function newestModel(modelsFolder: string): Promise<string | undefined> {
  const folders = (await listModels(modelsFolder)).map(({ folder }) => folder);
  const changed = (folder: string) => statSync(join(folder, modelFiles.description)).mtimeMs;
  return folders.sort((one, other) => changed(other) - changed(one))[0];
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
