import type { Engine } from '../engine/engine';
import { freshState } from '../engine/trainerState';
import type { Architecture } from '../model/architecture';
import { initialParameters } from '../model/initialParameters';
import { Random } from '../model/random';
import { type Clock, monotonicClock } from './clock';
import { operationsPerToken } from './plan';

/** Milliseconds that a calibration may take, once the engine is warm. */
const patience = 500;

const warmUpSteps = 2;

/** Floating-point operations a second that an engine reaches when it trains a model of this architecture and batch. */
export function measurePower(
  engine: Engine,
  architecture: Architecture,
  length: number,
  streams: number,
  now: Clock = monotonicClock,
): number {
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
    for (let step = 0; step < warmUpSteps; step++) trainer.train(batch, update);
    const began = now();
    let steps = 0;
    do {
      trainer.train(batch, update);
      steps++;
    } while (now() - began < patience);
    const seconds = Math.max(1e-6, (now() - began) / 1000);
    return (steps * tokens.length * operationsPerToken(architecture)) / seconds;
  } finally {
    trainer.dispose();
  }
}
