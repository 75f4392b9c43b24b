import type { Engine, Trainer } from '../../../src/engine/engine';
import { referenceEngine } from './referenceEngine';

/** The reference engine, for whose models the held-out text gets harder with every step: their runs end early. */
export function hardeningEngine(): Engine {
  const engine = referenceEngine();
  return {
    ...engine,
    createTrainer: (...made: Parameters<Engine['createTrainer']>): Trainer => {
      const trainer = engine.createTrainer(...made);
      const evaluate = trainer.evaluate.bind(trainer);
      trainer.evaluate = (batch, weights, losses, reader) => {
        evaluate(batch, weights, losses, reader);
        const harder = trainer.state().step / 50;
        losses.forEach((loss, at) => (losses[at] = loss + harder));
      };
      return trainer;
    },
  };
}
