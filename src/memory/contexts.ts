import { endOfDocument, type Tokenizer, type TokenizerKind } from '../corpus/tokenizers/tokenizer';

/**
 * What the next token is told by: the latest so many tokens; the word begun so far; that and the word before it. What a
 * tokeniser's unit says decides how many of them pay.
 */
export type Context = number | 'word' | 'words';

/** The contexts that are counted for each kind of tokeniser: orders ascending, then those of words. */
export const contextsOf: Readonly<Record<TokenizerKind, readonly Context[]>> = {
  char: [1, 2, 3, 4, 6, 'word', 'words'],
  byte: [1, 2, 3, 4, 6, 'word', 'words'],
  bpe: [1, 2, 3, 'word', 'words'],
  word: [1, 2, 3],
};

/** Tokens that a place keeps. */
const kept = 6;

/** Numbers of a place in a text: its latest tokens, and the hashes of its word and the one before, in halves. */
export const placeSize = kept + 4;

const wordAt = kept;
const lastWordAt = kept + 2;

/** What a token is to the words of a text. */
const [between, goesOn, starts] = [0, 1, 2];

/**
 * Where a text stands, as numbers that a state can carry (each exact in 32 bits of floating point), and the hashes of its
 * contexts there. All zeros is the start of a document.
 */
export class Contexts {
  /** Hash of each context at the place read last; never 0. */
  readonly hashes: Uint32Array;
  /** How many of them are orders; those come first. */
  readonly orders: number;
  private readonly contexts: readonly Context[];
  private readonly parts: Uint8Array;

  constructor(tokenizer: Tokenizer) {
    this.contexts = contextsOf[tokenizer.description.kind];
    this.hashes = new Uint32Array(this.contexts.length);
    this.orders = this.contexts.filter((context) => typeof context === 'number').length;
    this.parts = Uint8Array.from({ length: tokenizer.vocabularySize }, (_, token) => partOf(tokenizer.decode([token])));
  }

  /** Moves a place past a token: the end of a document is the start of the next. */
  advance(place: Float32Array, token: number): void {
    if (token === endOfDocument) {
      place.fill(0);
      return;
    }
    place.copyWithin(1, 0, kept - 1);
    place[0] = token;
    const part = this.parts[token];
    const word = hashAt(place, wordAt);
    if (part === goesOn) {
      setHashAt(place, wordAt, mix(word, token));
      return;
    }
    if (word !== 0) setHashAt(place, lastWordAt, word);
    setHashAt(place, wordAt, part === starts ? mix(0, token) : 0);
  }

  /** Works out {@link hashes}. */
  read(place: Float32Array): void {
    let run = 0;
    let length = 0;
    for (let i = 0; i < this.contexts.length; i++) {
      const context = this.contexts[i];
      let hash: number;
      if (context === 'word') hash = mix(hashAt(place, wordAt), 1);
      else if (context === 'words') hash = mix(hashAt(place, wordAt), hashAt(place, lastWordAt));
      else {
        for (; length < (context ?? 0); length++) run = mix(run, place[length] ?? 0);
        hash = run;
      }
      this.hashes[i] = mix(hash, i) || 1;
    }
  }
}

function partOf(text: string): number {
  if (/^[\p{L}\p{M}\p{N}_'’]+$/u.test(text)) return goesOn;
  return /^\s[\p{L}\p{M}\p{N}_'’]+$/u.test(text) ? starts : between;
}

function hashAt(place: Float32Array, at: number): number {
  return (((place[at] ?? 0) << 16) | (place[at + 1] ?? 0)) >>> 0;
}

function setHashAt(place: Float32Array, at: number, hash: number): void {
  place[at] = hash >>> 16;
  place[at + 1] = hash & 0xffff;
}

/** Both numbers into 32 bits, each of which depends on all of theirs. */
function mix(hash: number, value: number): number {
  let mixed = Math.imul(hash ^ Math.imul(value + 0x9e3779b9, 0x85ebca6b), 0xc2b2ae35);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x27d4eb2f);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
