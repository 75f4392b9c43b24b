import { endOfDocument, type Tokenizer, unknown } from '../corpus/tokenizers/tokenizer';
import type { CharacterRule, StopOptions } from './options';
import { isInside, reachOf, utf8After, type Utf8State, whole } from './utf8';

/** Masks kept at a time; each has a byte a token. */
const mostMasks = 64;

/**
 * Which tokens may follow, so that a text is made of whole code points, never holds the unknown symbol, and keeps to a
 * rule about its characters. Tokens are followed byte by byte, since some end inside a code point.
 */
export class WholeCharacters {
  private readonly masks = new Map<number, Uint8Array>();
  private readonly allowed: Allowed | null;

  constructor(
    private readonly tokenizer: Pick<Tokenizer, 'vocabularySize' | 'bytesOf'>,
    rule?: CharacterRule,
    stop?: Pick<StopOptions, 'at' | 'words'>,
  ) {
    this.allowed = rule === undefined ? null : new Allowed(rule, stop === undefined ? '' : endingsOf(stop));
  }

  /** 1 for each token that may be drawn in this state. */
  permitted(state: Utf8State): Uint8Array {
    // Without a rule it matters how a code point may go on, and not which it is; between two, neither does.
    const key = this.allowed === null || !isInside(state) ? state.form : state.form + 16 * state.bits;
    let mask = this.masks.get(key);
    if (mask === undefined) {
      mask = this.maskOf((token) => this.mayFollow(state, token));
      if (this.masks.size >= mostMasks) this.masks.clear();
      this.masks.set(key, mask);
    }
    return mask;
  }

  /**
   * 1 for each token that may be drawn where the text already has the token's beginning, to which no rule applies.
   * @returns null where no token begins so
   */
  completing(begun: string): Uint8Array | null {
    const start = Buffer.from(begun, 'utf8');
    const mask = this.maskOf((token) => {
      if (token === endOfDocument) return true;
      const bytes = token === unknown ? undefined : this.tokenizer.bytesOf(token);
      if (bytes === undefined || !start.equals(bytes.subarray(0, start.length))) return false;
      return this.read(whole, bytes.subarray(start.length)) !== null;
    });
    return mask.includes(1, 1) ? mask : null;
  }

  /** The state after a permitted token. */
  after(state: Utf8State, token: number): Utf8State {
    let now = state;
    for (const byte of this.tokenizer.bytesOf(token) ?? []) now = utf8After(now, byte) ?? whole;
    return now;
  }

  private maskOf(isPermitted: (token: number) => boolean): Uint8Array {
    return Uint8Array.from({ length: this.tokenizer.vocabularySize }, (_, token) => (isPermitted(token) ? 1 : 0));
  }

  private mayFollow(state: Utf8State, token: number): boolean {
    if (token === endOfDocument) return !isInside(state);
    const bytes = token === unknown ? undefined : this.tokenizer.bytesOf(token);
    return bytes !== undefined && this.read(state, bytes) !== null;
  }

  /** The state after bytes; null where they make no text, or none that is allowed. */
  private read(state: Utf8State, bytes: Uint8Array): Utf8State | null {
    let now = state;
    for (const byte of bytes) {
      const next = utf8After(now, byte);
      if (next === null) return null;
      if (this.allowed !== null && !this.allowed.leadsOn(next)) return null;
      now = next;
    }
    return now;
  }
}

/** A rule about characters leaves nothing that a model could write. The message is one sentence. */
export class NothingAllowedError extends Error {
  override readonly name = 'NothingAllowedError';
}

/** @throws NothingAllowedError where a rule leaves a model no character to begin a text with */
export function requireCharacters(tokenizer: Pick<Tokenizer, 'vocabularySize' | 'bytesOf'>, rule: CharacterRule): void {
  const permitted = new WholeCharacters(tokenizer, rule).permitted(whole);
  if (permitted.some((one, token) => one === 1 && token !== endOfDocument)) return;
  throw new NothingAllowedError('The model knows none of the characters that may be written: allow others.');
}

/** The characters that a text needs to come to an end: a rule that has none of them would write on for ever. */
function endingsOf({ at, words }: Pick<StopOptions, 'at' | 'words'>): string {
  const blank = words === undefined ? '' : ' \n';
  switch (at) {
    case 'none':
      return blank;
    case 'word':
      return ' \n';
    case 'item':
    case 'line':
    case 'paragraph':
      return `\n${blank}`;
    case 'sentence':
      return `.!?… \n`;
    case 'block':
      return `)]}\n${blank}`;
    default:
      return at satisfies never;
  }
}

/** The code points that a rule leaves. */
class Allowed {
  private readonly named: ReadonlySet<number>;
  private readonly only: boolean;

  /** @param always Characters that are allowed whatever the rule says. */
  constructor(rule: CharacterRule, always: string) {
    const named = new Set(Array.from(rule.kind === 'ascii' ? ascii : rule.characters, codePointOf));
    this.only = rule.kind !== 'never';
    for (const character of always) {
      if (this.only) named.add(codePointOf(character));
      else named.delete(codePointOf(character));
    }
    this.named = named;
  }

  /** Whether the code point just completed, or one of those that a begun one may become, is allowed. */
  leadsOn(state: Utf8State): boolean {
    const { first, end } = reachOf(state);
    if (end - first === 1) return this.named.has(first) === this.only;
    let named = 0;
    for (const codePoint of this.named) if (codePoint >= first && codePoint < end) named++;
    return this.only ? named > 0 : named < end - first;
  }
}

/** What is on a plain keyboard: printable ASCII, tab and line feed. */
const ascii = ['\t', '\n', ...Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i))].join('');

function codePointOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}
