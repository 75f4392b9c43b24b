import type { CorpusSummary } from '../../../src/corpus/corpus';
import type {
  EvaluationEvent,
  FinishedEvent,
  ProgressEvent,
  RunOutcome,
  StartedEvent,
} from '../../../src/training/record/events';

/** A summary of nothing. */
export const emptySummary: CorpusSummary = {
  files: 0,
  characters: 0,
  bytes: 0,
  languages: [],
  skipped: [],
  secretLines: [],
};

/** The beginning of a run. */
export function started(change: Partial<StartedEvent> = {}): StartedEvent {
  const architecture = { vocabularySize: 65, embeddingSize: 64, hiddenSize: 128, layers: 1, tied: false };
  return {
    type: 'started',
    folder: '/models/tales',
    name: 'tales',
    at: 0,
    hyperparameters: {
      architecture,
      sequenceLength: 32,
      batchSize: 32,
      budget: { kind: 'minutes', minutes: 5 },
      peakLearningRate: 0.008,
      warmup: 0.05,
      finalRate: 0,
      beta1: 0.9,
      beta2: 0.99,
      epsilon: 1e-8,
      weightDecay: 0.01,
      clipNorm: 1,
      averageDecay: 0.995,
      dropout: { embedding: 0, hidden: 0 },
      resetProbability: 0.01,
      evaluations: 20,
      evaluationTokens: 20_000,
      patience: 5,
      seed: 1,
    },
    parameters: 100_000,
    tokenizer: 'char',
    vocabularySize: 65,
    trainingTokens: 90_000,
    validationTokens: 10_000,
    summary: emptySummary,
    engine: { name: 'wasm', threads: 2, reason: 'It is the faster one.' },
    step: 0,
    ...change,
  };
}

/** A point of a run. */
export function progress(change: Partial<ProgressEvent> = {}): ProgressEvent {
  return {
    type: 'progress',
    step: 100,
    seconds: 126,
    tokens: 100_000,
    loss: 1.9,
    gradientNorm: 0.5,
    rate: 0.004,
    tokensPerSecond: 40_000,
    share: 0.42,
    secondsLeft: 174,
    memory: 200e6,
    ...change,
  };
}

/** A score on the held-out text. */
export function evaluation(natsPerCharacter: number, change: Partial<EvaluationEvent> = {}): EvaluationEvent {
  return {
    type: 'evaluation',
    step: 100,
    seconds: 126,
    tokens: 100_000,
    train: 1.9,
    validation: natsPerCharacter,
    natsPerCharacter,
    weights: 'averaged',
    rate: 0.004,
    tokensPerSecond: 40_000,
    best: true,
    ...change,
  };
}

/** The end of a run. */
export function finished(outcome: RunOutcome, natsPerCharacter: number | null): FinishedEvent {
  return { type: 'finished', outcome, step: 200, seconds: 300, natsPerCharacter };
}
