import type { Engine, StepResult, Trainer } from '../../../src/engine/engine';
import { referenceEngine } from './referenceEngine';

/** Sees every training step, by its number counted over all trainers of a test, and may change what it tells or throw. */
export type Watch = (call: number, result: StepResult) => StepResult;

/** The reference engine with someone watching. */
export function watchedEngine(watch: Watch): () => Engine {
  let calls = 0;
  return () => {
    const engine = referenceEngine();
    return {
      ...engine,
      createTrainer: (architecture, state, options): Trainer => {
        const trainer = engine.createTrainer(architecture, state, options);
        const train = trainer.train.bind(trainer);
        trainer.train = (batch, update) => watch(++calls, train(batch, update));
        return trainer;
      },
    };
  };
}
