import type { SkipReason } from '../../corpus';
import { exactGlob } from '../exactGlob';
import { globFilter } from '../globs';
import type { RecipeFile } from './recipeFile';

/** A recipe by which a file or folder (its name ends in a slash) is left out. */
export function withExcluded(recipe: RecipeFile, name: string): RecipeFile {
  const path = pathOf(name);
  const also = recipe.also?.filter((other) => pathOf(other) !== path);
  return tidied({ ...recipe, exclude: [...new Set([...(recipe.exclude ?? []), exactGlob(path)])], also });
}

/**
 * A recipe by which a file or folder is read that was left out for a reason.
 * @returns null where no recipe can have it read: a secret, what is no text, or what something else excludes.
 */
export function withIncluded(recipe: RecipeFile, name: string, reason: SkipReason): RecipeFile | null {
  switch (reason) {
    case 'excluded':
      return withoutExclusion(recipe, pathOf(name));
    case 'ignored':
    case 'too large':
    case 'minified':
    case 'generated':
    case 'lock file':
      return tidied({ ...recipe, also: [...new Set([...(recipe.also ?? []), pathOf(name)])] });
    case 'binary':
    case 'secret':
    case 'empty':
    case 'unreadable':
    case 'duplicate':
    case 'near duplicate':
    case 'outside':
    case 'own model':
      return null;
    default:
      return reason satisfies never;
  }
}

/** The glob by which a recipe leaves a path out, itself or a folder above it; undefined where none does. */
export function excludingGlob({ exclude = [] }: RecipeFile, name: string): string | undefined {
  const parts = pathOf(name).split('/');
  const paths = parts.map((_, depth) => parts.slice(0, depth + 1).join('/'));
  return exclude.find((glob) => {
    const { excludes } = globFilter({ ...everything, exclude: [glob] });
    return paths.some((path) => excludes(path));
  });
}

const everything = { include: [], exclude: [], respectGitignore: true, maximumFileSize: Infinity };

/** Takes away the glob that names just this path; else adds the path to what is included, where it isn't there yet. */
function withoutExclusion(recipe: RecipeFile, path: string): RecipeFile | null {
  const own = recipe.exclude?.filter((glob) => glob !== exactGlob(path));
  if (own !== undefined && own.length < (recipe.exclude?.length ?? 0)) return tidied({ ...recipe, exclude: own });
  if (excludingGlob(recipe, path) !== undefined) return null;
  const { include = [] } = recipe;
  if (include.length === 0 || globFilter({ ...everything, include }).includes(path)) return null;
  return { ...recipe, include: [...include, exactGlob(path)] };
}

/** A recipe without lists that say nothing. */
function tidied(recipe: { readonly [K in keyof RecipeFile]: RecipeFile[K] | undefined }): RecipeFile {
  const said = Object.entries(recipe).filter(([key, value]) => {
    if (key === 'exclude' || key === 'also') return Array.isArray(value) && value.length > 0;
    return value !== undefined;
  });
  return Object.fromEntries(said);
}

function pathOf(name: string): string {
  return name.replace(/\/+$/, '').replace(/^\.\//, '');
}
