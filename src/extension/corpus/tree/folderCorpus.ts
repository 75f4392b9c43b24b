import type * as vscode from 'vscode';
import type { CorpusSummary } from '../../../corpus/corpus';
import type { RecipeFile } from '../../../corpus/select/recipe/recipeFile';
import type { BackgroundProcess } from '../../background/backgroundProcess';
import type { Settings } from '../../settings';
import { corpusSource } from '../corpusSource';
import { readRecipeOf } from '../recipes';
import { Spools } from '../spools';
import { CorpusListing } from './listing';

/** What a training on a workspace folder would read. */
export interface FolderCorpus {
  readonly folder: vscode.WorkspaceFolder;
  /** Empty where the folder has none. */
  readonly recipe: RecipeFile;
  readonly listing: CorpusListing;
  readonly summary: CorpusSummary;
}

/** Lists a workspace folder by its recipe, or by the settings alone. @throws UserError where the recipe is wrong */
export async function listFolder(
  folder: vscode.WorkspaceFolder,
  background: BackgroundProcess,
  settings: Settings,
  token: vscode.CancellationToken,
): Promise<FolderCorpus> {
  const recipe = (await readRecipeOf(folder.uri)) ?? {};
  const pick = { label: folder.name, uris: [folder.uri], documents: [], recipe };
  const spools = new Spools(background);
  try {
    const source = await corpusSource(pick, { settings, spools, token });
    const listing = new CorpusListing();
    const documents = recipe.documents ?? settings['corpus.documents'];
    const corpus = { source, tokenizer: 'auto', documents } as const;
    const summary = await background.perform('list', corpus, {
      token,
      onProgress: (documents) => listing.add(documents),
    });
    return { folder, recipe, listing, summary };
  } finally {
    await spools.drop();
  }
}
