import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { CorpusFilters, CorpusSource } from '../../corpus/corpus';
import { recipeFilters, recipePaths } from '../../corpus/recipe/recipeSource';
import type { Settings } from '../settings';
import { unsavedTexts } from './freshDocuments';
import { excludeGlobs } from './globs';
import type { CorpusPick } from './corpusPick';
import { commonFolder } from './roots';

/**
 * Turns what the user pointed at into what the background process can read: paths of its own file system, and the text
 * of everything that isn't there as it is on screen.
 * @param exclude globs left out on top of the settings.
 */
export async function corpusSource(
  pick: CorpusPick,
  settings: Settings,
  exclude: readonly string[],
  token: vscode.CancellationToken,
): Promise<CorpusSource> {
  const { recipe = {} } = pick;
  const filters = recipeFilters(recipe, corpusFilters(pick.uris[0], settings, exclude));
  const picked = pick.uris.filter((uri) => uri.scheme === 'file').map((uri) => uri.fsPath);
  const root = await corpusRoot(picked);
  const paths = picked.flatMap((path) => recipePaths(recipe, path));
  const places = pick.uris.filter(({ scheme }) => scheme !== 'file');
  const documents = [...pick.documents, ...unsavedTexts(paths, root)];
  if (places.length > 0) {
    const { readVirtualFiles } = await import('./virtualFiles');
    documents.push(...(await readVirtualFiles(places, filters, token)));
  }
  return { paths, root, documents, filters, ...(places.length > 0 && { places: places.map(String) }) };
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
