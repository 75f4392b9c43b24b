import { formatCount, plural } from '../../../base/format';
import type { FolderWeights, SkipReason } from '../../../corpus/corpus';
import { itemsText } from '../../../corpus/items/itemsText';
import { globFilter } from '../../../corpus/select/globs';
import { excludingGlob } from '../../../corpus/select/recipe/recipeEdits';
import { type RecipeFile, recipeFileName } from '../../../corpus/select/recipe/recipeFile';
import { weigher } from '../../../corpus/tokens/weights';
import type { ListedDocument } from '../../../protocol/jobs';

/** Why something is left out, as a row of the tree says it; `excluded` is told apart by {@link exclusionText}. */
const reasons: Readonly<Record<Exclude<SkipReason, 'excluded'>, string>> = {
  ignored: 'git ignores it',
  binary: 'not text',
  'too large': 'too large',
  minified: 'minified',
  generated: 'made by a program',
  'lock file': 'lock file',
  secret: 'may hold secrets',
  empty: 'empty',
  unreadable: 'could not be read',
  duplicate: 'same as another file',
  'near duplicate': 'nearly the same as another file',
  outside: 'a link that leads out of the folder',
  'own model': 'one of its own models',
};

/** What becomes of a document, and why, in a few words. */
export function verdictText(document: ListedDocument, recipe: RecipeFile): string {
  const { name, verdict, characters, secretLines, items } = document;
  if (verdict === 'excluded') return exclusionText(name, recipe);
  if (verdict !== 'included') return reasons[verdict];
  const parts = [...(items ? [itemsText(items)] : []), `${formatCount(characters)} characters`];
  if (secretLines > 0) parts.push(`${plural(secretLines, 'line')} left out as secret`);
  return [...parts, ...weightText(name, recipe.weights ?? {})].join(', ');
}

function exclusionText(name: string, recipe: RecipeFile): string {
  const path = name.replace(/\/+$/, '');
  if (path.endsWith(recipeFileName)) return 'the recipe itself';
  const glob = excludingGlob(recipe, path);
  if (glob !== undefined) return `left out by "${glob}"`;
  const { include = [] } = recipe;
  const { includes } = globFilter({ include, exclude: [], respectGitignore: true, maximumFileSize: Infinity });
  if (!name.endsWith('/') && !includes(path)) return 'not among what is included';
  return 'left out by the settings';
}

function weightText(name: string, weights: FolderWeights): readonly string[] {
  const weight = weigher(weights)(name);
  return weight === 1 ? [] : [`weight ${weight}`];
}
