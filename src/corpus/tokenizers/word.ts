import { longestPiece } from '../../model/tokenizerDescription';
import { codeUnits } from './codeUnits';
import { PieceCounter } from './pieceCounter';
import { begunPiece, PieceScanner, piecesOf } from './pieces';
import { PieceTable } from './pieceTable';
import type { ScratchArray } from './scratchArray';
import {
  type DescriptionOf,
  type PromptEncoding,
  type TokenDecoder,
  type Tokenizer,
  type TokenizerDescription,
  type TokenizerMaker,
  unknown,
  type VocabularyLearner,
  type VocabularyOptions,
} from './tokenizer';
import { codePoints, extended, SymbolBytes } from './vocabulary';
import { WordScanner } from './wordScanner';

const replacement = '\ufffd';

/** One token a word or run of what is between words; what the vocabulary lacks is {@link unknown}. */
export class WordTokenizer implements Tokenizer {
  readonly vocabularySize: number;
  readonly symbols: readonly string[];
  readonly unknownIsOneCharacter = false;
  private readonly table = new PieceTable();
  /** By the number of a piece in the table. */
  private readonly ids: number[] = [];
  /** The text of each token. */
  private readonly texts: readonly string[];
  private readonly utf8: SymbolBytes;

  constructor(readonly description: DescriptionOf<'word'>) {
    const { words } = description;
    this.symbols = words;
    this.texts = ['', replacement, ...words];
    this.utf8 = new SymbolBytes(words);
    this.vocabularySize = this.texts.length;
    words.forEach((word, index) => {
      if (word.length <= longestPiece) this.ids[this.table.add(codeUnits(word), 0, word.length)] = index + 2;
    });
  }

  encode(text: string, room?: ScratchArray): Uint16Array {
    const units = codeUnits(text, room);
    const scanner = this.scannerOf(units);
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

  /** A word that is only known with a space before it, or only without, is read as that. */
  encodePrompt(text: string): PromptEncoding {
    const begun = begunPiece(text);
    const pieces = this.pieces(text.slice(0, text.length - begun.length));
    return { tokens: Uint16Array.from(pieces, (piece) => this.nearestTo(piece) ?? unknown), begun };
  }

  unknownPieces(text: string): readonly string[] {
    return Array.from(this.pieces(text)).filter((piece) => this.idOf(piece) === undefined);
  }

  unknownSymbols(text: string): readonly string[] {
    const words = this.unknownPieces(text)
      .filter((piece) => piece.trim() !== '' && this.nearestTo(piece) === undefined)
      .map((piece) => piece.trim());
    return Array.from(new Set(words));
  }

  charactersOf(text: string): Uint32Array {
    return Uint32Array.from(this.pieces(text), codePoints);
  }

  bytesOf(token: number): Uint8Array | undefined {
    return this.utf8.at(token - 2);
  }

  extendedBy(symbols: Iterable<string>): TokenizerDescription {
    const pieces = Array.from(symbols, (symbol) => Array.from(this.pieces(symbol))).flat();
    return { ...this.description, words: extended(this.symbols, pieces) };
  }

  decode(tokens: ArrayLike<number>): string {
    return Array.from(tokens, (token) => this.texts[token] ?? replacement).join('');
  }

  decoder(): TokenDecoder {
    return { push: (token) => this.texts[token] ?? replacement, end: () => '' };
  }

  private scannerOf(units: Uint16Array): PieceScanner {
    return this.description.segmented === true ? new WordScanner(units) : new PieceScanner(units);
  }

  private pieces(text: string): Generator<string, void, void> {
    return piecesOf(text, this.scannerOf(codeUnits(text)));
  }

  private idOf(piece: string): number | undefined {
    return this.ids[this.table.find(codeUnits(piece), 0, piece.length)];
  }

  /** The token of a piece, or of what differs from it in blanks alone: a word's space, or how many blanks a run has. */
  private nearestTo(piece: string): number | undefined {
    const own = this.idOf(piece);
    if (own !== undefined) return own;
    if (piece.trim() !== '') return this.idOf(piece.startsWith(' ') ? piece.slice(1) : ` ${piece}`);
    for (let start = 1; start < piece.length; start++) {
      const id = this.idOf(piece.slice(start));
      if (id !== undefined) return id;
    }
    return undefined;
  }
}

/** Counts words, and notices whether any stand side by side without a space. */
class WordLearner implements VocabularyLearner {
  private readonly counter = new PieceCounter((units) => (this.scanner = new WordScanner(units)));
  private scanner: WordScanner | undefined;
  private isSegmenting = false;

  constructor(private readonly options: VocabularyOptions) {}

  add(text: string): void {
    this.counter.add(text);
    this.isSegmenting ||= this.scanner?.isSegmenting === true;
  }

  // eslint-disable-next-line require-yield -- Nothing of this takes long.
  *finish(): Generator<void, TokenizerDescription, void> {
    const { minimumCount, maximumVocabulary, vocabularySize = maximumVocabulary } = this.options;
    const words = this.counter
      .ranked(minimumCount)
      .slice(0, Math.min(vocabularySize, 0x10000) - 2)
      .map(([word]) => word);
    return this.isSegmenting ? { kind: 'word', words, segmented: true } : { kind: 'word', words };
  }
}

/** Words and what is between, those that the text has most of. */
export const wordMaker: TokenizerMaker<'word'> = {
  create: (description) => new WordTokenizer(description),
  learner: (options) => new WordLearner(options),
  learnsFromText: true,
};
