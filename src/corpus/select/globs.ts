import type { CorpusFilters } from '../corpus';
import { usableGlobs } from './globLimits';
import { Glob } from './globPattern';

/** File systems that don't tell upper from lower case. */
export const ignoresCase = process.platform === 'win32' || process.platform === 'darwin';

/** The include and exclude globs of a source, ready to be asked about paths relative to its root. */
export interface GlobFilter {
  /** True for a file or folder that an exclude glob names. */
  excludes(path: string): boolean;
  /** True where an include glob names a file, or a folder and so all below it; always where there are none. */
  includes(path: string): boolean;
}

/**
 * Globs without a slash match a name at any depth, as in the editor's own settings; one that begins with a slash, the
 * root. Outside of the root, they are asked about a path without the way up. One that can't be used names nothing: it is
 * told where it is read.
 */
export function globFilter({ include, exclude }: CorpusFilters): GlobFilter {
  return { excludes: matcher(exclude), includes: include.length === 0 ? () => true : matcher(include) };
}

function matcher(globs: readonly string[]): (path: string) => boolean {
  const patterns = globs.map((glob) => glob.trim().replace(/\/+$/, '')).filter((glob) => glob.length > 0);
  const matchers = usableGlobs(patterns).map((pattern) => {
    const anywhere = pattern.includes('/') ? pattern.replace(/^\.?\/+/, '') : `**/${pattern}`;
    return new Glob(anywhere, { ignoresCase });
  });
  return (path) => {
    const name = path.replace(/^(?:\.\.\/)+/, '');
    return matchers.some((glob) => glob.matches(name));
  };
}
