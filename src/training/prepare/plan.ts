import { interpolateOverLog } from '../../base/interpolation';
import { largestStreams } from '../../corpus/tokens/batches';
import { type Architecture, hasProjection } from '../../model/architecture';
import type { Budget, HyperparameterRequest, Hyperparameters } from './hyperparameterRequest';

/** What hyperparameters are chosen for. */
export interface PlanInput {
  readonly request: HyperparameterRequest;
  readonly trainingTokens: number;
  readonly validationTokens: number;
  readonly vocabularySize: number;
  /** Floating-point operations a second that training reaches here: see machineSpeed.ts. */
  readonly power: number;
  /** Architecture of the model that this one starts from; it stays, but for the number of tokens. */
  readonly ancestor?: Architecture;
}

/** The power of the machine that {@link hiddenSizes} was found on: two cores of a Zen 4 server. Operations a second. */
export const referencePower = 95e9;

/** Best hidden size of one layer by the seconds to train it in, on the reference machine. Found by bench/ablation. */
const hiddenSizes: readonly (readonly [seconds: number, size: number])[] = [
  [4, 128],
  [15, 256],
  [60, 384],
  [240, 640],
  [1500, 896],
  [7200, 1280],
];

/**
 * A run shorter than this, seconds of the reference machine, is short of steps rather than of text: twice as many, over half
 * the time steps each, with less momentum and a lower rate, end 0.03 nats better (bench/README.md).
 */
const briefSeconds = 120;

/** How a brief run and a long one take their steps. The rate is a share of {@link peakRate}. */
const paces = {
  brief: { length: 16, beta1: 0.8, rate: 0.8 },
  long: { length: 32, beta1: 0.9, rate: 1 },
} as const;

/** Dropout by how often the run reads its corpus. */
const dropouts: readonly (readonly [epochs: number, rate: number])[] = [
  [2, 0],
  [4, 0.2],
  [12, 0.4],
  [60, 0.5],
];

/** A text of a million tokens feeds a model of this hidden size; others in proportion to a root of their size. */
const capacity = { size: 896, tokens: 1e6, exponent: 0.32 };

/** Weights that have learned already are taken on at this share of a new model's rate. */
const warmRate = 0.5;

/** Share of the budget that evaluations may take. */
const evaluationShare = 0.07;

/** Scoring a token costs this part of training on it, and it is done for two sets of weights. */
const scoringCost = 2 / 3;

/** Settles everything that the request leaves open, by rules found by experiment. A pure function. */
export function planHyperparameters(input: PlanInput): Hyperparameters {
  const { request, trainingTokens, validationTokens } = input;
  const { budget } = request;
  // A budget in steps must plan the same on any machine.
  const power = budget.kind === 'steps' ? referencePower : input.power;
  const pace = paceOf(budget, power);
  const length = request.sequenceLength ?? pace.length;
  const streams = Math.min(request.batchSize ?? 32, largestStreams(trainingTokens, length));
  const seconds = secondsOf(input, length * streams);
  const architecture = planArchitecture(input, (seconds * power) / referencePower);
  const speed = power / operationsPerToken(architecture);
  const tokens = budget.kind === 'steps' ? budget.steps * length * streams : seconds * speed;
  const evaluations = Math.round(clamp(seconds / 5, 8, 40));
  const scored = (tokens * evaluationShare) / (evaluations * scoringCost);
  const epochs = tokens / trainingTokens;
  const dropout = request.dropout ?? interpolateOverLog(dropouts, epochs);
  return {
    architecture,
    sequenceLength: length,
    batchSize: streams,
    budget,
    peakLearningRate: request.peakLearningRate ?? peakRate(architecture) * pace.rate * (input.ancestor ? warmRate : 1),
    warmup: 0.05,
    finalRate: 0,
    beta1: pace.beta1,
    beta2: 0.99,
    epsilon: 1e-8,
    weightDecay: 0.01,
    clipNorm: 1,
    averageDecay: 1 - 1 / clamp(tokens / (length * streams) / 15, 20, 500),
    dropout: { embedding: dropout, hidden: dropout },
    resetProbability: 0.01,
    evaluations,
    evaluationTokens: Math.round(Math.min(validationTokens, clamp(scored, 4096, 200_000))),
    patience: Math.max(4, Math.round(evaluations * 0.35)),
    seed: request.seed ?? 1,
  };
}

/** Floating-point operations of one training step a token: two for each weight forward, four backward. */
export function operationsPerToken(architecture: Architecture): number {
  const { vocabularySize, embeddingSize, hiddenSize, layers, tied } = architecture;
  // The first layer's input weights are folded into a table, so that reading it costs next to nothing.
  const recurrent = 4 * hiddenSize * hiddenSize * (2 * layers - 1);
  const projected = hasProjection(architecture) ? embeddingSize * hiddenSize : 0;
  const head = vocabularySize * (tied ? embeddingSize : hiddenSize);
  return 6 * (recurrent + projected + head);
}

/** A budget in steps says by itself how many there are. */
function paceOf(budget: Budget, power: number): (typeof paces)[keyof typeof paces] {
  const isBrief = budget.kind === 'minutes' && (budget.minutes * 60 * power) / referencePower < briefSeconds;
  return isBrief ? paces.brief : paces.long;
}

/** The budget in seconds; one in steps is taken at the reference machine's speed, so that it plans the same anywhere. */
function secondsOf({ request, vocabularySize }: PlanInput, tokensPerStep: number): number {
  const { budget } = request;
  if (budget.kind === 'minutes') return Math.max(1, budget.minutes * 60);
  const hiddenSize = request.hiddenSize ?? 256;
  const layers = request.layers ?? 1;
  const typical = { vocabularySize, embeddingSize: 64, hiddenSize, layers, tied: false };
  return Math.max(1, (budget.steps * tokensPerStep * operationsPerToken(typical)) / referencePower);
}

/** @param seconds - of the reference machine */
function planArchitecture(input: PlanInput, seconds: number): Architecture {
  const { request, trainingTokens, vocabularySize, ancestor } = input;
  if (ancestor) return { ...ancestor, vocabularySize };
  const affordable = interpolateOverLog(hiddenSizes, seconds);
  const fed = capacity.size * (trainingTokens / capacity.tokens) ** capacity.exponent;
  const hiddenSize = request.hiddenSize ?? Math.max(64, 32 * Math.round(Math.min(affordable, fed) / 32));
  const embeddingSize = request.embeddingSize ?? Math.min(hiddenSize, vocabularySize > 1000 ? 128 : 64);
  return { vocabularySize, embeddingSize, hiddenSize, layers: request.layers ?? 1, tied: false };
}

/** Wider models want smaller steps. */
function peakRate({ hiddenSize, layers }: Architecture): number {
  return clamp((1.4e-2 * (384 / hiddenSize) ** 1.3) / layers, 1e-3, 2e-2);
}

function clamp(value: number, lowest: number, highest: number): number {
  return Math.min(highest, Math.max(lowest, value));
}
