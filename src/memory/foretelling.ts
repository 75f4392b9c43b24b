import type { Contexts } from './contexts';
import type { ContextTable } from './contextTable';
import { exponential } from './exponential';
import { bounded, levelOf, levels, type LearningRates, logOf, type Mixer, sources, told } from './mixer';
import type { SymbolTree } from './symbolTree';

/** Longer than any path. */
const room = 32;

/**
 * What the mixture gives to tokens that are known: the decisions on the way to each, one after another. Learns to mix from
 * them. The same numbers as {@link Mixture.mix}, for less, since only the way to one token is looked at.
 */
export class Foretelling {
  /** Of each input: how often each decision's other side was seen, and how often all was. */
  private readonly others: Int32Array;
  private readonly totals: Int32Array;
  /** At which decision the latest symbol took the other side. */
  private readonly latest: Int32Array;
  /** Of the inputs that say something about a decision: log odds of the token's side, weight, correction, and whether that is the larger. */
  private readonly odds: Float64Array;
  private readonly weightAt: Int32Array;
  private readonly correctionAt: Int32Array;
  private readonly isLarger: Uint8Array;
  /** Where the three rows of weights start, and the inputs that are there, of the token at work. */
  private corpusRow = 0;
  private documentRow = 0;
  private from = 0;
  private to = 0;

  constructor(
    private readonly tree: SymbolTree,
    private readonly contexts: Contexts,
  ) {
    const inputs = sources * contexts.hashes.length;
    this.others = new Int32Array(inputs * room);
    this.totals = new Int32Array(inputs);
    this.latest = new Int32Array(inputs);
    this.odds = new Float64Array(inputs);
    this.weightAt = new Int32Array(inputs);
    this.correctionAt = new Int32Array(inputs);
    this.isLarger = new Uint8Array(inputs);
  }

  /**
   * What a token costs, nats, at the place that {@link contexts} read last.
   * @param odds the LSTM's log odds of the token's side at each decision: see {@link pathOdds}
   * @param corpus null where it is left out, as the document is
   * @param rates how fast the mixer learns from it; left out: not at all
   */
  cost(
    token: number,
    odds: ArrayLike<number>,
    mixer: Mixer,
    corpus: ContextTable | null,
    document: ContextTable | null,
    rates?: LearningRates,
  ): number {
    const depth = this.prepare(token, mixer, corpus, document);
    const { corpusRow, documentRow } = this;
    const { weights } = mixer;
    let nats = 0;
    for (let level = 0; level < depth; level++) {
      const told = this.decide(level, this.from, this.to, mixer);
      const lstm = odds[level] ?? 0;
      const depthRow = mixer.depthRow(level);
      const mixed = mixedOdds(lstm, this.sumOf(told, mixer, depthRow), this.lstmWeight(told, mixer, depthRow));
      nats += costOf(mixed);
      if (told === 0 || rates === undefined) continue;
      const step = rates.weights * (1 - 1 / (1 + Math.exp(-mixed)));
      add(weights, corpusRow, documentRow, depthRow, 0, step * bounded(lstm));
      for (let k = 0; k < told; k++) {
        const said = this.odds[k] ?? 0;
        add(weights, corpusRow, documentRow, depthRow, this.weightAt[k] ?? 0, step * said);
        mixer.correct(this.correctionAt[k] ?? 0, said, this.isLarger[k] === 1, rates.corrections);
      }
    }
    return nats;
  }

  /**
   * What the memory has to say about a token, before the LSTM has: for each decision the sum of what the inputs say and the
   * LSTM's weight, by which {@link mixedCost} comes to what {@link cost} does.
   * @param weights where nothing is known of a decision, {@link lstmAlone}
   * @param at where both go, from there on
   * @returns how many decisions there are
   */
  trace(
    token: number,
    mixer: Mixer,
    corpus: ContextTable | null,
    document: ContextTable | null,
    sums: Float32Array | Float64Array,
    weights: Float32Array | Float64Array,
    at: number,
  ): number {
    const depth = this.prepare(token, mixer, corpus, document);
    for (let level = 0; level < depth; level++) {
      const told = this.decide(level, this.from, this.to, mixer);
      const depthRow = mixer.depthRow(level);
      sums[at + level] = this.sumOf(told, mixer, depthRow);
      weights[at + level] = this.lstmWeight(told, mixer, depthRow);
    }
    return depth;
  }

  /** Looks up what is known of a token. @returns its depth */
  private prepare(token: number, mixer: Mixer, corpus: ContextTable | null, document: ContextTable | null): number {
    const depth = this.tree.depths[token] ?? 0;
    this.corpusRow = mixer.corpusRow(corpus === null ? 0 : this.gather(token, depth, corpus, 0));
    this.documentRow = mixer.documentRow(document === null ? 0 : this.gather(token, depth, document, 1));
    this.from = corpus === null ? this.contexts.hashes.length : 0;
    this.to = document === null ? this.contexts.hashes.length : this.totals.length;
    return depth;
  }

  /** Log odds as the inputs together say them, of a decision that so many say something about. */
  private sumOf(told: number, { weights }: Mixer, depthRow: number): number {
    let sum = 0;
    for (let k = 0; k < told; k++) {
      const weight = weightOf(weights, this.corpusRow, this.documentRow, depthRow, this.weightAt[k] ?? 0);
      sum += (this.odds[k] ?? 0) * weight;
    }
    return sum;
  }

  private lstmWeight(told: number, { weights }: Mixer, depthRow: number): number {
    return told === 0 ? lstmAlone : weightOf(weights, this.corpusRow, this.documentRow, depthRow, 0);
  }

  /** Looks up what followed the contexts in a source. @returns the longest order that is known, 0 where none is */
  private gather(token: number, depth: number, table: ContextTable, source: number): number {
    const { hashes, orders } = this.contexts;
    const { codes } = this.tree;
    const code = codes[token] ?? 0;
    let longest = 0;
    for (let context = 0; context < hashes.length; context++) {
      const input = source * hashes.length + context;
      const count = table.read(hashes[context] ?? 0);
      this.totals[input] = 0;
      if (count === 0) continue;
      if (context < orders) longest = context + 1;
      const from = input * room;
      this.others.fill(0, from, from + depth);
      let total = 0;
      for (let i = 0; i < count; i++) {
        const symbol = table.symbols[i] ?? 0;
        const times = table.counts[i] ?? 0;
        const parting = symbol === token ? depth : Math.clz32((codes[symbol] ?? 0) ^ code);
        if (parting < depth) this.others[from + parting] = (this.others[from + parting] ?? 0) + times;
        if (i === 0) this.latest[input] = parting;
        total += times;
      }
      this.totals[input] = total;
    }
    return longest;
  }

  /** What the inputs say about a decision; moves their totals on to the token's side. @returns how many say something */
  private decide(level: number, from: number, to: number, mixer: Mixer): number {
    let count = 0;
    for (let input = from; input < to; input++) {
      const total = this.totals[input] ?? 0;
      if (total === 0) continue;
      const other = this.others[input * room + level] ?? 0;
      const own = total - other;
      this.totals[input] = own;
      const latest = this.latest[input] ?? 0;
      // The latest symbol is on the token's side, on the other one, or has left the way already.
      if (own === other && latest < level) continue;
      const isLarger = own > other || (own === other && latest > level);
      const larger = told(isLarger ? own : other);
      const smaller = told(isLarger ? other : own);
      const place = latest < level ? 2 : latest > level === isLarger ? 1 : 0;
      const at = mixer.correctionAt(input, larger, smaller, place);
      const odds = (logOf[larger] ?? 0) - (logOf[smaller] ?? 0) + (mixer.corrections[at] ?? 0);
      this.odds[count] = isLarger ? odds : -odds;
      this.weightAt[count] = 1 + input * levels + (levelOf[told(total)] ?? 0);
      this.correctionAt[count] = at;
      this.isLarger[count++] = isLarger ? 1 : 0;
    }
    return count;
  }
}

/** The LSTM's weight where the memory knows nothing of a decision, which then stays as the LSTM has it. */
const lstmAlone = NaN;

/** What a decision costs, nats, by the LSTM's log odds and what {@link Foretelling.trace} gave. */
export function mixedCost(lstm: number, sum: number, weight: number): number {
  return costOf(mixedOdds(lstm, sum, weight));
}

function mixedOdds(lstm: number, sum: number, weight: number): number {
  return Number.isNaN(weight) ? lstm : bounded(sum + weight * bounded(lstm));
}

/** Nats of what has these log odds. */
export function costOf(odds: number): number {
  return odds > 0 ? Math.log1p(Math.exp(-odds)) : Math.log1p(Math.exp(odds)) - odds;
}

function weightOf(weights: Float32Array, first: number, second: number, third: number, at: number): number {
  return (weights[first + at] ?? 0) + (weights[second + at] ?? 0) + (weights[third + at] ?? 0);
}

function add(weights: Float32Array, first: number, second: number, third: number, at: number, step: number): void {
  weights[first + at] = (weights[first + at] ?? 0) + step;
  weights[second + at] = (weights[second + at] ?? 0) + step;
  weights[third + at] = (weights[third + at] ?? 0) + step;
}

/**
 * The LSTM's log odds of a token's side at each decision on the way to it.
 * @param logits [V]
 * @param odds where they go, from `at` on: as many as the token's depth
 */
export function pathOdds(
  tree: SymbolTree,
  logits: Float32Array,
  token: number,
  odds: Float32Array | Float64Array,
  at = 0,
): number {
  const depth = tree.depths[token] ?? 0;
  const code = tree.codes[token] ?? 0;
  const highest = logits[token] ?? 0;
  others.fill(0, 0, depth);
  let most = -Infinity;
  for (const logit of logits) if (logit > most) most = logit;
  for (let symbol = 0; symbol < logits.length; symbol++) {
    if (symbol === token) continue;
    const parting = Math.clz32((tree.codes[symbol] ?? 0) ^ code);
    others[parting] = (others[parting] ?? 0) + exponential((logits[symbol] ?? 0) - most);
  }
  let own = exponential(highest - most);
  for (let level = depth - 1; level >= 0; level--) {
    const other = others[level] ?? 0;
    odds[at + level] = Math.log((own + tiny) / (other + tiny));
    own += other;
  }
  return depth;
}

const others = new Float64Array(room);

/** Added to a side's mass, so that log odds stay finite. */
export const tiny = 1e-300;
