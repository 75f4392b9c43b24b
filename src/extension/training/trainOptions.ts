import type { RecipeFile } from '../../corpus/select/recipe/recipeFile';
import type { Normalization, TokenizerChoice } from '../../corpus/tokenizers/tokenizer';
import type { Budget, HyperparameterRequest } from '../../training/training';
import type { Settings } from '../settings';

/** What a caller of `textloom.train` may give in place of what the user is asked for, and of the settings. */
export interface TrainOptions {
  /** Absolute paths of files and folders, or URIs where they are on another file system. Given, nothing at all is asked. */
  readonly paths?: readonly string[];
  /** In place of paths: a workspace folder, by path or URI, that is read as its textloom.json says. */
  readonly recipe?: string;
  readonly name?: string;
  /** Folder of a model whose weights the new one starts from, and whose architecture and tokens it takes on. */
  readonly from?: string;
  readonly minutes?: number;
  /** Optimiser steps in place of minutes: exactly repeatable. */
  readonly steps?: number;
  readonly tokenizer?: TokenizerChoice;
  readonly seed?: number;
  readonly hiddenSize?: number;
  readonly layers?: number;
  readonly embeddingSize?: number;
  readonly dropout?: number;
  /** Parallel streams, B. */
  readonly streams?: number;
  /** Time steps of a batch, T. */
  readonly length?: number;
  readonly peakRate?: number;
}

/** The budget that options name; a minute where they name none. */
export function budgetOf({ minutes, steps }: TrainOptions): Budget {
  if (steps !== undefined) return { kind: 'steps', steps };
  return { kind: 'minutes', minutes: minutes ?? 1 };
}

/** Hyperparameters as the options, else the settings, say; what both leave open is chosen as training begins. */
export function hyperparameterRequest(
  budget: Budget,
  options: TrainOptions,
  settings: Settings,
): HyperparameterRequest {
  return { budget, ...hyperparameterWishes(options, settings) };
}

/** The same, whatever the budget. */
export function hyperparameterWishes(options: TrainOptions, settings: Settings): Omit<HyperparameterRequest, 'budget'> {
  const dropout = settings['training.dropout'];
  const wishes: Record<keyof Omit<HyperparameterRequest, 'budget'>, number | undefined> = {
    hiddenSize: options.hiddenSize ?? positive(settings['training.hiddenSize']),
    layers: options.layers ?? positive(settings['training.layers']),
    embeddingSize: options.embeddingSize ?? positive(settings['training.embeddingSize']),
    dropout: options.dropout ?? (dropout >= 0 ? dropout : undefined),
    batchSize: options.streams ?? positive(settings['training.streams']),
    sequenceLength: options.length ?? positive(settings['training.sequenceLength']),
    peakLearningRate: options.peakRate ?? positive(settings['training.peakRate']),
    seed: options.seed ?? settings['training.seed'],
  };
  const given = Object.entries(wishes).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given);
}

/** What is done to text first: as the recipe file says, else the settings; nothing where that is nothing. */
export function normalizationOf(recipe: RecipeFile, settings: Settings): { readonly normalization?: Normalization } {
  const normalization = recipe.normalization ?? settings['corpus.normalization'];
  return normalization === 'none' ? {} : { normalization };
}

/** A setting whose 0 stands for "choose for me". */
function positive(value: number): number | undefined {
  return value > 0 ? value : undefined;
}
