import { codePointCount, codeUnits } from '../corpus/tokenizers/codeUnits';
import { PieceScanner } from '../corpus/tokenizers/pieces';
import type { Tokenizer } from '../corpus/tokenizers/tokenizer';

/** How many code points of its text each token completes. */
export function charactersOf(tokenizer: Tokenizer, text: string, tokens: Uint16Array): Uint32Array {
  switch (tokenizer.description.kind) {
    case 'char':
      return new Uint32Array(tokens.length).fill(1);
    case 'word':
      return Uint32Array.from(piecesOf(text), codePointCount);
    case 'byte':
    case 'bpe': {
      const decoder = tokenizer.decoder();
      return Uint32Array.from(tokens, (token) => codePointCount(decoder.push(token)));
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
