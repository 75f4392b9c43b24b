import { join } from 'node:path';
import { readRegularText } from '../../../model/regularFile';
import type { CorpusFilters } from '../../corpus';
import { exactGlob } from '../exactGlob';
import { largestRecipe, parseRecipe, type RecipeFile, recipeFileName } from './recipeFile';

/** The recipe of a folder on disk; null where it has none. @throws RecipeError where it can't be used */
export async function readRecipe(folder: string, name = recipeFileName): Promise<RecipeFile | null> {
  const text = await readRegularText(join(folder, name), largestRecipe).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  return text === null ? null : parseRecipe(text);
}

/**
 * Filters as a recipe has them: what it doesn't say stays as it is, and what it excludes is left out on top.
 * What is named in `also` passes the globs of `include`.
 */
export function recipeFilters(recipe: RecipeFile, defaults: CorpusFilters): CorpusFilters {
  const { include = defaults.include, exclude = [], also = [], respectGitignore, maximumFileSizeMB } = recipe;
  const keep = [...new Set([...(defaults.keep ?? []), ...(recipe.keep ?? [])])];
  return {
    include: include.length > 0 ? [...include, ...also.map(exactGlob)] : include,
    exclude: [...defaults.exclude, ...exclude],
    respectGitignore: respectGitignore ?? defaults.respectGitignore,
    maximumFileSize:
      maximumFileSizeMB === undefined ? defaults.maximumFileSize : Math.round(maximumFileSizeMB * 2 ** 20),
    ...(keep.length > 0 && { keep }),
  };
}

/** The paths that a recipe's folder stands for: first what is picked by name, then everything. */
export function recipePaths({ also = [] }: RecipeFile, folder: string): readonly string[] {
  return [...also.map((path) => join(folder, path)), folder];
}
