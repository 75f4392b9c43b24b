/** Characters of a glob with wildcards; a longer one is refused. A plain path may be as long as paths are. */
export const longestGlob = 1000;
const longestPath = 8192;

/** Globs of a list, and characters of all those with wildcards: what a path may cost. */
const mostGlobs = 1000;
const mostCharacters = 100_000;

/** Said of a list of which not all {@link usableGlobs} are. */
export const tooManyGlobs = `must name no more than ${mostGlobs} globs, with ${mostCharacters} characters in all`;

/** Why a glob can't be used, to follow its name in a sentence; undefined where it can. */
export function globFault(pattern: string): string | undefined {
  const longest = isPlain(pattern) ? longestPath : longestGlob;
  if (pattern.length > longest) return `is longer than ${longest} characters`;
  if (pattern.startsWith('!') || /(?<!\\)!\(/.test(pattern)) {
    return 'uses "!", which means nothing here: name what is left out in "exclude"';
  }
  return undefined;
}

/** Whether a glob is a path: it costs no more than its own length. */
function isPlain(pattern: string): boolean {
  return !/(?<!\\)[*?[{(]/.test(pattern);
}

/** The globs of a list that are matched, before there are too many of them. */
export function usableGlobs(globs: readonly string[]): readonly string[] {
  let characters = 0;
  return globs
    .filter((glob) => {
      if (globFault(glob) !== undefined) return false;
      if (!isPlain(glob)) characters += glob.length;
      return characters <= mostCharacters;
    })
    .slice(0, mostGlobs);
}
