/** The glob of one file or folder (and so of all below it), by its path from the root. */
export function exactGlob(path: string): string {
  return `/${path.replace(/\/+$/, '').replace(/[\\*?[\]{}()!+@|]/g, '\\$&')}`;
}
