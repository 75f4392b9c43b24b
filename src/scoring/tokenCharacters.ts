import { normalizedFor } from '../corpus/tokenizers/normalizing';
import type { Tokenizer } from '../corpus/tokenizers/tokenizer';
import { codePoints } from '../corpus/tokenizers/vocabulary';

/** What tokens cost, by the characters (code points) of their text. */
export interface CharacterCosts {
  /** Nats of each character; those of a token with several are shared evenly among them. */
  readonly characters: Float32Array;
  /** 1 where a token's text starts, 0 inside it. */
  readonly starts: Uint8Array;
}

/**
 * Shares the cost of each token among the characters that it completes; one that completes none adds its to the next.
 * Where a tokeniser composes the text, what it makes one character of is shared among those that it was.
 */
export function shareAmongCharacters(
  tokenizer: Tokenizer,
  text: string,
  tokens: Uint16Array,
  costs: Float64Array,
): CharacterCosts {
  const read = normalizedFor(tokenizer.description, text);
  const shared = shareAmongRead(tokenizer, read, tokens, costs);
  return read === text ? shared : spreadOver(text, tokenizer, shared);
}

/** No composition reaches over the end of what a reader takes for one character. */
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The costs of a composed text's characters, shared anew among those of the text as it was. */
function spreadOver(text: string, { description }: Tokenizer, composed: CharacterCosts): CharacterCosts {
  const length = codePoints(text);
  const characters = new Float32Array(length);
  const starts = new Uint8Array(length);
  let [from, place] = [0, 0];
  for (const { segment } of graphemes.segment(text)) {
    const end = from + codePoints(normalizedFor(description, segment));
    const next = place + codePoints(segment);
    const total = composed.characters.subarray(from, end).reduce((sum, cost) => sum + cost, 0);
    if (end - from === next - place) {
      characters.set(composed.characters.subarray(from, end), place);
      starts.set(composed.starts.subarray(from, end), place);
    } else {
      characters.fill(total / (next - place), place, next);
      starts[place] = composed.starts[from] ?? 0;
    }
    [from, place] = [end, next];
  }
  return { characters, starts };
}

function shareAmongRead(tokenizer: Tokenizer, text: string, tokens: Uint16Array, costs: Float64Array): CharacterCosts {
  const counts = tokenizer.charactersOf(text, tokens);
  const length = counts.reduce((sum, count) => sum + count, 0);
  const characters = new Float32Array(length);
  const starts = new Uint8Array(length);
  let place = 0;
  let waiting = 0;
  counts.forEach((count, i) => {
    waiting += costs[i] ?? 0;
    if (count === 0) return;
    starts[place] = 1;
    characters.fill(waiting / count, place, place + count);
    place += count;
    waiting = 0;
  });
  return { characters, starts };
}
