import type { Budget, HyperparameterRequest, Hyperparameters } from '../../src/training/prepare/hyperparameterRequest';

/** One way to train, by what it does otherwise than the plan of src/training/prepare/plan.ts. */
export interface Variant {
  readonly name: string;
  readonly budget: Budget;
  readonly request?: Omit<HyperparameterRequest, 'budget'>;
  readonly recipe?: Partial<Hyperparameters>;
  /** With the tokeniser and the engine that a user would get by saying nothing; else `char` and the built-in engine. */
  readonly isAuto?: true;
}

const minute: Budget = { kind: 'minutes', minutes: 1 };
const fiveMinutes: Budget = { kind: 'minutes', minutes: 5 };
const halfAnHour: Budget = { kind: 'minutes', minutes: 30 };
const fewSteps: Budget = { kind: 'steps', steps: 500 };

const quick: readonly Variant[] = [
  { name: 'as planned', budget: minute },
  ...[256, 320, 448, 512].map((hiddenSize) => ({
    name: `hidden ${hiddenSize}`,
    budget: minute,
    request: { hiddenSize },
  })),
  ...[5e-3, 1.2e-2, 1.6e-2].map((peakLearningRate) => ({
    name: `rate ${peakLearningRate}`,
    budget: minute,
    request: { peakLearningRate },
  })),
  ...[32, 128].map((embeddingSize) => ({
    name: `embedding ${embeddingSize}`,
    budget: minute,
    request: { embeddingSize },
  })),
  { name: '64 x 16', budget: minute, request: { sequenceLength: 64, batchSize: 16 } },
  { name: '32 x 16', budget: minute, request: { sequenceLength: 32, batchSize: 16 } },
  { name: '24 x 32', budget: minute, request: { sequenceLength: 24, batchSize: 32 } },
  { name: '32 x 48', budget: minute, request: { sequenceLength: 32, batchSize: 48 } },
  { name: '2 layers of 256', budget: minute, request: { hiddenSize: 256, layers: 2 } },
  { name: 'dropout 0.1', budget: minute, request: { dropout: 0.1 } },
  { name: 'no averaging', budget: minute, recipe: { averageDecay: 0 } },
  { name: 'average 0.99', budget: minute, recipe: { averageDecay: 0.99 } },
  { name: 'average 0.997', budget: minute, recipe: { averageDecay: 0.997 } },
  { name: 'constant rate', budget: minute, recipe: { finalRate: 1 } },
  { name: 'warm-up 0.02', budget: minute, recipe: { warmup: 0.02 } },
  { name: 'warm-up 0.15', budget: minute, recipe: { warmup: 0.15 } },
  { name: 'beta2 0.999', budget: minute, recipe: { beta2: 0.999 } },
  { name: 'beta2 0.95', budget: minute, recipe: { beta2: 0.95 } },
  { name: 'weight decay 0.1', budget: minute, recipe: { weightDecay: 0.1 } },
  { name: 'no weight decay', budget: minute, recipe: { weightDecay: 0 } },
  { name: 'clip 0.5', budget: minute, recipe: { clipNorm: 0.5 } },
  { name: 'clip 5', budget: minute, recipe: { clipNorm: 5 } },
  { name: 'no resets', budget: minute, recipe: { resetProbability: 0 } },
  { name: 'resets 0.05', budget: minute, recipe: { resetProbability: 0.05 } },
];

const standard: readonly Variant[] = [
  { name: 'as planned', budget: fiveMinutes },
  ...[512, 768].map((hiddenSize) => ({ name: `hidden ${hiddenSize}`, budget: fiveMinutes, request: { hiddenSize } })),
  ...[0.1, 0.3, 0.4].map((dropout) => ({ name: `dropout ${dropout}`, budget: fiveMinutes, request: { dropout } })),
  { name: 'embedding dropout alone', budget: fiveMinutes, recipe: { dropout: { embedding: 0.2, hidden: 0 } } },
  { name: 'hidden dropout alone', budget: fiveMinutes, recipe: { dropout: { embedding: 0, hidden: 0.3 } } },
  ...[3e-3, 8e-3].map((peakLearningRate) => ({
    name: `rate ${peakLearningRate}`,
    budget: fiveMinutes,
    request: { peakLearningRate },
  })),
  { name: '48 x 24', budget: fiveMinutes, request: { sequenceLength: 48, batchSize: 24 } },
  { name: 'weight decay 0.1', budget: fiveMinutes, recipe: { weightDecay: 0.1 } },
];

const thorough: readonly Variant[] = [
  { name: 'as planned', budget: halfAnHour },
  ...[768, 1152].map((hiddenSize) => ({ name: `hidden ${hiddenSize}`, budget: halfAnHour, request: { hiddenSize } })),
  ...[0.3, 0.5].map((dropout) => ({ name: `dropout ${dropout}`, budget: halfAnHour, request: { dropout } })),
];

function ofSteps(name: string, request: Variant['request'] = {}, recipe: Variant['recipe'] = {}): Variant {
  return { name, budget: fewSteps, request: { hiddenSize: 384, ...request }, recipe };
}

/** Counted in steps, so that a busy machine is as good as a quiet one. */
const steps: readonly Variant[] = [
  ofSteps('as planned'),
  ...[5.5e-3, 8e-3, 1.1e-2, 1.8e-2, 2.5e-2].map((peakLearningRate) =>
    ofSteps(`rate ${peakLearningRate}`, { peakLearningRate: peakLearningRate }),
  ),
  ...[32, 128].map((embeddingSize) => ofSteps(`embedding ${embeddingSize}`, { embeddingSize })),
  ...[0.8, 0.95].map((beta1) => ofSteps(`beta1 ${beta1}`, {}, { beta1 })),
  ...[0.95, 0.999].map((beta2) => ofSteps(`beta2 ${beta2}`, {}, { beta2 })),
  ...[0.3, 5].map((clipNorm) => ofSteps(`clip ${clipNorm}`, {}, { clipNorm })),
  ...[0.02, 0.15].map((warmup) => ofSteps(`warm-up ${warmup}`, {}, { warmup })),
];

/** What a user gets who chooses a preset and nothing else. */
const budgets: readonly Variant[] = [
  { name: 'Quick', budget: minute, isAuto: true },
  { name: 'Standard', budget: fiveMinutes, isAuto: true },
  { name: 'Thorough', budget: halfAnHour, isAuto: true },
];

/** The sets of variants that a run of the ablation chooses from. */
export const variantSets = { budgets, steps, quick, standard, thorough } as const;
