import { Turn } from '../base/yielding';
import { endOfDocument } from '../corpus/tokenizers/tokenizer';
import type { Piece } from '../corpus/tokens/evaluationBatches';
import { placeSize } from '../memory/contexts';
import { Foretelling, mixedCost } from '../memory/foretelling';
import type { DocumentMemory, Memory, MemoryUse } from '../memory/memory';

/** Tokens between two looks at the clock. */
const mostAtOnce = 64;

/** Milliseconds after which others go first. */
const turnMilliseconds = 5;

/** Tokens of a text, and where its items start: see `itemStarts`. */
export interface ReadTokens {
  readonly tokens: Uint16Array;
  readonly starts: Uint8Array | null;
}

/** What a memory says of the decisions on the way to tokens that stand one after another. */
interface Stretch {
  readonly first: number;
  /** Of each token, where its decisions start, and where the last one's end. */
  readonly starts: Uint32Array;
  /** See {@link Foretelling.trace}. */
  readonly sums: Float32Array;
  readonly weights: Float32Array;
}

/**
 * What a memory says of the tokens of a text, found out in one reading from its start on, so that what it comes to doesn't
 * depend on the order in which an LSTM reads the text. What it says takes some 40 bytes a character until it is forgotten.
 */
export class MemoryTrace {
  private readonly foretelling: Foretelling;
  private readonly document: DocumentMemory | null;
  private readonly place = new Float32Array(placeSize);
  private stretches: readonly Stretch[] = [];
  private reached = 0;
  /** Tokens of the text before that it has read. */
  private reachedBefore = 0;

  /** @param pieces the tokens that are asked for, ascending and apart; what stands between them is read as well */
  constructor(
    private readonly memory: Memory,
    use: Exclude<MemoryUse, 'off'>,
    private readonly text: ReadTokens,
    private readonly before: ReadTokens,
    private readonly pieces: readonly Piece[],
  ) {
    this.foretelling = new Foretelling(memory.tree, memory.contexts);
    this.document = use === 'reading along' ? memory.startDocument() : null;
  }

  /** Tokens that it has read. */
  get read(): number {
    return this.reached;
  }

  /**
   * Reads on to a place, if it isn't there yet. Lets others go first every few milliseconds.
   * @param goesOn asked then, and may throw
   * @returns false where it was told not to go on
   */
  async readTo(end: number, goesOn: () => boolean): Promise<boolean> {
    if (end <= this.reached) return true;
    const turn = new Turn(turnMilliseconds);
    const stretch = this.stretchTo(end);
    while (this.reached < end) {
      for (let i = 0; i < mostAtOnce && this.reached < end; i++) {
        if (this.reachedBefore < this.before.tokens.length) this.pass(this.before, this.reachedBefore++);
        else this.readToken(stretch);
      }
      if (!turn.isOver) continue;
      await turn.next();
      if (goesOn()) continue;
      this.stretches = [...this.stretches, cutShort(stretch, this.reached)];
      return false;
    }
    this.stretches = [...this.stretches, stretch];
    return true;
  }

  /** What is said of tokens before a place isn't asked for again. */
  forgetBefore(place: number): void {
    this.stretches = this.stretches.filter(({ first, starts }) => first + starts.length - 1 > place);
  }

  /** What a token that was read costs, nats, by the LSTM's log odds at each decision on the way to it. */
  cost(token: number, odds: Float64Array): number {
    const stretch = this.stretches.findLast(({ first }) => first <= token);
    const at = stretch?.starts[token - stretch.first];
    if (stretch === undefined || at === undefined || token >= this.reached) return NaN;
    const depth = (stretch.starts[token - stretch.first + 1] ?? at) - at;
    let nats = 0;
    for (let level = 0; level < depth; level++) {
      nats += mixedCost(odds[level] ?? 0, stretch.sums[at + level] ?? 0, stretch.weights[at + level] ?? 0);
    }
    return nats;
  }

  private stretchTo(end: number): Stretch {
    const first = this.reached;
    const { depths } = this.memory.tree;
    const starts = new Uint32Array(end - first + 1);
    for (const piece of this.pieces) {
      const last = Math.min(end, piece.end);
      for (let token = Math.max(first, piece.first); token < last; token++) {
        starts[token - first + 1] = depths[this.text.tokens[token] ?? 0] ?? 0;
      }
    }
    for (let i = 1; i < starts.length; i++) starts[i] = (starts[i] ?? 0) + (starts[i - 1] ?? 0);
    const decisions = starts.at(-1) ?? 0;
    return { first, starts, sums: new Float32Array(decisions), weights: new Float32Array(decisions) };
  }

  private readToken({ first, starts, sums, weights }: Stretch): void {
    const { memory, place, document, text } = this;
    const at = this.reached++;
    const start = starts[at - first] ?? 0;
    if (starts[at - first + 1] !== start) {
      // Others that use this memory may have had their turn since.
      memory.contexts.read(place);
      const mixer = document === null ? memory.frozen : memory.along;
      this.foretelling.trace(
        text.tokens[at] ?? endOfDocument,
        mixer,
        memory.corpus,
        document?.table ?? null,
        sums,
        weights,
        start,
      );
    }
    this.pass(text, at);
  }

  private pass({ tokens, starts }: ReadTokens, at: number): void {
    this.passToken(tokens[at] ?? endOfDocument);
    // An item is a document of its own.
    if (starts?.[at + 1] === 1) this.passToken(endOfDocument);
  }

  private passToken(token: number): void {
    this.document?.read([token]);
    this.memory.contexts.advance(this.place, token);
  }
}

function cutShort({ first, starts, sums, weights }: Stretch, end: number): Stretch {
  const decisions = starts[end - first] ?? 0;
  return {
    first,
    starts: starts.slice(0, end - first + 1),
    sums: sums.slice(0, decisions),
    weights: weights.slice(0, decisions),
  };
}
