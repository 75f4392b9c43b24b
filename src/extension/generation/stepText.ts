/** Whether typed characters may still be the beginning of one word, with blanks before it. */
export function isBeginningOfWord(typed: string): boolean {
  return /^\s*[\p{L}\p{M}\p{N}_]*(['’-][\p{L}\p{M}\p{N}_]*)*$/u.test(typed) && !/\S\s/u.test(typed);
}

/** Whether the last of the typed characters is one of a word. */
export function endsInWord(typed: string): boolean {
  return /[\p{L}\p{M}\p{N}_]$/u.test(typed);
}

const names: Readonly<Record<string, string>> = { ' ': 'space', '\n': 'line end', '\t': 'tab' };

/** A choice as a list shows it: blanks before a word go without saying, line ends and lone blanks don't. */
export function stepLabel(text: string): string {
  const visible = text.replace(/\n/g, '↵').replace(/\t/g, '⇥');
  const name = names[text];
  if (name !== undefined) return `${text === ' ' ? '␣' : visible} ${name}`;
  return visible.trim() === '' ? visible.replaceAll(' ', '␣') : visible.trimStart();
}

/** What is typed to find a choice. */
export function stepFilter(text: string): string {
  return text.trimStart() === '' ? text : text.trimStart();
}
