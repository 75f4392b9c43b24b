import { setImmediate as breathe } from 'node:timers/promises';
import type { Engine } from '../../engine/engine';
import { freshState } from '../../engine/trainerState';
import { initialParameters } from '../../model/initialParameters';
import { Random } from '../../model/random';
import { type Clock, monotonicClock } from '../loop/clock';
import { requireMemory } from './memory';
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
  { architecture, length, streams }: Pick<Recipe, 'architecture' | 'length' | 'streams'>,
  now: Clock = monotonicClock,
  signal?: AbortSignal,
): Promise<number> {
  const random = Random.seeded(0, 'calibration');
  const tokens = Uint16Array.from({ length: length * streams }, () => random.below(architecture.vocabularySize));
  const batch = { length, streams, inputs: tokens, targets: tokens, resets: new Uint8Array(tokens.length) };
  const update = { rate: 0, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0, clipNorm: 1, averageDecay: 0.99 };
  const state = freshState(architecture, initialParameters(architecture, 0), streams);
  const trainer = engine.createTrainer(architecture, state, {
    length,
    streams,
    dropout: { embedding: 0, hidden: 0, seed: 0 },
  });
  try {
    let [steps, milliseconds] = [-warmUpSteps, 0];
    do {
      await breathe();
      signal?.throwIfAborted();
      const began = now();
      trainer.train(batch, update);
      if (steps++ >= 0) milliseconds += now() - began;
    } while (steps <= 0 || milliseconds < patience);
    return (steps * tokens.length * operationsPerToken(architecture)) / Math.max(1e-6, milliseconds / 1000);
  } finally {
    trainer.dispose();
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
 * @throws TooLargeError, EngineUnavailableError, or the signal's reason
 */
export async function settle(
  plan: (power: number) => Recipe,
  { engineFor, signal, clock }: Pick<Surroundings, 'engineFor' | 'signal' | 'clock'>,
): Promise<Settled> {
  const guess = plan(referencePower);
  requireMemory(guess);
  const first = await engineFor(guess.architecture, guess.length, guess.streams, secondsOf(guess));
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
  const recipe = affordable(plan(power), first.engine);
  if (recipe.architecture.hiddenSize === guess.architecture.hiddenSize) return { ...first, recipe, power };
  first.engine.dispose();
  const second = await engineFor(recipe.architecture, recipe.length, recipe.streams, secondsOf(recipe));
  if (second.engine.name === first.engine.name) return { ...second, recipe, power: null };
  // What the first engine showed says little of this one.
  return { ...second, recipe: plan(await measure(second.engine, recipe)), power: null };
}

/** Seconds that a training is to last, where that is known before it begins. */
function secondsOf({ budget }: Recipe): number | undefined {
  return budget.kind === 'minutes' ? budget.minutes * 60 : undefined;
}

/** A recipe that fits into the machine; else the engine goes too. @throws TooLargeError */
function affordable(recipe: Recipe, engine: Engine): Recipe {
  try {
    requireMemory(recipe);
    return recipe;
  } catch (error) {
    engine.dispose();
    throw error;
  }
}
