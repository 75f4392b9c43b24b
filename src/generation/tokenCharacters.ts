import type { Tokenizer } from '../corpus/tokenizer';
import { codeUnits } from '../corpus/tokenizers/codeUnits';
import { PieceScanner } from '../corpus/tokenizers/pieces';

/** What tokens cost, by the characters (code points) of their text. */
export interface CharacterCosts {
  /** Nats of each character; those of a token with several are shared evenly among them. */
  readonly characters: Float32Array;
  /** 1 where a token's text starts, 0 inside it. */
  readonly starts: Uint8Array;
}

/** Shares the cost of each token among the characters that it completes; one that completes none adds its to the next. */
export function shareAmongCharacters(
  tokenizer: Tokenizer,
  text: string,
  tokens: Uint16Array,
  costs: Float64Array,
): CharacterCosts {
  const counts = charactersOf(tokenizer, text, tokens);
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

/** How many code points each token completes. */
function charactersOf(tokenizer: Tokenizer, text: string, tokens: Uint16Array): readonly number[] {
  const counts: number[] = [];
  switch (tokenizer.description.kind) {
    case 'char':
      return Array.from(tokens, () => 1);
    case 'word':
      for (const piece of piecesOf(text)) counts.push(codePoints(piece));
      return counts;
    case 'byte':
    case 'bpe': {
      const decoder = tokenizer.decoder();
      for (const token of tokens) counts.push(codePoints(decoder.push(token)));
      return counts;
    }
    default:
      return tokenizer.description satisfies never;
  }
}

/** What a tokeniser of words makes a token each of. */
function* piecesOf(text: string): Generator<string, void, void> {
  const scanner = new PieceScanner(codeUnits(text));
  let start = 0;
  while (start < text.length) {
    const end = scanner.end(start);
    yield text.slice(start, end);
    start = end;
  }
}

function codePoints(text: string): number {
  return Array.from(text).length;
}
