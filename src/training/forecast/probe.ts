import { yieldToOthers } from '../../base/yielding';
import type { Corpus } from '../../corpus/corpus';
import { largestStreams } from '../../corpus/tokens/batches';
import { trainingBatches } from '../../corpus/tokens/itemBatches';
import type { Engine } from '../../engine/engine';
import { averageDecayAt, rateAt } from '../loop/schedule';
import type { Hyperparameters } from '../prepare/hyperparameterRequest';
import { operationsPerToken } from '../prepare/plan';
import { initialSnapshot } from '../prepare/prepare';
import { HeldOutText } from '../validation/heldOut';
import { heldOutTargets } from '../validation/heldOutTargets';

/** What two short trainings of a small model tell of a corpus. */
export interface Probe {
  /** On held-out text, of the longer one. */
  readonly natsPerCharacter: number;
  /** Of the shorter one, which was given a quarter of the operations. */
  readonly early: number;
  /** Floating-point operations that went into the longer one. */
  readonly operations: number;
}

/** Part of the longer training that the shorter one takes. */
export const earlyPart = 0.25;

/** A probe takes about so many operations, some two seconds of the reference machine, within these numbers of steps. */
const operations = 1.6e11;
const steps = { fewest: 60, most: 300 };

/** Held-out tokens that are scored. */
const scoredTokens = 32_768;

/**
 * Trains a small model for two moments, the same on every machine, and scores it on the held-out text.
 * @throws the signal's reason once it is aborted
 */
export async function probe(corpus: Corpus, engine: Engine, signal?: AbortSignal): Promise<Probe> {
  const hyperparameters = probeHyperparameters(corpus);
  const { architecture, sequenceLength: length, batchSize: streams } = hyperparameters;
  const count = stepsOf(hyperparameters);
  const early = await learn(corpus, engine, hyperparameters, Math.round(count * earlyPart), signal);
  const natsPerCharacter = await learn(corpus, engine, hyperparameters, count, signal);
  return { natsPerCharacter, early, operations: count * length * streams * operationsPerToken(architecture) };
}

/** Nats per character on held-out text after so many steps, the rate falling to their end. */
async function learn(
  corpus: Corpus,
  engine: Engine,
  hyperparameters: Hyperparameters,
  count: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { architecture, sequenceLength: length, batchSize: streams } = hyperparameters;
  const start = initialSnapshot(hyperparameters);
  const batches = trainingBatches(corpus, { ...hyperparameters, length, streams });
  const heldOut = new HeldOutText(corpus, scoredTokens, await heldOutTargets(corpus));
  const trainer = engine.createTrainer(architecture, start.state, {
    length,
    streams,
    dropout: { embedding: 0, hidden: 0, seed: 0 },
  });
  try {
    for (let step = 0; step < count; step++) {
      const rate = rateAt(hyperparameters, step / count);
      trainer.train(batches.next(), { ...hyperparameters, rate, averageDecay: averageDecayAt(hyperparameters, step) });
      await yieldToOthers();
      signal?.throwIfAborted();
    }
    const scored = await heldOut.score(trainer, length);
    return heldOut.quality(scored, { step: count, seconds: 0 }).natsPerCharacter;
  } finally {
    trainer.dispose();
  }
}

/** Fixed numbers, whatever plan.ts would choose: probes of different corpora compare. */
export function probeHyperparameters({ training, validation, tokenizer }: Corpus): Hyperparameters {
  const length = 32;
  return {
    architecture: {
      vocabularySize: tokenizer.vocabularySize,
      embeddingSize: 64,
      hiddenSize: 128,
      layers: 1,
      tied: false,
    },
    sequenceLength: length,
    batchSize: Math.min(32, largestStreams(training.length, length)),
    budget: { kind: 'steps', steps: steps.most },
    peakLearningRate: 0.01,
    warmup: 0.05,
    finalRate: 0.01,
    beta1: 0.9,
    beta2: 0.99,
    epsilon: 1e-8,
    weightDecay: 0.01,
    clipNorm: 1,
    averageDecay: 0.95,
    dropout: { embedding: 0, hidden: 0 },
    resetProbability: 0.01,
    evaluations: 1,
    evaluationTokens: Math.min(scoredTokens, validation.length),
    patience: 1,
    seed: 1,
  };
}

function stepsOf({ architecture, sequenceLength: length, batchSize: streams }: Hyperparameters): number {
  const wanted = operations / (length * streams * operationsPerToken(architecture));
  return Math.round(Math.min(steps.most, Math.max(steps.fewest, wanted)));
}
