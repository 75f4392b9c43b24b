import { availableParallelism } from 'node:os';
import type { Allowance } from './effort';

/** Threads of a step: all that are allowed, or half of them to be quiet. */
export function threadsOf({ effort, threads }: Allowance, machine = availableParallelism()): number {
  const most = threads > 0 ? threads : machine;
  return effort === 'full' ? most : Math.max(1, Math.floor(most / 2));
}

/** Longest rest after a step, milliseconds: a control is looked at in between. */
const longestRest = 1000;

/**
 * How long to rest after a step that took so long, milliseconds. Where an engine can't do with fewer threads, to be quiet
 * is to rest for as long as one works.
 */
export function restAfter(allowance: Allowance, engineThreads: number, worked: number): number {
  if (allowance.effort === 'full' || engineThreads < threadsOf({ ...allowance, effort: 'full' })) return 0;
  return Math.min(longestRest, worked);
}
