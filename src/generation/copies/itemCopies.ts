import { itemPlaces } from '../../corpus/items/itemSplitter';
import type { CopyIndex } from './copyIndex';
import type { Copy } from './copyWatch';

/** What stands before a text, and how it ends, where its model's corpus is made of items. */
export interface ItemContext {
  /** What the prompt has of the item that the text goes on with. */
  readonly begun: string;
  /** The text's end is the end of an item. */
  readonly isComplete: boolean;
}

/** The items of a text that stand in the corpus as they are, however short; none where that isn't made of items. */
export function itemCopies(text: string, index: CopyIndex, { begun, isComplete }: ItemContext): readonly Copy[] {
  const { items } = index.parts;
  if (items === undefined) return [];
  const whole = begun + text;
  return itemPlaces(whole, items.form, isComplete).flatMap(({ start, end }) => {
    const place = end <= begun.length ? null : index.placeOfItem(whole.slice(start, end));
    if (place === null) return [];
    const from = Math.max(0, start - begun.length);
    const offset = place.offset + from + begun.length - start;
    return [{ document: place.document, offset, start: from, length: end - begun.length - from }];
  });
}
