import { Turn } from '../base/yielding';
import type { Predictor } from '../engine/engine';
import { beginsWith, PrimedStates } from './primedStates';

/** Tokens read between two looks at the clock. */
const tokensPerCheck = 16;

/** How far before a prompt's end a second state is kept, tokens: a correction there finds a state too. */
const correction = 24;

/** Brings a predictor to the end of a prompt, from where an earlier reading left off. */
export class PromptReader {
  private readonly primed = new PrimedStates();
  /** The reading that is under way: several requests with one prompt wait for the first, and find it read. */
  private reading: Promise<unknown> = Promise.resolve();
  /** The reading of a prompt that nobody has asked for yet. */
  private ahead: { readonly tokens: Uint16Array; readonly ending: AbortController } | null = null;

  constructor(private readonly predictor: Predictor) {}

  /** The state after all of the tokens but the last; null when cancelled. It is the caller's. */
  async read(tokens: Uint16Array, turn: Turn, signal: AbortSignal | undefined): Promise<Float32Array | null> {
    if (signal?.aborted === true) return null;
    if (this.ahead !== null && !beginsWith(tokens, this.ahead.tokens)) this.ahead.ending.abort();
    const known = this.knownState(tokens);
    if (known?.length === tokens.length - 1) return known.state;
    return this.readInOrder(tokens, turn, signal);
  }

  /** Reads a prompt that is likely to come, or the beginning of it; the reading of any other prompt ends this one. */
  async readAhead(tokens: Uint16Array): Promise<void> {
    this.ahead?.ending.abort();
    const ahead = { tokens: tokens.slice(0, -1), ending: new AbortController() };
    this.ahead = ahead;
    await this.readInOrder(tokens, new Turn(), ahead.ending.signal);
    if (this.ahead === ahead) this.ahead = null;
  }

  private readInOrder(tokens: Uint16Array, turn: Turn, signal: AbortSignal | undefined): Promise<Float32Array | null> {
    const reading = this.reading.then(() => this.readOn(tokens, turn, signal));
    this.reading = reading.catch(() => undefined);
    return reading;
  }

  /** Keeps a copy of the state that has read these tokens. */
  remember(tokens: Uint16Array, state: Float32Array): void {
    this.primed.remember(tokens, state);
  }

  private knownState(tokens: Uint16Array): { readonly length: number; readonly state: Float32Array } | null {
    const known = this.primed.longestBeginning(tokens, tokens.length - 1);
    return known === null ? null : { length: known.tokens.length, state: known.state.slice() };
  }

  private async readOn(tokens: Uint16Array, turn: Turn, signal: AbortSignal | undefined): Promise<Float32Array | null> {
    const end = tokens.length - 1;
    const known = this.knownState(tokens);
    const state = known?.state ?? new Float32Array(this.predictor.stateSize);
    let read = known?.length ?? 0;
    while (read < end) {
      if (signal?.aborted === true) return null;
      const next = Math.min(read + tokensPerCheck, read < end - correction ? end - correction : end);
      this.predictor.prime(state, tokens.subarray(read, next));
      read = next;
      if (read === end - correction) this.remember(tokens.subarray(0, read), state);
      // Who types on asks at every key: a text keeps its latest state then, and those of other texts stay.
      if (read === end) this.primed.remember(tokens.subarray(0, read), state, correction - 1);
      if (turn.isOver) await turn.next();
    }
    return state;
  }
}
