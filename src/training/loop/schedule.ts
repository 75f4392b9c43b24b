import type { Budget, Hyperparameters } from '../prepare/hyperparameterRequest';

/** Where a run stands in its budget's own unit: seconds trained for minutes, optimiser steps for steps. */
export function position(budget: Budget, at: { readonly step: number; readonly seconds: number }): number {
  return budget.kind === 'steps' ? at.step : at.seconds;
}

/** The end of a budget, in the unit of {@link position}. */
export function endOf(budget: Budget): number {
  return budget.kind === 'steps' ? budget.steps : budget.minutes * 60;
}

/** Share of a budget that goes into finishing (finishing.ts), and the most seconds of it: what is interrupted starts over. */
const finishing = { share: 0.1, seconds: 600 };

/**
 * How much of a budget goes into finishing, in the unit of {@link position}.
 * @param begun where the training that the budget is for began: later than 0 where a run is continued
 */
export function finishingLength(budget: Budget, begun = 0): number {
  const length = finishing.share * Math.max(0, endOf(budget) - begun);
  return budget.kind === 'steps' ? Math.round(length) : Math.min(length, finishing.seconds);
}

/** Where the last evaluation is due, after which a run is finished. */
export function lastEvaluation(budget: Budget, begun = 0): number {
  return endOf(budget) - finishingLength(budget, begun);
}

/** Steps or seconds of finishing that suit a run which ends after so many of training. */
export function finishingAfter(trained: number): number {
  return (trained * finishing.share) / (1 - finishing.share);
}

/** The highest rate of finishing: that which a whole run's schedule has come down to by then. */
export function finishingRate(hyperparameters: Hyperparameters): number {
  return rateAt(hyperparameters, 1 - finishing.share);
}

/**
 * Learning rate at a share of the budget: a linear warm-up, then a straight line to the final rate, which bench/ablation
 * found to end better than a cosine (as did Defazio, 2023).
 */
export function rateAt(hyperparameters: Hyperparameters, share: number): number {
  const { peakLearningRate: peakRate, warmup, finalRate } = hyperparameters;
  if (share < warmup) return (peakRate * share) / warmup;
  const along = Math.min(1, (share - warmup) / (1 - warmup));
  return peakRate * (1 - along * (1 - finalRate));
}

/** Decay of the averaged weights before step `step`: short at first, so that initial weights are soon forgotten. */
export function averageDecayAt(hyperparameters: Hyperparameters, step: number): number {
  return Math.min(hyperparameters.averageDecay, (1 + step) / (10 + step));
}

/** The first evaluation comes this soon, so that a user sees something: a share of the budget, or seconds. */
const firstEvaluation = { share: 0.03, seconds: 5 };

/**
 * Where the next evaluation is due, in the unit of {@link position}: soon after the start, then at intervals that double
 * until they reach the regular one. None is put so close before the end that the last one would follow on its heels.
 */
export function nextEvaluation({ budget, evaluations }: Hyperparameters, position: number, begun = 0): number {
  const end = lastEvaluation(budget, begun);
  const regular = end / Math.max(1, evaluations);
  const first = Math.min(regular, end * firstEvaluation.share, budget.kind === 'steps' ? end : firstEvaluation.seconds);
  const next = position + Math.min(regular, Math.max(first, position));
  return next > end - regular / 2 ? end : next;
}

/** Hyperparameters with minutes more; where the budget counts steps, with as many as the run so far would take in that time. */
export function extended(
  hyperparameters: Hyperparameters,
  minutes: number,
  at: { readonly step: number; readonly seconds: number },
): Hyperparameters {
  const { budget } = hyperparameters;
  if (budget.kind === 'minutes')
    return { ...hyperparameters, budget: { kind: 'minutes', minutes: budget.minutes + minutes } };
  const stepsPerSecond = at.seconds > 0 ? at.step / at.seconds : 1;
  return {
    ...hyperparameters,
    budget: { kind: 'steps', steps: budget.steps + Math.ceil(minutes * 60 * stepsPerSecond) },
  };
}
