import type { TokenizerKind } from '../corpus/tokenizers/tokenizer';
import { contextsOf } from './contexts';

/** Sources of evidence, each with all contexts: the memory of the corpus, and that of the open document. */
export const sources = 2;

/** Counts are told apart so finely: 0, 1, 2, 3, then ever coarser. */
export const levels = 12;

/** Where the symbol that came last in a context is, seen from a decision: on the side seen less often, more often, on neither. */
const latestPlaces = 3;

/** Decisions from this depth on share their weights. */
const depths = 16;

/** Weights that are added for a decision: by the longest order in each source, and by depth. */
const rowsOfADecision = 3;

/** Counts above this are taken for it. */
const mostTold = 4096;

/** By a count: its level, and its logarithm with a little added, since what was never seen isn't impossible. */
export const levelOf = Uint8Array.from({ length: mostTold + 1 }, (_, count) =>
  count < 4 ? count : Math.min(levels - 1, 4 + Math.floor(1.25 * Math.log2(count / 4))),
);
export const logOf = Float64Array.from({ length: mostTold + 1 }, (_, count) => Math.log(count + 0.4));

/** A count as {@link levelOf} and {@link logOf} take it. */
export function told(count: number): number {
  return count < mostTold ? count : mostTold;
}

/** Log odds beyond this are taken for it: a probability of three in ten million. */
const surest = 15;

/** Keeps log odds within what is believed. */
export function bounded(odds: number): number {
  return odds > surest ? surest : odds < -surest ? -surest : odds;
}

/** How fast a mixer learns. */
export interface LearningRates {
  /** Of weights. */
  readonly weights: number;
  /** Of corrections, at least; at first each is the mean of what it has seen. */
  readonly corrections: number;
}

/**
 * How fast to learn in each reading of held-out text: small steps from the first weights do better on text to come than
 * large ones, which learn the ways of this text by heart.
 */
export const readings: readonly LearningRates[] = [
  { weights: 0.0005, corrections: 0.005 },
  { weights: 0.00025, corrections: 0.0025 },
  { weights: 0.000125, corrections: 0.00125 },
];

/**
 * How much is believed of what the LSTM and each context say about a decision between two sides: log odds, summed by weights
 * (logistic mixing as in PAQ, Mahoney 2005). What a context says is the log ratio of its counts, plus a learned correction for
 * counts such as these. Weights depend on the context and how often it was seen, on the longest order that is known in either
 * source, and on the depth of the decision: three weights, added.
 */
export class Mixer {
  /** By input, level of the larger and of the smaller count, and place of the latest symbol. */
  readonly corrections: Float32Array;
  /** Rows of weights: of each longest order in the corpus, in the document, and of each depth. */
  readonly weights: Float32Array;
  /** Numbers of a row: the LSTM's weight, then those of each input's levels. */
  readonly row: number;
  private readonly seen: Float32Array;

  /**
   * @param contexts of a source
   * @param orders how many of them are orders
   * @param firstWeight of each input, before anything is learned
   */
  constructor(
    readonly contexts: number,
    readonly orders: number,
    firstWeight: number,
    parts?: { readonly corrections: Float32Array; readonly weights: Float32Array },
  ) {
    const inputs = sources * contexts;
    this.row = 1 + inputs * levels;
    this.corrections = parts?.corrections ?? new Float32Array(inputs * levels * levels * latestPlaces);
    this.seen = new Float32Array(this.corrections.length);
    this.weights = parts?.weights ?? firstWeights(firstWeight, this.row, 2 * (orders + 1) + depths);
  }

  /** Leaves everything to the LSTM. */
  ignoreAll(): void {
    this.weights.fill(0);
    for (let at = 0; at < this.weights.length; at += this.row) this.weights[at] = 1 / rowsOfADecision;
  }

  /** Mixes as another does, and gives the document no say. */
  ignoreDocument({ weights, corrections }: Mixer): void {
    this.weights.set(weights);
    this.corrections.set(corrections);
    // Where no document is read, nothing is known of it: that row goes for all.
    const unknown = weights.subarray(this.documentRow(0), this.documentRow(1));
    for (let longest = 1; longest <= this.orders; longest++) this.weights.set(unknown, this.documentRow(longest));
    for (let at = 0; at < weights.length; at += this.row) {
      this.weights.fill(0, at + 1 + this.contexts * levels, at + this.row);
    }
  }

  /** Where the three rows of a decision start. */
  corpusRow(longest: number): number {
    return longest * this.row;
  }
  documentRow(longest: number): number {
    return (this.orders + 1 + longest) * this.row;
  }
  depthRow(depth: number): number {
    return (2 * (this.orders + 1) + Math.min(depth, depths - 1)) * this.row;
  }

  /** Which correction counts such as these have: `larger` and `smaller` as {@link told}. */
  correctionAt(input: number, larger: number, smaller: number, latest: number): number {
    return ((input * levels + (levelOf[larger] ?? 0)) * levels + (levelOf[smaller] ?? 0)) * latestPlaces + latest;
  }

  /** Corrects what counts such as these say, by the side that came: log odds of that, and whether it was the larger. */
  correct(at: number, odds: number, isLarger: boolean, rate: number): void {
    const seen = (this.seen[at] ?? 0) + 1;
    this.seen[at] = seen;
    const error = 1 - 1 / (1 + Math.exp(-odds));
    const step = error * Math.max(rate, 1 / (seen + 1.5));
    this.corrections[at] = (this.corrections[at] ?? 0) + (isLarger ? step : -step);
  }
}

/** By whether a document is read along, too: what each input counts for before anything is learned. Twice as many say less each. */
const firstWeight = { along: 0.1, frozen: 0.13 } as const;

/** A mixer for the contexts of this kind of tokeniser. */
export function mixerFor(
  kind: TokenizerKind,
  reading: keyof typeof firstWeight,
  parts?: Pick<Mixer, 'corrections' | 'weights'>,
): Mixer {
  const contexts = contextsOf[kind];
  const orders = contexts.filter((context) => typeof context === 'number').length;
  return new Mixer(contexts.length, orders, firstWeight[reading], parts);
}

function firstWeights(firstWeight: number, row: number, rows: number): Float32Array {
  const weights = new Float32Array(row * rows).fill(firstWeight / rowsOfADecision);
  for (let at = 0; at < weights.length; at += row) weights[at] = 0.5 / rowsOfADecision;
  return weights;
}
