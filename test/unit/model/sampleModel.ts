import type { Architecture, Parameters } from '../../../src/model/architecture';
import { formatVersion, type ModelDescription } from '../../../src/model/description';
import type { Hyperparameters } from '../../../src/model/hyperparameters';
import { initialParameters } from '../../../src/model/initialParameters';

const architecture: Architecture = { vocabularySize: 5, embeddingSize: 3, hiddenSize: 4, layers: 2, tied: false };

const recipe: Hyperparameters = {
  architecture,
  sequenceLength: 8,
  batchSize: 2,
  budget: { kind: 'minutes', minutes: 1 },
  peakLearningRate: 0.01,
  warmup: 0.05,
  finalRate: 0.01,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  weightDecay: 0.01,
  clipNorm: 1,
  averageDecay: 0.99,
  dropout: { embedding: 0.1, hidden: 0.1 },
  resetProbability: 0.01,
  evaluations: 10,
  evaluationTokens: 1000,
  patience: 4,
  seed: 1,
};

/** A description that is all there, before any weights were saved. */
export function sampleDescription(name = 'sample'): ModelDescription {
  return {
    formatVersion,
    id: 'b5b0c2a4-0000-4000-8000-000000000001',
    revision: 0,
    name,
    created: '2026-05-04T03:02:01.000Z',
    appVersion: '1.2.3',
    architecture,
    tokenizer: { kind: 'char', symbols: ['a', 'b', '\n'] },
    corpus: {
      fingerprint: 'ab12',
      documents: [{ name: 'notes/one.md', characters: 120 }],
      summary: {
        files: 1,
        characters: 120,
        bytes: 121,
        languages: [{ language: 'md', files: 1, characters: 120 }],
        skipped: [{ reason: 'binary', files: 2, examples: ['a.png'] }],
        secretLines: [{ rule: 'private key', lines: 1 }],
      },
    },
    seed: 1,
    hyperparameters: recipe,
    best: null,
    baseline: null,
    trained: { steps: 0, tokens: 0, seconds: 0 },
  };
}

/** Weights that fit {@link sampleDescription}; other seeds, other weights. */
export function sampleParameters(seed = 1): Parameters {
  return initialParameters(architecture, seed);
}

/** The description after a save at this step. */
export function withBest(description: ModelDescription, step: number): ModelDescription {
  const natsPerToken = 2 + 1 / (step + 1);
  return {
    ...description,
    best: {
      step,
      seconds: step / 10,
      natsPerToken,
      natsPerCharacter: natsPerToken,
      bitsPerCharacter: natsPerToken / Math.LN2,
      weights: 'averaged',
    },
    trained: { steps: step, tokens: 16 * step, seconds: step / 10 },
  };
}
