import { type TokenDecoder, type Tokenizer, type TokenizerDescription, endOfDocument, unknown } from '../tokenizer';
import { codeUnits, hasSurrogates, isSurrogate, pairAt } from './codeUnits';

type CharDescription = Extract<TokenizerDescription, { kind: 'char' }>;

const replacement = '\ufffd';

/** One token a code point (not a UTF-16 unit); what the vocabulary lacks is {@link unknown}. */
export class CharTokenizer implements Tokenizer {
  readonly vocabularySize: number;
  /** Id by code unit; endOfDocument for surrogates, whose pairs are looked up in {@link astral}. */
  private readonly basic = new Uint16Array(0x10000).fill(unknown).fill(endOfDocument, 0xd800, 0xe000);
  private readonly astral = new Map<number, number>();
  private readonly symbols: readonly string[];

  constructor(readonly description: CharDescription) {
    this.symbols = ['', replacement, ...description.symbols];
    this.vocabularySize = this.symbols.length;
    description.symbols.forEach((symbol, index) => {
      const codePoint = symbol.codePointAt(0) ?? 0;
      if (codePoint < 0x10000) this.basic[codePoint] = index + 2;
      else this.astral.set(codePoint, index + 2);
    });
  }

  encode(text: string): Uint16Array {
    const tokens = codeUnits(text);
    const { basic } = this;
    const unrolled = tokens.length & ~3;
    let i = 0;
    for (; i < unrolled; i += 4) {
      tokens[i] = basic[tokens[i] ?? 0] ?? unknown;
      tokens[i + 1] = basic[tokens[i + 1] ?? 0] ?? unknown;
      tokens[i + 2] = basic[tokens[i + 2] ?? 0] ?? unknown;
      tokens[i + 3] = basic[tokens[i + 3] ?? 0] ?? unknown;
    }
    for (; i < tokens.length; i++) tokens[i] = basic[tokens[i] ?? 0] ?? unknown;
    const surrogate = tokens.indexOf(endOfDocument);
    return surrogate < 0 ? tokens : this.encodePairs(text, tokens, surrogate);
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
    return tokens.slice(0, written);
  }

  unknownPieces(text: string): readonly string[] {
    if (!this.encode(text).includes(unknown)) return [];
    const known = new Set(this.description.symbols);
    return Array.from(text).filter((symbol) => !known.has(symbol));
  }

  decode(tokens: ArrayLike<number>): string {
    return Array.from(tokens, (token) => this.symbols[token] ?? replacement).join('');
  }

  decoder(): TokenDecoder {
    return { push: (token) => this.symbols[token] ?? replacement, end: () => '' };
  }
}

/** Counts code points of texts, then names those that make the vocabulary. */
export class CharCounter {
  /** By code unit, in four tables: counting in one waits for itself where a letter comes again soon. */
  private readonly basic = Array.from({ length: 4 }, () => new Uint32Array(0x10000));
  private readonly astral = new Map<number, number>();

  /** Counts one more text. */
  add(text: string): void {
    const units = codeUnits(text);
    const [a, b, c, d] = this.basic as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
    const unrolled = units.length & ~3;
    let i = 0;
    for (; i < unrolled; i += 4) {
      const first = units[i] ?? 0;
      const second = units[i + 1] ?? 0;
      const third = units[i + 2] ?? 0;
      const fourth = units[i + 3] ?? 0;
      a[first] = (a[first] ?? 0) + 1;
      b[second] = (b[second] ?? 0) + 1;
      c[third] = (c[third] ?? 0) + 1;
      d[fourth] = (d[fourth] ?? 0) + 1;
    }
    for (; i < units.length; i++) {
      const unit = units[i] ?? 0;
      a[unit] = (a[unit] ?? 0) + 1;
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
    for (const table of this.basic) {
      table.forEach((count, unit) => {
        if (count > 0 && !isSurrogate(unit)) counts.set(unit, (counts.get(unit) ?? 0) + count);
      });
    }
    return [...counts]
      .filter(([, count]) => count >= minimumCount)
      .sort(([a, countA], [b, countB]) => countB - countA || a - b)
      .slice(0, limit)
      .sort(([a], [b]) => a - b)
      .map(([codePoint]) => String.fromCodePoint(codePoint));
  }
}
