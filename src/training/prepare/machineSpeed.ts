import { setImmediate as breathe } from 'node:timers/promises';
import type { Engine } from '../../engine/engine';
import { Stopwatch, type TimedWork } from '../../engine/stopwatch';
import { type Clock, monotonicClock } from '../loop/clock';
import { operationsPerToken, referencePower } from './plan';
import type { Surroundings } from './prepare';
import type { Recipe } from './recipe';

/** Milliseconds that a calibration may take, once the engine is warm. */
const patience = 500;

const warmUpSteps = 2;

/**
 * Floating-point operations a second that an engine reaches when it trains a model of this architecture and batch. Lets other
 * work of this thread go first between steps.
 * @throws the signal's reason once it is aborted
 */
export async function measurePower(
  engine: Engine,
  work: TimedWork,
  now: Clock = monotonicClock,
  signal?: AbortSignal,
): Promise<number> {
  const stopwatch = new Stopwatch(engine, work, now);
  try {
    let [steps, milliseconds] = [-warmUpSteps, 0];
    do {
      await breathe();
      signal?.throwIfAborted();
      const taken = stopwatch.step();
      if (steps++ >= 0) milliseconds += taken;
    } while (steps <= 0 || milliseconds < patience);
    const tokens = steps * work.length * work.streams;
    return (tokens * operationsPerToken(work.architecture)) / Math.max(1e-6, milliseconds / 1000);
  } finally {
    stopwatch.dispose();
  }
}

/** A recipe, and an engine to follow it with, which whoever asked disposes of. */
export interface Settled {
  readonly recipe: Recipe;
  readonly engine: Engine;
  /** Why this engine, one sentence. */
  readonly reason: string;
  /** Operations a second, where they were measured for this very model. */
  readonly power: number | null;
}

/**
 * Settles recipe and engine, each of which depends on the other. A budget by the clock is planned by the speed that the engine
 * shows here; one in steps by the reference machine's, so that it comes out the same everywhere.
 * @param plan the recipe for so many operations a second
 * @throws EngineUnavailableError, or the signal's reason
 */
export async function settle(
  plan: (power: number) => Recipe,
  { engineFor, signal, clock }: Pick<Surroundings, 'engineFor' | 'signal' | 'clock'>,
): Promise<Settled> {
  const guess = plan(referencePower);
  const first = await engineFor(guess.architecture, guess.length, guess.streams);
  if (guess.budget.kind === 'steps') return { ...first, recipe: guess, power: null };
  const measure = async (engine: Engine, recipe: Recipe): Promise<number> => {
    try {
      return await measurePower(engine, recipe, clock, signal);
    } catch (error) {
      engine.dispose();
      throw error;
    }
  };
  const power = await measure(first.engine, guess);
  const recipe = plan(power);
  if (recipe.architecture.hiddenSize === guess.architecture.hiddenSize) return { ...first, recipe, power };
  first.engine.dispose();
  const second = await engineFor(recipe.architecture, recipe.length, recipe.streams);
  if (second.engine.name === first.engine.name) return { ...second, recipe, power: null };
  // What the first engine showed says little of this one.
  return { ...second, recipe: plan(await measure(second.engine, recipe)), power: null };
}
