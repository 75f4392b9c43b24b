/** A predictor's state after reading some tokens. */
export interface PrimedState {
  readonly tokens: Uint16Array;
  /** Never written to. */
  readonly state: Float32Array;
}

/**
 * The states of the latest readings, so that a text that goes on where an earlier one ended isn't read again. Holds a
 * few, and drops the one that was used longest ago.
 */
export class PrimedStates {
  /** Latest used last. */
  private readonly entries: PrimedState[] = [];

  constructor(private readonly capacity = 24) {}

  /** The state that has read the longest beginning of `tokens` shorter than `limit`; null when there is none. */
  longestBeginning(tokens: Uint16Array, limit: number): PrimedState | null {
    let best = -1;
    for (let i = 0; i < this.entries.length; i++) {
      const read = this.entries[i]?.tokens ?? tokens;
      const longer = read.length > (this.entries[best]?.tokens.length ?? 0);
      if (longer && read.length <= limit && beginsWith(tokens, read)) best = i;
    }
    const [entry] = best < 0 ? [] : this.entries.splice(best, 1);
    if (entry === undefined) return null;
    this.entries.push(entry);
    return entry;
  }

  /** Keeps a copy of a state, in place of one that has read the same but for at most `near` tokens at the end. */
  remember(tokens: Uint16Array, state: Float32Array, near = 0): void {
    const superseded = this.entries.findLastIndex(
      ({ tokens: read }) => read.length >= tokens.length - near && beginsWith(tokens, read),
    );
    if (superseded >= 0) this.entries.splice(superseded, 1);
    else if (this.entries.length === this.capacity) this.entries.shift();
    this.entries.push({ tokens: tokens.slice(), state: state.slice() });
  }
}

/** Whether a sequence of tokens begins with another. */
export function beginsWith(tokens: Uint16Array, beginning: Uint16Array): boolean {
  if (beginning.length > tokens.length) return false;
  for (let i = beginning.length - 1; i >= 0; i--) {
    if (tokens[i] !== beginning[i]) return false;
  }
  return true;
}
