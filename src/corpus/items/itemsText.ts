import type { ItemSummary } from '../../model/itemForm';

/** What a list is made of, in a few words: "32,033 names, one a line". */
export function itemsText({ unit, separator, start, items, noun = 'items' }: ItemSummary): string {
  const count = `${items.toLocaleString('en')} ${noun}`;
  if (unit === 'lines') return `${count}, one a line`;
  if (start !== undefined) return `${count}, each from a line with ${start.trim()} on`;
  return separator === ''
    ? `${count}, with blank lines between them`
    : `${count}, with lines of ${separator} between them`;
}
