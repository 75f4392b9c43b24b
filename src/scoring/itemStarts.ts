import { ItemFollower } from '../corpus/items/itemSplitter';
import type { Tokenizer } from '../corpus/tokenizers/tokenizer';
import type { ItemForm } from '../model/itemForm';

/**
 * Where in a document, read from its start on, items start: 1 in place of the token that ends the item before, with the
 * document's start at 0. Null where the text isn't made of items.
 */
export function itemStarts(tokenizer: Tokenizer, tokens: Uint16Array, items: ItemForm | null): Uint8Array | null {
  if (items === null) return null;
  const starts = new Uint8Array(tokens.length + 1);
  const follower = new ItemFollower(items);
  const decoder = tokenizer.decoder();
  tokens.forEach((token, at) => (starts[at + 1] = follower.push(decoder.push(token)) ? 1 : 0));
  return starts;
}
