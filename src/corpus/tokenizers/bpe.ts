import { longestPiece } from '../../model/tokenizerDescription';
import { firstMerge, learnMerges } from './bpeTraining';
import { byteOfToken, firstByte } from './byte';
import { ByteDecoder, charactersOfBytes, decodeBytes } from './bytePieces';
import { codeUnits } from './codeUnits';
import { PieceCounter } from './pieceCounter';
import { begunPiece, PieceScanner } from './pieces';
import { doubled, PieceTable } from './pieceTable';
import { ScratchArray } from './scratchArray';
import type {
  DescriptionOf,
  PromptEncoding,
  TokenDecoder,
  Tokenizer,
  TokenizerDescription,
  TokenizerMaker,
  VocabularyLearner,
  VocabularyOptions,
} from './tokenizer';

/** A code unit takes three bytes at most, and a byte one token. */
const mostTokens = 3 * longestPiece;
/** Distinct pieces whose tokens are remembered; beyond it the memory starts afresh. */
const mostRemembered = 500_000;

/**
 * Byte-level byte-pair encoding (Sennrich, 2016; bytes as in Radford, 2019): lossless on every text. The text is split
 * into pieces, and inside a piece the pair learned earliest is joined first.
 */
export class BpeTokenizer implements Tokenizer {
  readonly vocabularySize: number;
  readonly symbols = null;
  readonly unknownIsOneCharacter = false;
  /** By the left id of a pair, then its right: the id that they make. An earlier pair has a smaller id. */
  private readonly joined: (Map<number, number> | undefined)[] = [];
  private readonly bytes: Uint8Array[] = [];
  private remembered = new RememberedTokens();
  private readonly units = new ScratchArray();

  /** @throws RangeError where a pair names an id that isn't there yet. */
  constructor(readonly description: DescriptionOf<'bpe'>) {
    this.vocabularySize = firstMerge + description.merges.length;
    for (const [left, right] of description.merges) {
      const id = firstMerge + this.bytes.length;
      const leftBytes = this.bytesOf(left);
      const rightBytes = this.bytesOf(right);
      if (!leftBytes || !rightBytes) throw new RangeError(`The pair of token ${id} names a token that isn't there.`);
      (this.joined[left] ??= new Map<number, number>()).set(right, id);
      this.bytes.push(Buffer.concat([leftBytes, rightBytes]));
    }
  }

  encode(text: string, room = new ScratchArray()): Uint16Array {
    const units = codeUnits(text, this.units);
    const scanner = new PieceScanner(units);
    let tokens: Uint16Array = room.atLeast(text.length + mostTokens);
    let written = 0;
    for (let start = 0; start < units.length;) {
      const end = scanner.end(start);
      if (written + mostTokens > tokens.length) tokens = doubled(tokens);
      written = this.remembered.copy(this.pieceAt(units, start, end, scanner.hash), tokens, written);
      start = end;
    }
    return tokens.subarray(0, written);
  }

  encodePrompt(text: string): PromptEncoding {
    const begun = begunPiece(text);
    return { tokens: this.encode(text.slice(0, text.length - begun.length)), begun };
  }

  unknownPieces(): readonly string[] {
    return [];
  }

  unknownSymbols(): readonly string[] {
    return [];
  }

  charactersOf(_text: string, tokens: Uint16Array): Uint32Array {
    return charactersOfBytes(tokens, this.decoder());
  }

  bytesOf(token: number): Uint8Array | undefined {
    return token < firstMerge ? byteOfToken(token) : this.bytes[token - firstMerge];
  }

  extendedBy(): TokenizerDescription {
    return this.description;
  }

  decode(tokens: ArrayLike<number>): string {
    return decodeBytes(tokens, (token) => this.bytesOf(token));
  }

  decoder(): TokenDecoder {
    return new ByteDecoder((token) => this.bytesOf(token));
  }

  /** The number of a piece in {@link remembered}. */
  private pieceAt(units: Uint16Array, start: number, end: number, hash: number): number {
    const known = this.remembered.pieces.find(units, start, end, hash);
    if (known >= 0) return known;
    if (this.remembered.pieces.size >= mostRemembered) this.remembered = new RememberedTokens();
    const tokens = this.join(Buffer.from(String.fromCharCode(...units.subarray(start, end)), 'utf8'));
    return this.remembered.add(units, start, end, tokens);
  }

  /** The tokens of one piece. */
  private join(piece: Uint8Array): readonly number[] {
    const ids = Array.from(piece, (byte) => byte + firstByte);
    for (;;) {
      let first = Infinity;
      let place = 0;
      for (let i = 0; i + 1 < ids.length; i++) {
        const id = this.joined[ids[i] ?? 0]?.get(ids[i + 1] ?? 0) ?? Infinity;
        if (id < first) {
          first = id;
          place = i;
        }
      }
      if (first === Infinity) return ids;
      ids.splice(place, 2, first);
    }
  }
}

/** Pieces seen before, and their tokens one after the other. */
class RememberedTokens {
  readonly pieces = new PieceTable();
  private tokens = new Uint16Array(1 << 14);
  private used = 0;
  /** Where the tokens of each piece end; they start where those of the piece before end. */
  private ends = new Uint32Array(1 << 13);

  /** @returns the number of the piece. */
  add(units: Uint16Array, start: number, end: number, tokens: readonly number[]): number {
    const piece = this.pieces.add(units, start, end);
    if (piece >= this.ends.length) this.ends = doubled(this.ends);
    if (this.used + mostTokens > this.tokens.length) this.tokens = doubled(this.tokens);
    this.tokens.set(tokens, this.used);
    this.used += tokens.length;
    this.ends[piece] = this.used;
    return piece;
  }

  /** Writes a piece's tokens to a place in `into`. @returns where they end there. */
  copy(piece: number, into: Uint16Array, place: number): number {
    const { tokens } = this;
    const end = this.ends[piece] ?? 0;
    let written = place;
    for (let i = piece === 0 ? 0 : (this.ends[piece - 1] ?? 0); i < end; i++) into[written++] = tokens[i] ?? 0;
    return written;
  }
}

class BpeLearner implements VocabularyLearner {
  private readonly counter = new PieceCounter();

  constructor(private readonly options: VocabularyOptions) {}

  add(text: string): void {
    this.counter.add(text);
  }

  *finish(): Generator<void, TokenizerDescription, void> {
    const { maximumVocabulary, vocabularySize = maximumVocabulary } = this.options;
    const mostMerges = Math.max(0, Math.min(vocabularySize, 0x10000) - firstMerge);
    return { kind: 'bpe', merges: yield* learnMerges(this.counter.pieces(1), mostMerges) };
  }
}

/** Byte pairs, learned from the pieces of the text. */
export const bpeMaker: TokenizerMaker<'bpe'> = {
  create: (description) => new BpeTokenizer(description),
  learner: (options) => new BpeLearner(options),
  learnsFromText: true,
};
