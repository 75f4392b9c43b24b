import { isInsidePair } from '../base/text';
import { ItemFollower } from '../corpus/items/itemSplitter';
import { endOfDocument, type TokenDecoder, type Tokenizer } from '../corpus/tokenizers/tokenizer';
import type { ItemForm } from '../model/itemForm';
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
  /** It completes an item: the next one starts afresh. */
  readonly endsItem: boolean;
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
  private follower: ItemFollower | null;
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
    /** How the model's text is made of items, if it is. */
    private readonly items: ItemForm | null = null,
  ) {
    this.sampler = new Sampler(tokenizer.vocabularySize, sampling);
    this.permitted = new Uint8Array(tokenizer.vocabularySize);
    this.decoder = tokenizer.decoder();
    this.ending = new Ending(stop, prompt.text, items);
    this.completing = prompt.begun === '' ? null : characters.completing(prompt.begun);
    this.begun = this.completing === null ? 0 : prompt.begun.length;
    this.follower = this.startFollowing();
    for (const token of prompt.tokens) this.sampler.observe(token);
  }

  get stopped(): StopReason | null {
    return this.drawn.at(-1)?.token === endOfDocument ? 'end of document' : this.ending.reason;
  }

  get text(): string {
    return this.written;
  }

  /** An item has just been completed: the next is to be read from a fresh state on. */
  get startsItem(): boolean {
    return this.drawn.at(-1)?.endsItem === true;
  }

  /** The token that the model hasn't read yet. */
  get lastToken(): number {
    if (this.startsItem) return endOfDocument;
    return this.drawn.at(-1)?.token ?? this.prompt.tokens.at(-1) ?? endOfDocument;
  }

  /** What a model is to have read by now: the prompt's tokens and those drawn, or of items the latest alone. */
  get tokens(): Uint16Array {
    const { drawn } = this;
    const start = 1 + drawn.findLastIndex(({ endsItem }) => endsItem);
    const before = start > 0 ? Uint16Array.of(endOfDocument) : this.prompt.tokens;
    const tokens = new Uint16Array(before.length + drawn.length - start);
    tokens.set(before);
    for (let i = start; i < drawn.length; i++) tokens[before.length + i - start] = drawn[i]?.token ?? endOfDocument;
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
    const endsItem = this.take(token);
    this.drawn.push({ token, utf8: this.characters.after(before, token), length: this.written.length, endsItem });
  }

  private startFollowing(): ItemFollower | null {
    const { items, prompt } = this;
    return items === null ? null : new ItemFollower(items, prompt.text.slice(prompt.itemStart));
  }

  /** Tells what hasn't been told, but for `heldBack` code units at the end. */
  tell(onPiece: ((text: string) => void) | undefined, heldBack: number): void {
    const end = wholeEnd(this.written, this.written.length - heldBack);
    if (end <= this.told) return;
    const piece = this.written.slice(this.told, end);
    this.told = end;
    onPiece?.(piece);
  }

  /**
   * Takes back what was drawn past so many code units, but for what was told; the next token there will be another.
   * @param bans whether it has to be: else it is drawn again, and may be the same
   */
  rewind(length: number, bans = true): void {
    const kept = 1 + this.drawn.findLastIndex((last) => !isInside(last.utf8) && last.length <= length);
    if ((this.drawn[kept - 1]?.length ?? 0) < this.told) return;
    if (bans) this.ban(kept, this.drawn[kept]?.token);
    this.drawn.length = kept;
    this.sampler.forget();
    for (const token of this.prompt.tokens) this.sampler.observe(token);
    for (const { token } of this.drawn) this.sampler.observe(token);
    this.decoder = this.tokenizer.decoder();
    this.ending = new Ending(this.stop, this.prompt.text, this.items);
    this.follower = this.startFollowing();
    this.written = '';
    this.taken = 0;
    for (const { token } of this.drawn) this.take(token);
  }

  /** Writes what a token adds to the text. @returns whether an item ends with it */
  private take(token: number): boolean {
    if (token === endOfDocument) return false;
    const text = this.decoder.push(token);
    const known = Math.min(text.length, this.begun - this.taken);
    this.taken += known;
    this.written += this.ending.push(text.slice(known));
    return this.follower?.push(text) ?? false;
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
    // That all else was taken back doesn't end a text.
    return this.permitted.includes(1, endOfDocument + 1) ? this.permitted : permitted;
  }
}

/** The end of the last code point that is whole at a place. */
function wholeEnd(text: string, place: number): number {
  return isInsidePair(text, place) ? place - 1 : place;
}
