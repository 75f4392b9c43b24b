/** Most minutes that can be asked for: a week. */
const mostMinutes = 7 * 24 * 60;

/** A number of minutes as typed, with a point or a comma; NaN where it is none. */
export function parseMinutes(text: string): number {
  const trimmed = text.trim().replace(',', '.');
  return trimmed === '' ? Number.NaN : Number(trimmed);
}

/** What is wrong with a number of minutes as typed, in a sentence; undefined where nothing is. */
export function minutesFault(text: string): string | undefined {
  const minutes = parseMinutes(text);
  if (minutes > 0 && minutes <= mostMinutes) return undefined;
  return `Type a number of minutes above 0 and up to ${mostMinutes}.`;
}
