import { endOfDocument } from '../../corpus/tokenizers/tokenizer';
import { placeSize } from '../../memory/contexts';
import type { ContextTable } from '../../memory/contextTable';
import { costOf, Foretelling } from '../../memory/foretelling';
import type { DocumentMemory, Memory } from '../../memory/memory';
import { type LearningRates, type Mixer, mixerFor, readings } from '../../memory/mixer';

/** A text that no one has trained on, and what the LSTM foresees of it. */
export interface ForeseenText {
  readonly tokens: Uint16Array;
  /** The LSTM's log odds along the path to each token (see `pathOdds`); those of a token begin at its entry of `starts`. */
  readonly odds: Float32Array;
  readonly starts: Uint32Array;
  /** Whether the token at a position is part of the score. */
  readonly counts: (position: number) => boolean;
  /** Whether what is at a position doesn't follow what is before it: the text is an excerpt. */
  readonly isTorn: (position: number) => boolean;
  /** Whether a position is in a list, all of whose items are read along as one document. */
  readonly isItem: (position: number) => boolean;
}

/** What the tokens of a text cost, nats per token. */
export interface MixtureCosts {
  /** By the mixture, with what was read of the document before it. */
  readonly along: number;
  /** By the mixture, with the memory of the corpus alone. */
  readonly frozen: number;
  /** By the LSTM alone. */
  readonly lstm: number;
  /** By the memory alone, reading along. */
  readonly memory: number;
}

/** Tokens between two breaths: some milliseconds. */
const turn = 1024;

/**
 * Has a memory's mixers learn how far to trust it, from a text that neither it nor the LSTM has learned. What it tells is
 * honest: in the first pass each token is foretold before anything is learned from it.
 * @param pause now and then; what it throws gives the fitting up, and leaves the memory as it was
 */
export async function fitMixers(memory: Memory, text: ForeseenText, pause: () => Promise<void>): Promise<MixtureCosts> {
  const { kind } = memory.tokenizer.description;
  const along = mixerFor(kind, 'along');
  const frozen = mixerFor(kind, 'frozen');
  const alone = mixerFor(kind, 'along');
  const [first, ...further] = readings;
  const costs = await new Pass(memory, text, { along, frozen, alone }, first).run(pause);
  for (const rates of further) await new Pass(memory, text, { along, frozen }, rates).run(pause);
  const trusted = leaveOutWhatHarms(costs, along, frozen);
  for (const [learned, known] of [
    [along, memory.along],
    [frozen, memory.frozen],
  ] as const) {
    known.weights.set(learned.weights);
    known.corrections.set(learned.corrections);
  }
  return trusted;
}

/** What did worse than going without has no say. @returns what that comes to */
function leaveOutWhatHarms(costs: MixtureCosts, along: Mixer, frozen: Mixer): MixtureCosts {
  const { lstm } = costs;
  if (costs.frozen > lstm) frozen.ignoreAll();
  const known = Math.min(costs.frozen, lstm);
  if (costs.along > known) along.ignoreDocument(frozen);
  return { ...costs, frozen: known, along: Math.min(costs.along, known) };
}

interface Mixers {
  readonly along: Mixer;
  readonly frozen: Mixer;
  /** Mixes the memory with nothing. */
  readonly alone?: Mixer;
}

/** One reading of the text from its start to its end. */
class Pass {
  private readonly foretelling: Foretelling;
  private readonly place = new Float32Array(placeSize);
  private readonly path = new Float64Array(32);
  private readonly one = new Uint16Array(1);
  private document: DocumentMemory;

  constructor(
    private readonly memory: Memory,
    private readonly text: ForeseenText,
    private readonly mixers: Mixers,
    private readonly rates: LearningRates | undefined,
  ) {
    this.foretelling = new Foretelling(memory.tree, memory.contexts);
    this.document = memory.startDocument();
  }

  async run(pause: () => Promise<void>): Promise<MixtureCosts> {
    const { tokens, counts, isTorn } = this.text;
    const sum = { along: 0, frozen: 0, lstm: 0, memory: 0 };
    let counted = 0;
    for (let at = 0; at < tokens.length; at++) {
      const token = tokens[at] ?? endOfDocument;
      if (isTorn(at)) this.startAnew(at);
      const isCounted = counts(at);
      // Ends of items aren't scored, but are written all the same.
      if (at > 0 && (isCounted || token === endOfDocument)) {
        const cost = this.foretell(at, token);
        if (isCounted) {
          sum.along += cost.along;
          sum.frozen += cost.frozen;
          sum.lstm += cost.lstm;
          sum.memory += cost.memory;
          counted++;
        }
      }
      this.readOn(at, token);
      if (at % turn === 0) await pause();
    }
    const mean = (nats: number) => nats / Math.max(1, counted);
    return { along: mean(sum.along), frozen: mean(sum.frozen), lstm: mean(sum.lstm), memory: mean(sum.memory) };
  }

  private foretell(at: number, token: number): MixtureCosts {
    const { memory, path, rates, document } = this;
    const { corpus } = memory;
    const { alone } = this.mixers;
    const depth = memory.tree.depths[token] ?? 0;
    const start = this.text.starts[at] ?? 0;
    let lstm = 0;
    for (let level = 0; level < depth; level++) {
      const odds = this.text.odds[start + level] ?? 0;
      path[level] = odds;
      lstm += costOf(odds);
    }
    memory.contexts.read(this.place);
    const cost = (mixer: Mixer, read: ContextTable | null) =>
      this.foretelling.cost(token, path, mixer, corpus, read, rates);
    const along = cost(this.mixers.along, document.table);
    const frozen = cost(this.mixers.frozen, null);
    if (alone === undefined) return { along, frozen, lstm, memory: 0 };
    path.fill(0, 0, depth);
    return { along, frozen, lstm, memory: cost(alone, document.table) };
  }

  private readOn(at: number, token: number): void {
    this.memory.contexts.advance(this.place, token);
    if (token === endOfDocument && !this.text.isItem(at)) {
      this.document = this.memory.startDocument();
      return;
    }
    this.one[0] = token;
    this.document.read(this.one);
  }

  private startAnew(at: number): void {
    this.place.fill(0);
    if (this.text.isItem(at)) this.document.skip();
    else this.document = this.memory.startDocument();
  }
}
