import { isLowSurrogate } from '../base/text';
import { endOfDocument, type Tokenizer, unknown } from '../corpus/tokenizers/tokenizer';
import { hash32 } from '../engine/dropout';

/** The text before the cursor, ready to be read by a model. */
export interface Prompt {
  /** The part of the text that is read. */
  readonly text: string;
  /** Never empty: {@link endOfDocument} stands first where the document starts, and alone for an empty text. */
  readonly tokens: Uint16Array;
  /** The end of the text that isn't in the tokens: the beginning of the token to come. Mostly empty. */
  readonly begun: string;
  /** Distinct symbols or words of the part read that the model has never seen, in the order of their first place. */
  readonly unknownCharacters: readonly string[];
}

/** How far back a prompt is read, UTF-16 units: more than a small LSTM remembers, and quick to prime on. */
const promptLimit = 1000;

/**
 * Makes a prompt of the end of a text. The same text makes the same prompt, and while a text grows at its end the
 * prompt's start stays where it is for many keystrokes, so that a state primed before still serves.
 * `startsDocument` says that nothing stands before the text.
 */
export function makePrompt(tokenizer: Tokenizer, text: string, startsDocument: boolean, limit = promptLimit): Prompt {
  const start = startOfWindow(text, limit);
  const read = text.slice(start);
  const { tokens, begun } = tokenizer.encodePrompt(read);
  const unknownCharacters = tokens.includes(unknown) ? tokenizer.unknownSymbols(read) : [];
  const fresh = (startsDocument && start === 0) || tokens.length === 0;
  return { text: read, tokens: fresh ? Uint16Array.of(endOfDocument, ...tokens) : tokens, begun, unknownCharacters };
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
