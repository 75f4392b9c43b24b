import { isLowSurrogate } from '../base/text';
import { itemEnds } from '../corpus/items/itemSplitter';
import { endOfDocument, type Tokenizer, unknown } from '../corpus/tokenizers/tokenizer';
import { hash32 } from '../engine/dropout';
import type { ItemForm } from '../model/itemForm';

/** The text before the cursor, ready to be read by a model. */
export interface Prompt {
  /** The part of the text that is read. */
  readonly text: string;
  /**
   * Never empty: {@link endOfDocument} stands first where the document, or the item, starts, and alone for an empty text. Of
   * items, only that one is read which the text ends in.
   */
  readonly tokens: Uint16Array;
  /** The end of the text that isn't in the tokens: the beginning of the token to come. Mostly empty. */
  readonly begun: string;
  /** Code units of the text before the item that it ends in; 0 where the model's text isn't made of items. */
  readonly itemStart: number;
  /** Distinct symbols or words of the part read that the model has never seen, in the order of their first place. */
  readonly unknownCharacters: readonly string[];
}

/** How far back a prompt is read, UTF-16 units: more than a small LSTM remembers, and quick to prime on. */
const promptLimit = 1000;

/**
 * Makes a prompt of the end of a text. The same text makes the same prompt, and while a text grows at its end the
 * prompt's start stays where it is for many keystrokes, so that a state primed before still serves.
 * `startsDocument` says that nothing stands before the text.
 * @param items How the model's text is made of items, if it is.
 */
export function makePrompt(
  tokenizer: Tokenizer,
  text: string,
  startsDocument: boolean,
  limit = promptLimit,
  items: ItemForm | null = null,
): Prompt {
  const start = startOfWindow(text, limit);
  const read = text.slice(start);
  const itemStart = items === null ? 0 : (itemEnds(read, items).at(-1) ?? 0);
  const item = read.slice(itemStart);
  const { tokens, begun } = tokenizer.encodePrompt(item);
  const unknownCharacters = tokens.includes(unknown) ? tokenizer.unknownSymbols(item) : [];
  const fresh = (startsDocument && start === 0) || itemStart > 0 || tokens.length === 0;
  return {
    text: read,
    tokens: fresh ? Uint16Array.of(endOfDocument, ...tokens) : tokens,
    begun,
    itemStart,
    unknownCharacters,
  };
}

/**
 * Where the last `limit` to 1.5 x `limit` units start: of all places there, a start of a line if there is one, else of a
 * word, else any, and among equals the one whose text hashes lowest, which is what keeps it in place as the text grows.
 */
function startOfWindow(text: string, limit: number): number {
  if (text.length <= limit) return 0;
  const last = text.length - limit;
  const first = Math.max(0, last - (limit >> 1));
  let best = last;
  let lowest = Infinity;
  for (let place = first; place <= last; place++) {
    if (isLowSurrogate(text.charCodeAt(place))) continue;
    // What stands before the first is nobody's business: a text may have been cut there.
    const rank = (place === first ? 2 : rankOfStart(text, place)) + fingerprint(text, place) / 2 ** 32;
    if (rank < lowest) {
      lowest = rank;
      best = place;
    }
  }
  return best;
}

/** 0 at a line's start, 1 at a word's, 2 elsewhere. */
function rankOfStart(text: string, place: number): number {
  const before = text[place - 1];
  if (before === '\n') return 0;
  return before === ' ' || before === '\t' ? 1 : 2;
}

function fingerprint(text: string, place: number): number {
  let hash = 0;
  for (let i = place; i < place + 12; i++) hash = hash32(hash ^ text.charCodeAt(i));
  return hash;
}
