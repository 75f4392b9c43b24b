import { isInsidePair, withLineFeeds } from '../base/text';
import { codePointCount } from '../corpus/tokenizers/codeUnits';
import { normalizedFor } from '../corpus/tokenizers/normalizing';
import type { Tokenizer, TokenizerDescription } from '../corpus/tokenizers/tokenizer';
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

/** A text of which nothing is known. */
export function unscored(length: number): ScoredPart {
  return { start: 0, bits: new Float32Array(length).fill(NaN), starts: new Uint8Array(length) };
}

/** Puts parts of a text where they belong in the whole of it. */
export function putTogether(whole: ScoredPart, parts: readonly ScoredPart[]): void {
  for (const { start, bits, starts } of parts) {
    whole.bits.set(bits, start);
    whole.starts.set(starts, start);
  }
}

/** A text as an editor has it, which may end its lines by CR LF, and the tokens that a model reads of it. */
export class TextTokens {
  readonly tokens: Uint16Array;
  /** How many characters of the text each token completes: one that completes none adds its cost to the next. */
  private readonly characters: Uint32Array;
  /** Code units of the text up to each token's end. */
  private readonly ends: Uint32Array;

  constructor(tokenizer: Tokenizer, text: string) {
    const { description } = tokenizer;
    const plain = withLineFeeds(text);
    const read = normalizedFor(description, plain);
    this.tokens = tokenizer.encode(plain);
    const counts = tokenizer.charactersOf(read, this.tokens);
    this.characters = read === plain ? counts : beforeComposition(counts, plain, description);
    this.ends = endsOf(text, this.characters);
  }

  /** Characters (code points; a CR LF is one). */
  get characterCount(): number {
    return this.characters.reduce((sum, count) => sum + count, 0);
  }

  /** The tokens that have something of each part of the text, where a token with something of two goes with the first. */
  pieces(wanted: readonly Span[]): readonly Piece[] {
    let last = 0;
    return wanted.map(({ start, end }) => {
      const piece = {
        first: Math.max(last, this.tokenAt(start)),
        end: this.wholeEnd(this.completing(end - 1) + 1),
      };
      last = Math.max(last, piece.end);
      return piece;
    });
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

/** No composition reaches over the end of what a reader takes for one character. */
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * How many characters of a text tokens complete that complete so many of it once it is composed. What composition makes other
 * characters of, more or fewer, is complete with the last of them.
 */
function beforeComposition(composed: Uint32Array, text: string, description: TokenizerDescription): Uint32Array {
  const segments = graphemes.segment(text)[Symbol.iterator]();
  let [before, left, isSame] = [0, 0, true];
  return composed.map((count) => {
    let completed = 0;
    for (let open = count; open > 0;) {
      if (left === 0) {
        const segment = segments.next().value?.segment ?? '';
        before = codePointCount(segment);
        left = codePointCount(normalizedFor(description, segment));
        if (left === 0) break; // Nothing of the text is left.
        isSame = left === before;
      }
      const taken = Math.min(open, left);
      open -= taken;
      left -= taken;
      if (isSame) completed += taken;
      else if (left === 0) completed += before;
    }
    return completed;
  });
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
  return isInsidePair(text, unit + 1) ? 2 : 1;
}
