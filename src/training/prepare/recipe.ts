import type { Budget, Recipe } from '../../model/hyperparameters';

export type { Budget, Recipe };

/** What a user sets; whatever is left out is chosen from the corpus, the machine and the budget. */
export interface RecipeRequest {
  readonly budget: Budget;
  readonly hiddenSize?: number;
  readonly layers?: number;
  readonly embeddingSize?: number;
  readonly dropout?: number;
  readonly streams?: number;
  readonly length?: number;
  readonly peakRate?: number;
  readonly seed?: number;
}
