/** Most characters that a sentence names. */
const mostNamed = 10;

/** Characters that a model has never seen, and what they were mapped to, in one sentence. */
export function unknownText(characters: readonly string[]): string {
  const shown = characters.slice(0, mostNamed).map(nameOf).join(' ');
  const more = characters.length > mostNamed ? ` and ${characters.length - mostNamed} more` : '';
  const each = characters.length > 1 ? 'each of them' : 'it';
  return `The model has never seen ${shown}${more}: it reads ${each} as \ufffd, its one sign for all that it does not know.`;
}

/** What can't be seen, and has a name that everybody knows. */
const known: Readonly<Record<string, string>> = {
  ' ': 'the space',
  '\n': 'the line break',
  '\t': 'the tab',
  '\u00a0': 'the no-break space',
};

/** The character; its name or its number where it can't be seen. */
function nameOf(character: string): string {
  const name = known[character];
  if (name !== undefined) return name;
  const visible = /^[\p{L}\p{N}\p{P}\p{S}]/u.test(character);
  return visible ? character : `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
