/**
 * Globs of the editor's exclude settings (`files.exclude`, `search.exclude`) that hold whatever else there is. Entries
 * that are off, and those that depend on a sibling file (`{ "when": … }`), exclude nothing here.
 */
export function excludeGlobs(...settings: readonly Readonly<Record<string, unknown>>[]): readonly string[] {
  const on = settings.flatMap((setting) => Object.keys(setting).filter((glob) => setting[glob] === true));
  return [...new Set(on)];
}

/** A glob of every file of a language, as a corpus summary names it: a file's ending, or its name where it has none. */
export function languageGlob(language: string): string {
  return language.startsWith('.')
    ? `**/*${escapeGlob(language)}`
    : `**/{*.${escapeGlob(language)},${escapeGlob(language)}}`;
}

function escapeGlob(text: string): string {
  return text.replace(/[\\*?[\]{}()!+@|]/g, '\\$&');
}
