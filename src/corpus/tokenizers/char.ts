import { isSurrogate } from '../../base/text';
import { codeUnits, hasSurrogates, pairAt } from './codeUnits';
import { ScratchArray } from './scratchArray';
import {
  type DescriptionOf,
  endOfDocument,
  type PromptEncoding,
  type TokenDecoder,
  type Tokenizer,
  type TokenizerDescription,
  type TokenizerMaker,
  unknown,
} from './tokenizer';
import { atOnce, extended, SymbolBytes } from './vocabulary';

const replacement = '\ufffd';

/** Code units of a text that is worth a table of pairs. */
const worthPairs = 8192;

/** One token a code point (not a UTF-16 unit); what the vocabulary lacks is {@link unknown}. */
export class CharTokenizer implements Tokenizer {
  readonly vocabularySize: number;
  readonly symbols: readonly string[];
  readonly unknownIsOneCharacter = true;
  /** Id by code unit; endOfDocument for surrogates, whose pairs are looked up in {@link astral}. */
  private readonly basic = new Uint16Array(0x10000).fill(unknown).fill(endOfDocument, 0xd800, 0xe000);
  private readonly astral = new Map<number, number>();
  /** Two ids by a pair of bytes, once there was a text that was worth it. */
  private pairs: Uint32Array | undefined;
  private readonly bytes = new ScratchArray();
  /** The text of each token. */
  private readonly texts: readonly string[];
  private readonly utf8: SymbolBytes;

  constructor(readonly description: DescriptionOf<'char'>) {
    this.symbols = description.symbols;
    this.texts = ['', replacement, ...description.symbols];
    this.utf8 = new SymbolBytes(description.symbols);
    this.vocabularySize = this.texts.length;
    description.symbols.forEach((symbol, index) => {
      const codePoint = symbol.codePointAt(0) ?? 0;
      if (codePoint < 0x10000) this.basic[codePoint] = index + 2;
      else this.astral.set(codePoint, index + 2);
    });
  }

  encode(text: string, room?: ScratchArray): Uint16Array {
    const bytes = text.length < worthPairs ? null : asciiBytes(text, this.bytes);
    if (bytes) return this.encodeAscii(bytes, room);
    const tokens = codeUnits(text, room);
    const { basic } = this;
    for (let i = 0; i < tokens.length; i++) tokens[i] = basic[tokens[i] ?? 0] ?? unknown;
    const surrogate = tokens.indexOf(endOfDocument);
    return surrogate < 0 ? tokens : this.encodePairs(text, tokens, surrogate);
  }

  /** Two by two. */
  private encodeAscii(bytes: Uint8Array<ArrayBuffer>, room = new ScratchArray()): Uint16Array {
    const table = (this.pairs ??= this.pairTable());
    const { length } = bytes;
    const { buffer } = room.atLeast(length + 1);
    const read = bytePairs(bytes);
    const written = new Uint32Array(buffer, 0, read.length);
    for (let i = 0; i < read.length; i++) written[i] = table[read[i] ?? 0] ?? 0;
    const tokens = new Uint16Array(buffer, 0, length);
    if (length % 2 === 1) tokens[length - 1] = this.basic[bytes[length - 1] ?? 0] ?? unknown;
    return tokens;
  }

  private pairTable(): Uint32Array {
    const table = new Uint32Array(pairCount);
    const [pair, ids] = [new Uint16Array(1), new Uint32Array(1)];
    const [bytes, halves] = [new Uint8Array(pair.buffer), new Uint16Array(ids.buffer)];
    for (let first = 0; first < 128; first++) {
      for (let second = 0; second < 128; second++) {
        bytes.set([first, second]);
        halves.set([this.basic[first] ?? unknown, this.basic[second] ?? unknown]);
        table[pair[0] ?? 0] = ids[0] ?? 0;
      }
    }
    return table;
  }

  /** Goes on from the first surrogate, where a token may take two units. */
  private encodePairs(text: string, tokens: Uint16Array, start: number): Uint16Array {
    const units = codeUnits(text);
    let written = start;
    for (let i = start; i < units.length; i++) {
      const unit = units[i] ?? 0;
      if (isSurrogate(unit)) {
        const codePoint = pairAt(units, i);
        if (codePoint > 0xffff) i++;
        tokens[written++] = codePoint > 0xffff ? (this.astral.get(codePoint) ?? unknown) : (this.basic[codePoint] ?? 0);
      } else {
        tokens[written++] = this.basic[unit] ?? unknown;
      }
    }
    return tokens.subarray(0, written);
  }

  encodePrompt(text: string): PromptEncoding {
    return { tokens: this.encode(text), begun: '' };
  }

  unknownPieces(text: string): readonly string[] {
    if (!this.encode(text).includes(unknown)) return [];
    const known = new Set(this.symbols);
    return Array.from(text).filter((symbol) => !known.has(symbol));
  }

  unknownSymbols(text: string): readonly string[] {
    return Array.from(new Set(this.unknownPieces(text)));
  }

  charactersOf(_text: string, tokens: Uint16Array): Uint32Array {
    return new Uint32Array(tokens.length).fill(1);
  }

  bytesOf(token: number): Uint8Array | undefined {
    return this.utf8.at(token - 2);
  }

  extendedBy(symbols: Iterable<string>): TokenizerDescription {
    const characters = Array.from(symbols, (symbol) => Array.from(symbol)).flat();
    return { ...this.description, symbols: extended(this.symbols, characters) };
  }

  decode(tokens: ArrayLike<number>): string {
    return Array.from(tokens, (token) => this.texts[token] ?? replacement).join('');
  }

  decoder(): TokenDecoder {
    return { push: (token) => this.texts[token] ?? replacement, end: () => '' };
  }
}

/** Counts code points of texts, then names those that make the vocabulary. */
class CharCounter {
  private readonly basic = new Uint32Array(0x10000);
  private readonly astral = new Map<number, number>();
  /** Pairs of bytes that were counted instead of code units. */
  private readonly pairs = new Uint32Array(pairCount);
  private readonly room = new ScratchArray();

  /** Counts one more text. */
  add(text: string): void {
    const bytes = asciiBytes(text, this.room);
    if (bytes) this.addAscii(bytes);
    else this.addUnits(text);
  }

  private addAscii(bytes: Uint8Array<ArrayBuffer>): void {
    const { basic, pairs } = this;
    const read = bytePairs(bytes);
    const unrolled = read.length & ~3;
    for (let i = 0; i < unrolled; i += 4) {
      const first = read[i] ?? 0;
      const second = read[i + 1] ?? 0;
      const third = read[i + 2] ?? 0;
      const fourth = read[i + 3] ?? 0;
      pairs[first] = (pairs[first] ?? 0) + 1;
      pairs[second] = (pairs[second] ?? 0) + 1;
      pairs[third] = (pairs[third] ?? 0) + 1;
      pairs[fourth] = (pairs[fourth] ?? 0) + 1;
    }
    for (const pair of read.subarray(unrolled)) pairs[pair] = (pairs[pair] ?? 0) + 1;
    const last = bytes[bytes.length - 1] ?? 0;
    if (bytes.length % 2 === 1) basic[last] = (basic[last] ?? 0) + 1;
  }

  private addUnits(text: string): void {
    const units = codeUnits(text, this.room);
    const { basic } = this;
    // eslint-disable-next-line @typescript-eslint/prefer-for-of -- An iterator takes three times as long.
    for (let i = 0; i < units.length; i++) {
      const unit = units[i] ?? 0;
      basic[unit] = (basic[unit] ?? 0) + 1;
    }
    if (hasSurrogates(text)) this.addPairs(units);
  }

  /** Surrogates were counted as units; their pairs are counted here. */
  private addPairs(units: Uint16Array): void {
    for (let i = 0; i < units.length; i++) {
      if (!isSurrogate(units[i] ?? 0)) continue;
      const codePoint = pairAt(units, i);
      this.astral.set(codePoint, (this.astral.get(codePoint) ?? 0) + 1);
      if (codePoint > 0xffff) i++;
    }
  }

  /**
   * Code points seen at least `minimumCount` times, in the order of their numbers; where there are more than `limit`,
   * the most frequent.
   */
  symbols(minimumCount: number, limit: number): readonly string[] {
    const counts = new Map(this.astral);
    const count = (unit: number, times: number) => {
      if (times > 0 && !isSurrogate(unit)) counts.set(unit, (counts.get(unit) ?? 0) + times);
    };
    this.basic.forEach((times, unit) => count(unit, times));
    this.pairs.forEach((times, pair) => {
      count(pair & 0xff, times);
      count(pair >> 8, times);
    });
    return [...counts]
      .filter(([, count]) => count >= minimumCount)
      .sort(([a, countA], [b, countB]) => countB - countA || a - b)
      .slice(0, limit)
      .sort(([a], [b]) => a - b)
      .map(([codePoint]) => String.fromCodePoint(codePoint));
  }
}

/** Characters, those that a text has often enough. */
export const charMaker: TokenizerMaker<'char'> = {
  create: (description) => new CharTokenizer(description),
  learner: ({ minimumCount, maximumVocabulary }) => {
    const counter = new CharCounter();
    const limit = Math.min(maximumVocabulary, 0x10000) - 2;
    return {
      add: (text) => counter.add(text),
      finish: () => atOnce({ kind: 'char', symbols: counter.symbols(minimumCount, limit) }),
    };
  },
  learnsFromText: true,
};

/** Shorter texts aren't worth a second look. */
const fewestUnits = 256;

const encoder = new TextEncoder();

/**
 * The bytes of a text, each of which is a character of ASCII, in an array that starts where the room does; null of a text
 * that has other characters, or is so short that looking at its code units is as quick.
 */
function asciiBytes(text: string, room: ScratchArray): Uint8Array<ArrayBuffer> | null {
  const { length } = text;
  if (length < fewestUnits) return null;
  const bytes = new Uint8Array(room.atLeast((length + 1) >> 1).buffer, 0, length);
  // As many bytes as code units: any other character takes more bytes than that.
  return encoder.encodeInto(text, bytes).read === length ? bytes : null;
}

/** The bytes two by two, without the last where they are odd in number: half the steps of a loop over them. */
function bytePairs(bytes: Uint8Array<ArrayBuffer>): Uint16Array<ArrayBuffer> {
  return new Uint16Array(bytes.buffer, 0, bytes.length >> 1);
}

/** Pairs of ASCII are less than this. */
const pairCount = 1 << 15;
