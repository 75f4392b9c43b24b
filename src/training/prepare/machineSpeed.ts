import { yieldToOthers } from '../../base/yielding';
import type { Engine } from '../../engine/engine';
import { Stopwatch } from '../../engine/stopwatch';
import { type Clock, monotonicClock } from '../loop/clock';
import type { Hyperparameters } from './hyperparameterRequest';
import { requireMemory } from './memory';
import { operationsPerToken, referencePower } from './plan';
import type { Surroundings } from './surroundings';

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
  hyperparameters: Pick<Hyperparameters, 'architecture' | 'sequenceLength' | 'batchSize'>,
  now: Clock = monotonicClock,
  signal?: AbortSignal,
): Promise<number> {
  const { architecture, sequenceLength: length, batchSize: streams } = hyperparameters;
  const stopwatch = new Stopwatch(engine, { architecture, length, streams }, now);
  try {
    let [steps, milliseconds] = [-warmUpSteps, 0];
    do {
      await yieldToOthers();
      signal?.throwIfAborted();
      const taken = stopwatch.step();
      if (steps++ >= 0) milliseconds += taken;
    } while (steps <= 0 || milliseconds < patience);
    const tokens = steps * length * streams;
    return (tokens * operationsPerToken(architecture)) / Math.max(1e-6, milliseconds / 1000);
  } finally {
    stopwatch.dispose();
  }
}

/** Hyperparameters, and an engine to train by them, which whoever asked disposes of. */
export interface Settled {
  readonly hyperparameters: Hyperparameters;
  readonly engine: Engine;
  /** Why this engine, one sentence. */
  readonly reason: string;
  /** Operations a second, where they were measured for this very model. */
  readonly power: number | null;
}

/**
 * Settles hyperparameters and engine, each of which depends on the other. A budget by the clock is planned by the speed that the engine
 * shows here; one in steps by the reference machine's, so that it comes out the same everywhere.
 * @param plan the hyperparameters for so many operations a second
 * @throws TooLargeError, EngineUnavailableError, or the signal's reason
 */
export async function settle(
  plan: (power: number) => Hyperparameters,
  { engineFor, signal, clock }: Pick<Surroundings, 'engineFor' | 'signal' | 'clock'>,
): Promise<Settled> {
  const guess = plan(referencePower);
  requireMemory(guess);
  const first = await engineFor(guess.architecture, guess.sequenceLength, guess.batchSize, secondsOf(guess));
  if (guess.budget.kind === 'steps') return { ...first, hyperparameters: guess, power: null };
  const measure = async (engine: Engine, hyperparameters: Hyperparameters): Promise<number> => {
    try {
      return await measurePower(engine, hyperparameters, clock, signal);
    } catch (error) {
      engine.dispose();
      throw error;
    }
  };
  const power = await measure(first.engine, guess);
  const hyperparameters = affordable(plan(power), first.engine);
  if (hyperparameters.architecture.hiddenSize === guess.architecture.hiddenSize)
    return { ...first, hyperparameters, power };
  first.engine.dispose();
  const second = await engineFor(
    hyperparameters.architecture,
    hyperparameters.sequenceLength,
    hyperparameters.batchSize,
    secondsOf(hyperparameters),
  );
  if (second.engine.name === first.engine.name) return { ...second, hyperparameters, power: null };
  // What the first engine showed says little of this one.
  return { ...second, hyperparameters: plan(await measure(second.engine, hyperparameters)), power: null };
}

/** Seconds that a training is to last, where that is known before it begins. */
function secondsOf({ budget }: Hyperparameters): number | undefined {
  return budget.kind === 'minutes' ? budget.minutes * 60 : undefined;
}

/** Hyperparameters that fit into the machine; else the engine goes too. @throws TooLargeError */
function affordable(hyperparameters: Hyperparameters, engine: Engine): Hyperparameters {
  try {
    requireMemory(hyperparameters);
    return hyperparameters;
  } catch (error) {
    engine.dispose();
    throw error;
  }
}
