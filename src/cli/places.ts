import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, parse, relative, resolve } from 'node:path';
import { ModelError } from '../model/modelError';
import { listModels, modelFiles } from '../model/modelFolder';
import { isStream } from './textInput';

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
  const [first = '.'] = paths;
  if (isStream(first)) return 'standard input';
  const path = resolve(first);
  return (isFolder(path) ? basename(path) : parse(path).name) || 'model';
}

/**
 * The model folder that `--model` means: a path of it or of a file in it, or the name of a model of this workspace.
 * @throws ModelError where the path is a folder of models: it names them
 */
export function modelFolderOf(model: string): string {
  const path = resolve(model);
  const found = [path, join(modelsFolderOf(process.cwd()), model), dirname(path)].find(isModel);
  if (found !== undefined && (found !== dirname(path) || isFile(path))) return found;
  const models = [path, modelsFolderOf(path)].flatMap(modelsIn);
  if (models.length === 0) return path;
  const names = models.slice(0, mostNamed).map((folder) => relative(process.cwd(), folder));
  const more = models.length > mostNamed ? ` and ${models.length - mostNamed} more` : '';
  throw new ModelError('missing', `${model} holds models and is none: name ${names.join(', ')}${more}.`);
}

/** Models that a sentence names. */
const mostNamed = 8;

function modelsIn(folder: string): readonly string[] {
  if (!isFolder(folder)) return [];
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter(isModel)
    .sort();
}

function isModel(folder: string): boolean {
  return existsSync(join(folder, modelFiles.description));
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
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
