/**
 * Control characters, those that change the direction of what follows, line separators and halves of pairs: what a terminal
 * or a tooltip obeys and doesn't show. Joiners stay, which scripts and emoji need.
 */
const invisible = /[\p{Cc}\p{Bidi_Control}\p{Cs}\u2028\u2029\ufeff]/gu;

/** A text with what can't be seen in it shown as what it is, "<U+202E>": no name or error steers what shows it. */
export function visible(text: string): string {
  return text.replace(invisible, shown);
}

/** The same of a text of several lines, whose line ends and tabs stay. */
export function visibleLines(text: string): string {
  return text.replace(invisible, (character) =>
    character === '\n' || character === '\t' ? character : shown(character),
  );
}

function shown(character: string): string {
  return `<U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}>`;
}
