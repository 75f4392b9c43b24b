import type { Tokenizer } from '../corpus/tokenizers/tokenizer';
import type { Piece } from '../corpus/tokens/evaluationBatches';

/** What a part of a text costs, by its code units. */
export interface ScoredPart {
  /** Code units of the text before it. */
  readonly start: number;
  /** Bits of the character that each unit belongs to; those of a token with several are shared evenly among them. */
  readonly bits: Float32Array;
  /** 1 where a token's text starts, 0 inside it. */
  readonly starts: Uint8Array;
}

/** A part of a text, in code units: from `start` up to `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A text as an editor has it, which may end its lines by CR LF, and the tokens that a model reads of it. */
export class TextTokens {
  readonly tokens: Uint16Array;
  /** How many characters each token completes: one that completes none adds its cost to the next. */
  private readonly characters: Uint32Array;
  /** Code units of the text up to each token's end. */
  private readonly ends: Uint32Array;

  constructor(tokenizer: Tokenizer, text: string) {
    const plain = text.replace(/\r\n?/g, '\n');
    this.tokens = tokenizer.encode(plain);
    this.characters = tokenizer.charactersOf(plain, this.tokens);
    this.ends = endsOf(text, this.characters);
  }

  /** The tokens that have something of a part of the text. */
  piece({ start, end }: Span): Piece {
    return { first: this.tokenAt(start), end: this.wholeEnd(this.tokenAt(end - 1) + 1) };
  }

  /** The token that the character of a unit begins with. */
  tokenAt(unit: number): number {
    return this.wholeStart(this.completing(unit));
  }

  /** The first place at or after another, in tokens, at which a character ends. */
  wholeEnd(place: number): number {
    let whole = Math.min(place, this.tokens.length);
    while (whole > 0 && whole < this.tokens.length && this.characters[whole - 1] === 0) whole++;
    return whole;
  }

  /** The last such place at or before another. */
  wholeStart(place: number): number {
    let whole = place;
    while (whole > 0 && this.characters[whole - 1] === 0) whole--;
    return whole;
  }

  /** What a piece of whole characters costs, by the nats of each token of the text. */
  part({ first, end }: Piece, nats: Float64Array): ScoredPart {
    const start = this.endOf(first - 1);
    const length = this.endOf(end - 1) - start;
    const bits = new Float32Array(length);
    const starts = new Uint8Array(length);
    let waiting = 0;
    let place = 0;
    for (let token = first; token < end; token++) {
      waiting += (nats[token] ?? NaN) / Math.LN2;
      const count = this.characters[token] ?? 0;
      if (count === 0) continue;
      const next = this.endOf(token) - start;
      bits.fill(waiting / count, place, next);
      starts[place] = 1;
      place = next;
      waiting = 0;
    }
    return { start, bits, starts };
  }

  /** The token that completes the character of a unit. */
  private completing(unit: number): number {
    let low = 0;
    let high = this.tokens.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.ends[middle] ?? 0) <= unit) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private endOf(token: number): number {
    return token < 0 ? 0 : (this.ends[token] ?? 0);
  }
}

/** Where, in code units, a text stands after each of the tokens that complete so many characters of it. */
function endsOf(text: string, characters: Uint32Array): Uint32Array {
  let unit = 0;
  return characters.map((count) => {
    for (let character = 0; character < count; character++) unit += unitsOfCharacter(text, unit);
    return unit;
  });
}

/** Code units of the character at a place: two of a CR LF, and of a code point beyond 16 bits. */
function unitsOfCharacter(text: string, unit: number): number {
  const code = text.charCodeAt(unit);
  if (code === 0x0d) return text.charCodeAt(unit + 1) === 0x0a ? 2 : 1;
  const isPair = (code & 0xfc00) === 0xd800 && (text.charCodeAt(unit + 1) & 0xfc00) === 0xdc00;
  return isPair ? 2 : 1;
}
