/** A text as a string of CSS: everything but plain letters and digits is escaped, so that it can't be anything else. */
export function cssString(text: string): string {
  const escaped = Array.from(text, (character) =>
    /^[A-Za-z0-9 ]$/.test(character) ? character : `\\${(character.codePointAt(0) ?? 0).toString(16)} `,
  );
  return `"${escaped.join('')}"`;
}
