import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { CorpusFilters, CorpusProgress, CorpusSource } from '../../corpus/corpus';
import type { RecipeFile } from '../../corpus/select/recipe/recipeFile';
import { recipeFilters, recipePaths } from '../../corpus/select/recipe/recipeSource';
import type { Settings } from '../settings';
import type { CorpusPick } from './corpusPick';
import { encodingWishes } from './encodings';
import { excludeGlobs } from './globs';
import { commonFolder } from './roots';
import type { Spools } from './spools';
import { unsavedTexts } from './unsavedDocuments';

/** What making a source takes beside the pick. */
export interface SourceOptions {
  readonly settings: Settings;
  /** Globs left out on top of the settings. */
  readonly exclude?: readonly string[];
  /** Where files go that only the editor can read. */
  readonly spools: Spools;
  readonly token: vscode.CancellationToken;
  /** Told how far the reading of those has come. */
  readonly onProgress?: (progress: CorpusProgress) => void;
}

/**
 * Turns what the user pointed at into what the background process can read: paths of its own file system, copies of files
 * of others, and the text of everything that is nowhere as it is on screen.
 * @throws CancelledError once the token is cancelled
 */
export async function corpusSource(pick: CorpusPick, options: SourceOptions): Promise<CorpusSource> {
  const { settings, exclude = [], spools, token, onProgress } = options;
  const { recipe = {} } = pick;
  const filters = recipeFilters(recipe, corpusFilters(pick.uris[0], settings, exclude));
  const picked = pick.uris.filter((uri) => uri.scheme === 'file').map((uri) => uri.fsPath);
  const root = await corpusRoot(picked);
  const paths = picked.flatMap((path) => recipePaths(recipe, path));
  const documents = [...pick.documents, ...unsavedTexts(paths, root)];
  const places = pick.uris.filter(({ scheme }) => scheme !== 'file').flatMap((uri) => recipePlaces(recipe, uri));
  const encodings = encodingWishes(picked);
  const source = { paths, root, documents, filters, ...(encodings.length > 0 && { encodings }) };
  if (places.length === 0) return source;
  const spool = await spools.fill(places, filters, token, onProgress);
  return { ...source, spool, places: places.map(String) };
}

/** What {@link recipePaths} says of folders on disk. */
function recipePlaces({ also = [] }: RecipeFile, folder: vscode.Uri): readonly vscode.Uri[] {
  return [...also.map((path) => vscode.Uri.joinPath(folder, path)), folder];
}

function corpusFilters(scope: vscode.Uri | undefined, settings: Settings, exclude: readonly string[]): CorpusFilters {
  const configuration = vscode.workspace.getConfiguration(undefined, scope ?? null);
  return {
    include: settings['corpus.include'],
    exclude: [
      ...excludeGlobs(
        configuration.get<Record<string, unknown>>('files.exclude', {}),
        configuration.get<Record<string, unknown>>('search.exclude', {}),
      ),
      ...settings['corpus.exclude'],
      ...exclude,
    ],
    respectGitignore: settings['corpus.respectGitignore'],
    maximumFileSize: Math.round(settings['corpus.maximumFileSizeMB'] * 2 ** 20),
    ...(settings['corpus.keep'].length > 0 && { keep: settings['corpus.keep'] }),
  };
}

/** The folder that names are relative to: of the workspace where the paths lie there, else the one that holds them. */
async function corpusRoot(paths: readonly string[]): Promise<string> {
  const folders = await Promise.all(paths.map(folderOf));
  const workspaceFolder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri.fsPath;
  return commonFolder(folders) ?? workspaceFolder ?? process.cwd();
}

async function folderOf(path: string): Promise<string> {
  const uri = vscode.Uri.file(path);
  const workspaceFolder = vscode.workspace.getWorkspaceFolder(uri);
  if (workspaceFolder !== undefined) return workspaceFolder.uri.fsPath;
  const stat = await vscode.workspace.fs.stat(uri).then(undefined, () => undefined);
  return stat?.type === vscode.FileType.File ? dirname(path) : path;
}
