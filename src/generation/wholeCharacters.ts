import { endOfDocument, type TokenizerDescription, unknown } from '../corpus/tokenizer';
import { vocabularySizeOf } from '../model/model';

/**
 * Which tokens may follow, so that a text is made of whole code points and never holds the unknown symbol. Byte-level
 * tokens are followed through the UTF-8 grammar (Unicode, table 3-7), one mask for each of its states.
 */
export class WholeCharacters {
  private readonly bytes: readonly Uint8Array[] | null;
  private readonly masks: (Uint8Array | undefined)[] = [];
  private readonly vocabularySize: number;

  constructor(private readonly tokenizer: TokenizerDescription) {
    this.vocabularySize = vocabularySizeOf(tokenizer);
    this.bytes = tokenBytes(tokenizer);
  }

  /** 1 for each token that may be drawn in this state. */
  permitted(state: Utf8State): Uint8Array {
    return (this.masks[state] ??= this.mask(state));
  }

  /** The state after a permitted token. */
  after(state: Utf8State, token: number): Utf8State {
    const bytes = this.bytes?.[token];
    return bytes === undefined ? Utf8State.Whole : readBytes(state, bytes);
  }

  private mask(state: Utf8State): Uint8Array {
    const mask = new Uint8Array(this.vocabularySize);
    for (let token = 0; token < mask.length; token++) mask[token] = this.mayFollow(state, token) ? 1 : 0;
    return mask;
  }

  private mayFollow(state: Utf8State, token: number): boolean {
    if (token === endOfDocument) return state === Utf8State.Whole;
    if (token === unknown) return false;
    const bytes = this.bytes?.[token];
    if (bytes !== undefined) return readBytes(state, bytes) !== Utf8State.Invalid;
    const { tokenizer } = this;
    return tokenizer.kind !== 'char' || !isHalf(tokenizer.symbols[token - 2] ?? '');
  }
}

/** How far into a code point a text of bytes is. */
export enum Utf8State {
  /** Between two code points. */
  Whole,
  OneLeft,
  TwoLeft,
  ThreeLeft,
  /** After E0: overlong forms are excluded. */
  AfterE0,
  /** After ED: surrogates are excluded. */
  AfterED,
  /** After F0: overlong forms are excluded. */
  AfterF0,
  /** After F4: what is past U+10FFFF is excluded. */
  AfterF4,
  Invalid,
}

function readBytes(state: Utf8State, bytes: Uint8Array): Utf8State {
  let now = state;
  for (const byte of bytes) now = readByte(now, byte);
  return now;
}

function readByte(state: Utf8State, byte: number): Utf8State {
  switch (state) {
    case Utf8State.Whole:
      return readFirstByte(byte);
    case Utf8State.OneLeft:
      return within(byte, 0x80, 0xbf, Utf8State.Whole);
    case Utf8State.TwoLeft:
      return within(byte, 0x80, 0xbf, Utf8State.OneLeft);
    case Utf8State.ThreeLeft:
      return within(byte, 0x80, 0xbf, Utf8State.TwoLeft);
    case Utf8State.AfterE0:
      return within(byte, 0xa0, 0xbf, Utf8State.OneLeft);
    case Utf8State.AfterED:
      return within(byte, 0x80, 0x9f, Utf8State.OneLeft);
    case Utf8State.AfterF0:
      return within(byte, 0x90, 0xbf, Utf8State.TwoLeft);
    case Utf8State.AfterF4:
      return within(byte, 0x80, 0x8f, Utf8State.TwoLeft);
    case Utf8State.Invalid:
      return Utf8State.Invalid;
    default:
      return state satisfies never;
  }
}

function readFirstByte(byte: number): Utf8State {
  if (byte < 0x80) return Utf8State.Whole;
  if (byte < 0xc2) return Utf8State.Invalid;
  if (byte < 0xe0) return Utf8State.OneLeft;
  if (byte === 0xe0) return Utf8State.AfterE0;
  if (byte === 0xed) return Utf8State.AfterED;
  if (byte < 0xf0) return Utf8State.TwoLeft;
  if (byte === 0xf0) return Utf8State.AfterF0;
  if (byte < 0xf4) return Utf8State.ThreeLeft;
  return byte === 0xf4 ? Utf8State.AfterF4 : Utf8State.Invalid;
}

function within(byte: number, low: number, high: number, then: Utf8State): Utf8State {
  return byte >= low && byte <= high ? then : Utf8State.Invalid;
}

/** Half of a surrogate pair, as a damaged text may hold. */
function isHalf(symbol: string): boolean {
  return /[\ud800-\udfff]/u.test(symbol);
}

/** The bytes of each token of a byte-level tokeniser (none for the special ones); null for one of characters or words. */
function tokenBytes(tokenizer: TokenizerDescription): readonly Uint8Array[] | null {
  if (tokenizer.kind !== 'byte' && tokenizer.kind !== 'bpe') return null;
  const bytes = [new Uint8Array(0), new Uint8Array(0)];
  for (let byte = 0; byte < 256; byte++) bytes.push(Uint8Array.of(byte));
  if (tokenizer.kind === 'bpe') {
    for (const [first, second] of tokenizer.merges) {
      bytes.push(Uint8Array.of(...(bytes[first] ?? []), ...(bytes[second] ?? [])));
    }
  }
  return bytes;
}
