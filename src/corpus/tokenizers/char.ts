import { type TokenDecoder, type Tokenizer, type TokenizerDescription, endOfDocument, unknown } from '../tokenizer';
import { codeUnits, isSurrogate, pairAt } from './codeUnits';

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

  decode(tokens: ArrayLike<number>): string {
    return Array.from(tokens, (token) => this.symbols[token] ?? replacement).join('');
  }

  decoder(): TokenDecoder {
    return { push: (token) => this.symbols[token] ?? replacement, end: () => '' };
  }
}

/** Counts code points of texts, then names those that make the vocabulary. */
export class CharCounter {
  private readonly basic = new Float64Array(0x10000);
  private readonly astral = new Map<number, number>();

  /** Counts one more text. */
  add(text: string): void {
    const { basic } = this;
    const units = codeUnits(text);
    for (let i = 0; i < units.length; i++) {
      const unit = units[i] ?? 0;
      if (isSurrogate(unit)) i += this.addPair(units, i);
      else basic[unit] = (basic[unit] ?? 0) + 1;
    }
  }

  /** @returns 1 where a second unit was used up, else 0. */
  private addPair(units: Uint16Array, index: number): number {
    const codePoint = pairAt(units, index);
    if (codePoint < 0x10000) {
      this.basic[codePoint] = (this.basic[codePoint] ?? 0) + 1;
      return 0;
    }
    this.astral.set(codePoint, (this.astral.get(codePoint) ?? 0) + 1);
    return 1;
  }

  /**
   * Code points seen at least `minimumCount` times, in the order of their numbers; where there are more than `limit`,
   * the most frequent.
   */
  symbols(minimumCount: number, limit: number): readonly string[] {
    const seen: { codePoint: number; count: number }[] = [];
    this.basic.forEach((count, codePoint) => {
      if (count >= Math.max(1, minimumCount)) seen.push({ codePoint, count });
    });
    for (const [codePoint, count] of this.astral) if (count >= minimumCount) seen.push({ codePoint, count });
    if (seen.length > limit) {
      seen.sort((a, b) => b.count - a.count || a.codePoint - b.codePoint);
      seen.length = limit;
    }
    seen.sort((a, b) => a.codePoint - b.codePoint);
    return seen.map(({ codePoint }) => String.fromCodePoint(codePoint));
  }

  /** Distinct code points seen. */
  get distinct(): number {
    return this.basic.reduce((seen, count) => seen + (count > 0 ? 1 : 0), 0) + this.astral.size;
  }
}
