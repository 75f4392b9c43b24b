import type { RecipeRequest } from '../../src/training/recipe';
import type { Recipe } from '../../src/training/recipe';

/** One way to train, by what it does otherwise than the plan of src/training/plan.ts. */
export interface Variant {
  readonly name: string;
  readonly minutes: number;
  readonly request?: Omit<RecipeRequest, 'budget'>;
  readonly recipe?: Partial<Recipe>;
}

const quick: readonly Variant[] = [
  { name: 'as planned', minutes: 1 },
  ...[256, 320, 448, 512].map((hiddenSize) => ({ name: `hidden ${hiddenSize}`, minutes: 1, request: { hiddenSize } })),
  ...[5e-3, 1.2e-2, 1.6e-2].map((peakRate) => ({ name: `rate ${peakRate}`, minutes: 1, request: { peakRate } })),
  ...[32, 128].map((embeddingSize) => ({ name: `embedding ${embeddingSize}`, minutes: 1, request: { embeddingSize } })),
  { name: '64 x 16', minutes: 1, request: { length: 64, streams: 16 } },
  { name: '32 x 16', minutes: 1, request: { length: 32, streams: 16 } },
  { name: '24 x 32', minutes: 1, request: { length: 24, streams: 32 } },
  { name: '32 x 48', minutes: 1, request: { length: 32, streams: 48 } },
  { name: '2 layers of 256', minutes: 1, request: { hiddenSize: 256, layers: 2 } },
  { name: 'dropout 0.1', minutes: 1, request: { dropout: 0.1 } },
  { name: 'no averaging', minutes: 1, recipe: { averageDecay: 0 } },
  { name: 'average 0.99', minutes: 1, recipe: { averageDecay: 0.99 } },
  { name: 'average 0.997', minutes: 1, recipe: { averageDecay: 0.997 } },
  { name: 'constant rate', minutes: 1, recipe: { finalRate: 1 } },
  { name: 'warm-up 0.02', minutes: 1, recipe: { warmup: 0.02 } },
  { name: 'warm-up 0.15', minutes: 1, recipe: { warmup: 0.15 } },
  { name: 'beta2 0.999', minutes: 1, recipe: { beta2: 0.999 } },
  { name: 'beta2 0.95', minutes: 1, recipe: { beta2: 0.95 } },
  { name: 'weight decay 0.1', minutes: 1, recipe: { weightDecay: 0.1 } },
  { name: 'no weight decay', minutes: 1, recipe: { weightDecay: 0 } },
  { name: 'clip 0.5', minutes: 1, recipe: { clipNorm: 0.5 } },
  { name: 'clip 5', minutes: 1, recipe: { clipNorm: 5 } },
  { name: 'no resets', minutes: 1, recipe: { resetProbability: 0 } },
  { name: 'resets 0.05', minutes: 1, recipe: { resetProbability: 0.05 } },
];

const standard: readonly Variant[] = [
  { name: 'as planned', minutes: 5 },
  ...[512, 768].map((hiddenSize) => ({ name: `hidden ${hiddenSize}`, minutes: 5, request: { hiddenSize } })),
  ...[0.1, 0.3, 0.4].map((dropout) => ({ name: `dropout ${dropout}`, minutes: 5, request: { dropout } })),
  { name: 'embedding dropout alone', minutes: 5, recipe: { dropout: { embedding: 0.2, hidden: 0 } } },
  { name: 'hidden dropout alone', minutes: 5, recipe: { dropout: { embedding: 0, hidden: 0.3 } } },
  ...[3e-3, 8e-3].map((peakRate) => ({ name: `rate ${peakRate}`, minutes: 5, request: { peakRate } })),
  { name: '48 x 24', minutes: 5, request: { length: 48, streams: 24 } },
  { name: 'weight decay 0.1', minutes: 5, recipe: { weightDecay: 0.1 } },
];

const thorough: readonly Variant[] = [
  { name: 'as planned', minutes: 30 },
  ...[768, 1152].map((hiddenSize) => ({ name: `hidden ${hiddenSize}`, minutes: 30, request: { hiddenSize } })),
  ...[0.3, 0.5].map((dropout) => ({ name: `dropout ${dropout}`, minutes: 30, request: { dropout } })),
];

/** The sets of variants that a run of the ablation chooses from. */
export const variantSets = { quick, standard, thorough } as const;
