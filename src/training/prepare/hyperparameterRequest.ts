import type { Budget, Hyperparameters } from '../../model/hyperparameters';

export type { Budget, Hyperparameters };

/** What a user sets; whatever is left out is chosen from the corpus, the machine and the budget. */
export interface HyperparameterRequest {
  readonly budget: Budget;
  readonly hiddenSize?: number;
  readonly layers?: number;
  readonly embeddingSize?: number;
  readonly dropout?: number;
  readonly batchSize?: number;
  readonly sequenceLength?: number;
  readonly peakLearningRate?: number;
  readonly seed?: number;
}
