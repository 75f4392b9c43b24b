import type { Architecture } from './architecture';

/** How long a run may take: by the clock (pauses not counted) or, exactly repeatable, by optimiser steps. */
export type Budget =
  { readonly kind: 'minutes'; readonly minutes: number } | { readonly kind: 'steps'; readonly steps: number };

/** Everything that decides a run, but for the corpus and the engine. Saved in model.json. */
export interface Hyperparameters {
  readonly architecture: Architecture;
  /** Time steps of a batch, T. */
  readonly sequenceLength: number;
  /** Parallel streams, B. */
  readonly batchSize: number;
  readonly budget: Budget;
  /** Peak learning rate, after the warm-up. */
  readonly peakLearningRate: number;
  /** Share of the budget over which the rate rises from zero. */
  readonly warmup: number;
  /** Rate at the end of the decay, as a share of the peak. */
  readonly finalRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  readonly clipNorm: number;
  /** Decay of the averaged weights, once the run is past its first steps. */
  readonly averageDecay: number;
  readonly dropout: { readonly embedding: number; readonly hidden: number };
  /** Probability that a stream's carried state is dropped at the start of a batch. */
  readonly resetProbability: number;
  /** Evaluations over the whole budget. */
  readonly evaluations: number;
  /** Held-out tokens scored at each evaluation but the last, which scores them all. */
  readonly evaluationTokens: number;
  /** Stop early after this many evaluations without a new best. */
  readonly patience: number;
  readonly seed: number;
}
