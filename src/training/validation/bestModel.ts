import type { Trainer } from '../../engine/engine';
import { freshState } from '../../engine/trainerState';
import type { Parameters } from '../../model/architecture';
import type { Quality } from '../../model/description';
import { readModel } from '../../model/modelFolder';
import type { TrainerHolder } from '../loop/trainerHolder';
import type { Progress } from '../record/progress';
import type { HeldOutText } from './heldOut';

/** A run's best weights so far, whatever its newest are. Reading them throws ModelError. */
export class BestModel {
  constructor(
    private readonly folder: string,
    private readonly trainerHolder: TrainerHolder,
    private readonly heldOut: HeldOutText,
    /** They themselves, where those in the run's folder have learned the held-out text since they were scored; else null. */
    public scored: Parameters | null,
  ) {}

  /** They themselves. */
  async parameters(): Promise<Parameters> {
    return this.scored ?? (await readModel(this.folder)).parameters;
  }

  /** Does something with a trainer that has them, and disposes of it. */
  async use<T>(progress: Progress, work: (trainer: Trainer) => Promise<T>): Promise<T> {
    const { architecture, batchSize: streams } = progress.hyperparameters;
    const state = freshState(architecture, await this.parameters(), streams);
    const trainer = this.trainerHolder.createTrainer({ state, progress });
    try {
      return await work(trainer);
    } finally {
      trainer.dispose();
    }
  }

  /** Their quality on the whole held-out text: see {@link HeldOutText.scoreWhole}. */
  scoreWhole(best: Quality, progress: Progress, pause: () => Promise<void>): Promise<Quality> {
    const { hyperparameters, tokens } = progress;
    return this.score(best, progress, (trainer) =>
      this.heldOut.scoreWhole(trainer, hyperparameters.sequenceLength, tokens, pause),
    );
  }

  /** Their quality as evaluations will find it: on another text, an earlier score is no measure for them. */
  scoreAnew(best: Quality, progress: Progress): Promise<Quality> {
    return this.score(best, progress, async (trainer) => {
      const { natsPerToken } = await this.heldOut.score(trainer, progress.hyperparameters.sequenceLength, 'current');
      return natsPerToken;
    });
  }

  private async score(
    best: Quality,
    progress: Progress,
    natsPerTokenOf: (trainer: Trainer) => Promise<number>,
  ): Promise<Quality> {
    const natsPerToken = await this.use(progress, natsPerTokenOf);
    return this.heldOut.quality({ ...best, natsPerToken }, best);
  }
}
