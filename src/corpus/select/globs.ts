import picomatch from 'picomatch';
import type { CorpusFilters } from '../corpus';

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
 * root. Outside of the root, they are asked about a path without the way up.
 */
export function globFilter({ include, exclude }: CorpusFilters): GlobFilter {
  return { excludes: matcher(exclude), includes: include.length === 0 ? () => true : matcher(include) };
}

function matcher(globs: readonly string[]): (path: string) => boolean {
  const patterns = globs.map((glob) => glob.trim().replace(/\/+$/, '')).filter((glob) => glob.length > 0);
  if (patterns.length === 0) return () => false;
  const anywhere = patterns.map((pattern) => {
    return pattern.includes('/') ? pattern.replace(/^\.?\/+/, '') : `**/${pattern}`;
  });
  const matches = picomatch(anywhere, { dot: true, nocase: ignoresCase, windows: false });
  return (path) => matches(path.replace(/^(?:\.\.\/)+/, ''));
}
