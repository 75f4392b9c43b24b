import { withLineFeeds } from '../base/text';
import type { Tokenizer } from '../corpus/tokenizers/tokenizer';
import type { Piece } from '../corpus/tokens/evaluationBatches';
import { pathOdds } from '../memory/foretelling';
import type { Memory, MemoryUse } from '../memory/memory';
import type { ItemForm } from '../model/itemForm';
import { itemStarts } from './itemStarts';
import { MemoryTrace, type ReadTokens } from './memoryTrace';

/** Longer than any way to a token. */
const mostDecisions = 32;

/** What of a model the memory's part of a score is by. */
export interface RememberingModel {
  readonly tokenizer: Tokenizer;
  readonly items?: ItemForm | null;
  readonly memory?: Memory | null;
}

/** What each token of a text costs, nats, by each use of the memory that is asked for. */
export class TokenCosts {
  /** Which they are; where there is no memory, it is off. */
  readonly uses: readonly MemoryUse[];
  private readonly memory: Memory | null;
  private readonly nats: ReadonlyMap<MemoryUse, Float64Array>;
  private readonly traces: ReadonlyMap<MemoryUse, MemoryTrace>;
  private readonly odds = new Float64Array(mostDecisions);

  /**
   * @param tokens of the text
   * @param starts where its items start: see {@link itemStarts}
   * @param pieces those that are asked for
   * @param before what stands before it: see `ScoringOptions`
   */
  constructor(
    { memory = null, tokenizer, items = null }: RememberingModel,
    uses: readonly MemoryUse[],
    private readonly tokens: Uint16Array,
    starts: ReadTokens['starts'],
    private readonly pieces: readonly Piece[],
    before: string,
  ) {
    this.uses = memory === null ? ['off'] : uses;
    this.nats = new Map(this.uses.map((use) => [use, new Float64Array(tokens.length)]));
    const traces = new Map<MemoryUse, MemoryTrace>();
    for (const use of this.uses) {
      if (memory === null || use === 'off') continue;
      const earlier = use === 'reading along' ? tokenizer.encode(withLineFeeds(before)) : new Uint16Array();
      const readBefore = { tokens: earlier, starts: itemStarts(tokenizer, earlier, items) };
      traces.set(use, new MemoryTrace(memory, use, { tokens, starts }, readBefore, pieces));
    }
    this.traces = traces;
    this.memory = traces.size > 0 ? memory : null;
  }

  /** Whether more of a model is needed than its losses: see {@link noteLogits}. */
  get needsLogits(): boolean {
    return this.memory !== null;
  }

  /** The first use. */
  get main(): MemoryUse {
    return this.uses[0] ?? 'off';
  }

  /** What each token costs by that. */
  get losses(): Float64Array {
    return this.of(this.main);
  }

  /** How much of the text the memory has read, from 0 to 1, as far as it has to. */
  get shareRead(): number {
    const end = this.pieces.at(-1)?.end ?? 0;
    const reads = [...this.traces.values()].map(({ read }) => Math.min(end, read));
    return end === 0 || reads.length === 0 ? 1 : reads.reduce((sum, read) => sum + read, 0) / (end * reads.length);
  }

  /** Has the memory read on to a place, before tokens up to there are noted: see {@link MemoryTrace.readTo}. */
  async readTo(end: number, goesOn: () => boolean): Promise<boolean> {
    for (const trace of this.traces.values()) if (!(await trace.readTo(end, goesOn))) return false;
    return true;
  }

  /** No token before a place is noted from now on. */
  forgetBefore(place: number): void {
    for (const trace of this.traces.values()) trace.forgetBefore(place);
  }

  /** Notes what a token costs by the LSTM alone. */
  noteLoss(token: number, nats: number): void {
    this.of('off')[token] = nats;
  }

  /** Notes what a token costs where the memory is in use. */
  noteLogits(token: number, logits: Float32Array): void {
    if (this.memory === null) return;
    pathOdds(this.memory.tree, logits, this.tokens[token] ?? 0, this.odds);
    for (const [use, trace] of this.traces) this.of(use)[token] = trace.cost(token, this.odds);
  }

  /** Nats of all that is asked for. */
  total(use: MemoryUse): number {
    const losses = this.of(use);
    let total = 0;
    for (const { first, end } of this.pieces) for (let i = first; i < end; i++) total += losses[i] ?? NaN;
    return total;
  }

  private of(use: MemoryUse): Float64Array {
    return this.nats.get(use) ?? new Float64Array();
  }
}
