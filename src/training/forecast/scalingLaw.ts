import { earlyPart, type Probe } from './probe';

/** What is known of a corpus before a training. */
export interface CorpusTraits {
  readonly probe: Probe;
  /** Nats per character of the n-gram model of baseline.ts. */
  readonly baseline: number;
  readonly trainingTokens: number;
}

/** What a training puts in. */
export interface Work {
  /** Floating-point operations, as plan.ts counts them. */
  readonly operations: number;
}

/** The numbers of the law. */
export interface ScalingLaw {
  /** The loss that training leads to in the end, on a corpus of a million tokens, as a share of the baseline's. */
  readonly end: number;
  /** How much lower that share is for each factor of e in the size of the corpus. */
  readonly endBySize: number;
  /** How fast it goes on, as a share of how fast it went from the early probe to the late one. */
  readonly pace: number;
}

/**
 * Fitted by bench/forecast to trainings of 5 to 60 seconds on prose, verse, code and documentation, and to one of five
 * minutes on verse. Off by 0.03 nats as a rule and by 0.08 at most on those.
 */
export const fittedLaw: ScalingLaw = { end: 0.858, endBySize: 0.0163, pace: 1.6 };

const million = 1e6;

/** However steep or flat the probes are, the way to the end is gone with an exponent of operations between these. */
const exponents = { smallest: 0.1, largest: 0.8 };

/**
 * Nats per character on held-out text that a training is likely to reach. The n-gram model tells what there is to be
 * learned from the text, a probe how far from that a small model is at first, two probes how fast that becomes less:
 *
 *     loss = end + (probe - end) * (operations / probe's operations) ^ -exponent
 *
 * with an end in proportion to the n-gram model's loss, the lower the larger the corpus, and the exponent that leads
 * from the early probe to the late one, times a constant. What a probe needn't be: as good as the training's own steps.
 */
export function likelyLoss(
  { probe, baseline, trainingTokens }: CorpusTraits,
  { operations }: Work,
  law: ScalingLaw = fittedLaw,
): number {
  const { natsPerCharacter: late, early } = probe;
  const share = Math.max(0.3, law.end - law.endBySize * Math.log(trainingTokens / million));
  const end = Math.min(share * baseline, 0.95 * late);
  const seen = Math.log(Math.max(1, (early - end) / (late - end))) / -Math.log(earlyPart);
  const exponent = Math.min(exponents.largest, Math.max(exponents.smallest, law.pace * seen));
  return end + (late - end) * Math.max(1, operations / probe.operations) ** -exponent;
}
