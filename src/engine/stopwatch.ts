import type { Batch } from '../model/batch';
import { type Architecture, initialParameters, parameterCount } from '../model/model';
import { Random } from '../model/random';
import type { Engine, Trainer, Update } from './engine';
import { freshState } from './trainerState';

/** What is to be trained. */
export interface TimedWork {
  readonly architecture: Architecture;
  /** Time steps of a batch. */
  readonly length: number;
  /** Streams of a batch. */
  readonly streams: number;
}

/** A step that changes nothing, and takes as long as one that does. */
const update: Update = {
  rate: 0,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  weightDecay: 0,
  clipNorm: 1,
  averageDecay: 0.99,
};

/** Takes the time of training steps on tokens that mean nothing: what they are makes no difference. */
export class Stopwatch {
  private readonly trainer: Trainer;
  private readonly batch: Batch;

  /** @param now milliseconds */
  constructor(
    engine: Engine,
    { architecture, length, streams }: TimedWork,
    private readonly now: () => number = () => performance.now(),
  ) {
    const random = Random.seeded(0, 'calibration');
    const tokens = Uint16Array.from({ length: length * streams }, () => random.below(architecture.vocabularySize));
    this.batch = { length, streams, inputs: tokens, targets: tokens, resets: new Uint8Array(tokens.length) };
    const state = freshState(architecture, initialParameters(architecture, 0), streams);
    const options = { length, streams, dropout: { embedding: 0, hidden: 0, seed: 0 } };
    this.trainer = engine.createTrainer(architecture, state, options);
  }

  /** Milliseconds of one more step. An engine compiles and sets memory aside with the first. */
  step(): number {
    const began = this.now();
    this.trainer.train(this.batch, update);
    return this.now() - began;
  }

  dispose(): void {
    this.trainer.dispose();
  }
}

/** Milliseconds for which an engine is timed: two of them, and the step that warms one up, take less than a fifth of a second. */
const budget = 50;

/** Parameters times tokens of a step that takes some 40 milliseconds. */
const affordable = 2.5e8;

/** Time steps of the shortest batch that is timed: with fewer, the update of the weights would weigh more than it does. */
const shortest = 4;

/**
 * Training tokens a second of an engine, to compare it with another: the best of a few steps, at most of the length asked for.
 * @returns null where that would take too long
 */
export function measureSpeed(engine: Engine, work: TimedWork, now?: () => number): number | null {
  const { architecture, length, streams } = work;
  const longest = Math.floor(affordable / (parameterCount(architecture) * streams));
  if (longest < Math.min(shortest, length)) return null;
  const timed = { ...work, length: Math.min(length, longest) };
  const stopwatch = new Stopwatch(engine, timed, now);
  try {
    stopwatch.step();
    let [best, total, last] = [Infinity, 0, 0];
    do {
      last = stopwatch.step();
      best = Math.min(best, last);
      total += last;
    } while (total + last <= budget);
    return best > budget ? null : (1000 * timed.length * streams) / Math.max(best, 1e-3);
  } finally {
    stopwatch.dispose();
  }
}
