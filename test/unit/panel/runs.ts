import type { EvaluationEvent, ProgressEvent, SampleEvent, StartedEvent } from '../../../src/training/record/events';
import type { Run } from '../../../src/training/record/run';

/** A run of a character model that has just begun. */
export const started: StartedEvent = {
  type: 'started',
  folder: '/models/verse',
  name: 'verse',
  at: 0,
  hyperparameters: {
    architecture: { vocabularySize: 67, embeddingSize: 64, hiddenSize: 256, layers: 1, tied: false },
    sequenceLength: 32,
    batchSize: 32,
    budget: { kind: 'minutes', minutes: 5 },
    peakLearningRate: 6e-3,
    warmup: 0.05,
    finalRate: 0.02,
    beta1: 0.9,
    beta2: 0.99,
    epsilon: 1e-8,
    weightDecay: 0.1,
    clipNorm: 1,
    averageDecay: 0.998,
    dropout: { embedding: 0, hidden: 0 },
    resetProbability: 0.01,
    evaluations: 40,
    evaluationTokens: 100_000,
    patience: 8,
    seed: 1,
  },
  parameters: 350_000,
  tokenizer: 'char',
  vocabularySize: 67,
  trainingTokens: 1_000_000,
  validationTokens: 100_000,
  summary: { files: 1, characters: 1_100_000, bytes: 1_100_000, languages: [], skipped: [], secretLines: [] },
  engine: { name: 'wasm', threads: 2, reason: 'It is the faster here.' },
  step: 0,
};

/** A run with nothing told but its start, and whatever is given. */
export function runWith(parts: Partial<Run>): Run {
  return {
    phase: 'training',
    started,
    progress: [],
    evaluations: [],
    samples: [],
    notes: [],
    baseline: null,
    finished: null,
    ...parts,
  };
}

/** Progress at a second of a run that takes ten steps a second. */
export function progressAt(seconds: number, loss = 2): ProgressEvent {
  return {
    type: 'progress',
    step: seconds * 10,
    seconds,
    tokens: seconds * 10_000,
    loss,
    gradientNorm: 0.5,
    rate: 0.006,
    tokensPerSecond: 10_000,
    share: seconds / 300,
    secondsLeft: 300 - seconds,
    memory: 2 ** 28,
  };
}

/** A score at a second. */
export function evaluationAt(seconds: number, natsPerCharacter: number, train = natsPerCharacter): EvaluationEvent {
  return {
    type: 'evaluation',
    step: seconds * 10,
    seconds,
    tokens: seconds * 10_000,
    train,
    validation: natsPerCharacter,
    natsPerCharacter,
    weights: 'current',
    rate: 0.006,
    tokensPerSecond: 10_000,
    best: true,
  };
}

/** A sample drawn at a step. */
export function sampleAt(step: number, temperature: number, text = 'la'): SampleEvent {
  return { type: 'sample', step, seconds: step / 10, temperature, prompt: '\n', text };
}
