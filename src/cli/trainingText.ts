import { basename, dirname, resolve } from 'node:path';
import {
  type CorpusFilters,
  type CorpusSource,
  defaultMaximumFileSize,
  type Document,
  type KeepableReason,
} from '../corpus/corpus';
import type { RecipeFile } from '../corpus/select/recipe/recipeFile';
import { readRecipe, recipeFilters, recipePaths } from '../corpus/select/recipe/recipeSource';
import { workspaceOf } from './places';
import { isStream, readInput } from './textInput';

/** Text to train on. */
export interface TrainingText {
  readonly source: CorpusSource;
  /** Path that a model is called after where nobody says. */
  readonly place: string;
  /** What the recipe file says beyond that; nothing where there is none. */
  readonly recipe: RecipeFile;
}

/** What flags say of which text is read. */
export interface TextFlags extends Pick<CorpusFilters, 'include' | 'exclude'> {
  /** Paths that are read though a rule would leave them out. */
  readonly also: readonly string[];
  readonly keep: readonly KeepableReason[];
}

/** Everything that paths stand for, and what comes from standard input and pipes. @throws Error, one sentence */
export async function textOfPaths(paths: readonly string[], flags: TextFlags): Promise<TrainingText> {
  const streams = paths.filter(isStream);
  const files = paths.filter((path) => !isStream(path));
  const documents: Document[] = [];
  for (const path of streams) {
    const { text, ...reading } = await readInput(path);
    documents.push({ name: 'standard input', text, reading });
  }
  const source = {
    paths: [...flags.also, ...files].map((path) => resolve(path)),
    root: workspaceOf(files),
    documents,
    filters: recipeFilters({}, defaultsOf(flags)),
  };
  return { source, place: paths[0] ?? '.', recipe: {} };
}

/** What a recipe file says of its folder; null where there is no such file. @throws RecipeError */
export async function textByRecipe(file: string, flags: TextFlags): Promise<TrainingText | null> {
  const folder = dirname(file);
  const recipe = await readRecipe(folder, basename(file));
  if (recipe === null) return null;
  const told = flags.include.length > 0 ? { ...recipe, include: flags.include } : recipe;
  const filters = recipeFilters(told, defaultsOf(flags));
  const paths = [...flags.also.map((path) => resolve(path)), ...recipePaths(recipe, folder)];
  return { source: { paths, root: folder, documents: [], filters }, place: folder, recipe };
}

function defaultsOf({ include, exclude, keep }: TextFlags): CorpusFilters {
  return {
    include,
    exclude,
    respectGitignore: true,
    maximumFileSize: defaultMaximumFileSize,
    ...(keep.length > 0 && { keep }),
  };
}
