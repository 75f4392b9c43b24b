import { isInsidePair } from '../base/text';
import { endOfDocument, type TokenDecoder, type Tokenizer } from '../corpus/tokenizers/tokenizer';
import { Ending } from './ending';
import type { SamplingOptions, StopOptions, StopReason } from './options';
import type { Prompt } from './prompt';
import { Sampler } from './sampler';
import { isInside, type Utf8State, whole } from './utf8';
import type { WholeCharacters } from './wholeCharacters';

/** One token of a draft, and how things stood after it. */
interface Drawn {
  readonly token: number;
  readonly utf8: Utf8State;
  /** Code units of the text. */
  readonly length: number;
}

/** A text on its way: what was drawn, what of it may be shown, and what was shown. */
export class Draft {
  private readonly sampler: Sampler;
  private readonly permitted: Uint8Array;
  private decoder: TokenDecoder;
  private ending: Ending;
  /** What may be drawn first, where the prompt has the beginning of it. */
  private readonly completing: Uint8Array | null;
  /** Code units drawn that the prompt has. */
  private readonly begun: number;
  private readonly drawn: Drawn[] = [];
  private written = '';
  private told = 0;
  /** Code units drawn of what the prompt has. */
  private taken = 0;
  /** By place: not to be drawn there, since it was before, and taken back. All of it, else two ways would take turns. */
  private readonly banned = new Map<number, Set<number>>();

  constructor(
    private readonly prompt: Prompt,
    sampling: SamplingOptions,
    private readonly stop: StopOptions,
    private readonly tokenizer: Tokenizer,
    private readonly characters: WholeCharacters,
  ) {
    this.sampler = new Sampler(tokenizer.vocabularySize, sampling);
    this.permitted = new Uint8Array(tokenizer.vocabularySize);
    this.decoder = tokenizer.decoder();
    this.ending = new Ending(stop, prompt.text);
    this.completing = prompt.begun === '' ? null : characters.completing(prompt.begun);
    this.begun = this.completing === null ? 0 : prompt.begun.length;
    for (const token of prompt.tokens) this.sampler.observe(token);
  }

  get stopped(): StopReason | null {
    return this.drawn.at(-1)?.token === endOfDocument ? 'end of document' : this.ending.reason;
  }

  get text(): string {
    return this.written;
  }

  /** The token that the model hasn't read yet. */
  get lastToken(): number {
    return this.drawn.at(-1)?.token ?? this.prompt.tokens.at(-1) ?? endOfDocument;
  }

  /** The prompt's tokens and those drawn. */
  get tokens(): Uint16Array {
    const { prompt, drawn } = this;
    const tokens = new Uint16Array(prompt.tokens.length + drawn.length);
    tokens.set(prompt.tokens);
    drawn.forEach(({ token }, i) => (tokens[prompt.tokens.length + i] = token));
    return tokens;
  }

  /** Nothing has been told, and there is something to tell. */
  isFirstPiece(heldBack: number): boolean {
    return this.told === 0 && this.written.length > heldBack;
  }

  /** Draws the next token. */
  draw(logits: Float32Array): void {
    const before = this.drawn.at(-1)?.utf8 ?? whole;
    const token = this.sampler.draw(logits, this.permittedAfter(before));
    this.sampler.observe(token);
    this.take(token);
    this.drawn.push({ token, utf8: this.characters.after(before, token), length: this.written.length });
  }

  /** Tells what hasn't been told, but for `heldBack` code units at the end. */
  tell(onPiece: ((text: string) => void) | undefined, heldBack: number): void {
    const end = wholeEnd(this.written, this.written.length - heldBack);
    if (end <= this.told) return;
    const piece = this.written.slice(this.told, end);
    this.told = end;
    onPiece?.(piece);
  }

  /** Takes back what was drawn past so many code units, but for what was told; the next token there will be another. */
  rewind(length: number): void {
    const kept = 1 + this.drawn.findLastIndex((last) => !isInside(last.utf8) && last.length <= length);
    if ((this.drawn[kept - 1]?.length ?? 0) < this.told) return;
    this.ban(kept, this.drawn[kept]?.token);
    this.drawn.length = kept;
    this.sampler.forget();
    for (const token of this.tokens) this.sampler.observe(token);
    this.decoder = this.tokenizer.decoder();
    this.ending = new Ending(this.stop, this.prompt.text);
    this.written = '';
    this.taken = 0;
    for (const { token } of this.drawn) this.take(token);
  }

  /** Writes what a token adds to the text. */
  private take(token: number): void {
    if (token === endOfDocument) return;
    const text = this.decoder.push(token);
    const known = Math.min(text.length, this.begun - this.taken);
    this.taken += known;
    this.written += this.ending.push(text.slice(known));
  }

  /** Places after this one will be reached by another way, so that what was banned there no longer counts. */
  private ban(place: number, token: number | undefined): void {
    for (const other of this.banned.keys()) if (other > place) this.banned.delete(other);
    if (token !== undefined) this.banned.set(place, (this.banned.get(place) ?? new Set()).add(token));
  }

  private permittedAfter(state: Utf8State): Uint8Array {
    const isFirst = this.drawn.length === 0;
    const permitted = (isFirst ? this.completing : null) ?? this.characters.permitted(state);
    const banned = this.banned.get(this.drawn.length);
    if (banned === undefined) return permitted;
    this.permitted.set(permitted);
    for (const token of banned) this.permitted[token] = 0;
    return this.permitted.includes(1) ? this.permitted : permitted;
  }
}

/** The end of the last code point that is whole at a place. */
function wholeEnd(text: string, place: number): number {
  return isInsidePair(text, place) ? place - 1 : place;
}
