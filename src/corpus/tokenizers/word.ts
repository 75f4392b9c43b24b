import { codeUnits } from './codeUnits';
import type { PieceCounter } from './pieceCounter';
import { longestPiece, PieceScanner } from './pieces';
import { PieceTable } from './pieceTable';
import type { ScratchArray } from './scratchArray';
import { type TokenDecoder, type Tokenizer, type TokenizerDescription, unknown } from './tokenizer';

type WordDescription = Extract<TokenizerDescription, { kind: 'word' }>;

const replacement = '\ufffd';

/** One token a word or run of what is between words; what the vocabulary lacks is {@link unknown}. */
export class WordTokenizer implements Tokenizer {
  readonly vocabularySize: number;
  private readonly table = new PieceTable();
  /** By the number of a piece in the table. */
  private readonly ids: number[] = [];
  private readonly words: readonly string[];

  constructor(readonly description: WordDescription) {
    this.words = ['', replacement, ...description.words];
    this.vocabularySize = this.words.length;
    description.words.forEach((word, index) => {
      if (word.length <= longestPiece) this.ids[this.table.add(codeUnits(word), 0, word.length)] = index + 2;
    });
  }

  encode(text: string, room?: ScratchArray): Uint16Array {
    const units = codeUnits(text, room);
    const scanner = new PieceScanner(units);
    // There are never more pieces than units, and a piece has been read before its token is written.
    let written = 0;
    for (let start = 0; start < units.length;) {
      const end = scanner.end(start);
      const word = this.table.find(units, start, end, scanner.hash);
      units[written++] = this.ids[word] ?? unknown;
      start = end;
    }
    return units.subarray(0, written);
  }

  unknownPieces(text: string): readonly string[] {
    const units = codeUnits(text);
    const pieces: string[] = [];
    const scanner = new PieceScanner(units);
    for (let start = 0; start < units.length;) {
      const end = scanner.end(start);
      if (this.ids[this.table.find(units, start, end, scanner.hash)] === undefined) pieces.push(text.slice(start, end));
      start = end;
    }
    return pieces;
  }

  decode(tokens: ArrayLike<number>): string {
    return Array.from(tokens, (token) => this.words[token] ?? replacement).join('');
  }

  decoder(): TokenDecoder {
    return { push: (token) => this.words[token] ?? replacement, end: () => '' };
  }
}

/** The most frequent pieces that were seen at least `minimumCount` times, at most `limit` of them. */
export function wordVocabulary(counter: PieceCounter, minimumCount: number, limit: number): readonly string[] {
  return counter
    .ranked(minimumCount)
    .slice(0, limit)
    .map(([word]) => word);
}
