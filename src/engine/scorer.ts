import type { Architecture, Batch, Parameters } from '../model/model';
import type { Engine, LogitsReader, Scorer, ScorerShape, Trainer } from './engine';
import { freshState } from './trainerState';

/** Scores by a trainer's evaluations, and so as precisely as they are. */
export class EvaluatingScorer implements Scorer {
  private readonly trainer: Trainer;

  constructor(
    engine: Pick<Engine, 'createTrainer'>,
    architecture: Architecture,
    parameters: Parameters,
    { length, streams }: ScorerShape,
  ) {
    const state = freshState(architecture, parameters, streams);
    this.trainer = engine.createTrainer(architecture, state, {
      length,
      streams,
      dropout: { embedding: 0, hidden: 0, seed: 0 },
    });
  }

  score(batch: Batch, losses: Float32Array, reader?: LogitsReader): void {
    this.trainer.evaluate(batch, 'current', losses, reader);
  }

  dispose(): void {
    this.trainer.dispose();
  }
}
