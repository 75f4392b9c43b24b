import { basename, dirname, resolve } from 'node:path';
import { type CorpusFilters, type CorpusSource, defaultMaximumFileSize } from '../corpus/corpus';
import type { RecipeFile } from '../corpus/select/recipe/recipeFile';
import { readRecipe, recipeFilters, recipePaths } from '../corpus/select/recipe/recipeSource';
import { workspaceOf } from './places';

/** Text to train on. */
export interface TrainingText {
  readonly source: CorpusSource;
  /** Path that a model is called after where nobody says. */
  readonly place: string;
  /** What the recipe file says beyond that; nothing where there is none. */
  readonly recipe: RecipeFile;
}

type Globs = Pick<CorpusFilters, 'include' | 'exclude'>;

/** Everything that paths stand for. */
export function textOfPaths(paths: readonly string[], globs: Globs): TrainingText {
  const filters = { ...globs, respectGitignore: true, maximumFileSize: defaultMaximumFileSize };
  const source = { paths: paths.map((path) => resolve(path)), root: workspaceOf(paths), documents: [], filters };
  return { source, place: paths[0] ?? '.', recipe: {} };
}

/** What a recipe file says of its folder; null where there is no such file. @throws RecipeError */
export async function textByRecipe(file: string, globs: Globs): Promise<TrainingText | null> {
  const folder = dirname(file);
  const recipe = await readRecipe(folder, basename(file));
  if (recipe === null) return null;
  const told = globs.include.length > 0 ? { ...recipe, include: globs.include } : recipe;
  const filters = recipeFilters(told, { ...globs, respectGitignore: true, maximumFileSize: defaultMaximumFileSize });
  return {
    source: { paths: recipePaths(recipe, folder), root: folder, documents: [], filters },
    place: folder,
    recipe,
  };
}
