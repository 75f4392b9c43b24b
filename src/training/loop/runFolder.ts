import type { Parameters } from '../../model/architecture';
import { type ModelDescription, type Quality, withoutMemory } from '../../model/description';
import { saveDescription, saveModel } from '../../model/modelFolder';
import type { TrainingJob } from '../prepare/trainingJob';
import type { NoteEvent } from '../record/events';
import { isSound, type Progress, saveSnapshot, type Snapshot } from '../record/progress';
import { BestModel } from '../validation/bestModel';
import type { HeldOutText } from '../validation/heldOut';
import type { Clock } from './clock';
import type { Optimization } from './optimization';

/** Milliseconds between two checkpoints: what a power loss may cost. */
const checkpointInterval = 25_000;

/** What a run leaves in its model's folder: the model, the checkpoint to go on from, and notes for the reader of its curve. */
export class RunFolder {
  readonly bestModel: BestModel;
  private current: ModelDescription;
  private lastCheckpoint: number;
  /** A best saved after the checkpoint that this run goes on from: it is only replaced by one at least as good. */
  private readonly bestToKeep: number;
  /** Where the run was before finishing, once that has begun: what another training goes on from. */
  private unfinished: Snapshot | null = null;

  constructor(
    private readonly job: TrainingJob,
    private readonly optimization: Optimization,
    heldOut: HeldOutText,
    private readonly now: Clock,
  ) {
    const { start, description, folder } = job;
    this.current = description;
    this.lastCheckpoint = now();
    this.bestToKeep =
      description.best !== null && description.best.step > start.progress.step
        ? description.best.natsPerToken
        : Infinity;
    const scored = description.finishing === undefined ? undefined : start.scored;
    this.bestModel = new BestModel(folder, optimization.trainerHolder, heldOut, scored ?? null);
  }

  /** As it is now; not all of it is saved. */
  get description(): ModelDescription {
    return this.current;
  }

  /** Changes it; saved with what is saved next. */
  describe(change: Partial<ModelDescription>): void {
    this.current = { ...this.current, ...change };
  }

  /** No memory is fitted to the weights; saved with what is saved next. */
  forgetMemory(): void {
    this.current = withoutMemory(this.current);
  }

  get isCheckpointDue(): boolean {
    return this.now() - this.lastCheckpoint >= checkpointInterval;
  }

  /** Saves where the run stands; where it is being finished, where it was before. @throws StorageError */
  async saveCheckpoint(): Promise<void> {
    this.lastCheckpoint = this.now();
    const { scored } = this.bestModel;
    const snapshot = this.unfinished ?? { ...this.optimization.snapshot(), ...(scored && { scored }) };
    if (!isSound(snapshot.state)) return;
    await this.job.lock.requireHeld();
    await this.job.record.save();
    await saveSnapshot(this.job.folder, snapshot, this.current);
  }

  /** Saves the newest weights of the best's kind as the model, unless a better one is there already. @throws StorageError */
  async saveBest(best: Quality): Promise<void> {
    if (best.natsPerToken > this.bestToKeep) return;
    const { hyperparameters } = this.optimization.progress;
    const description = { ...withoutMemory(this.current), hyperparameters, best, trained: this.optimization.trained };
    delete description.finishing;
    const weights = this.optimization.trainerHolder.trainer.weights(best.weights);
    this.current = await saveModel(this.job.folder, description, weights);
    this.bestModel.scored = null;
  }

  /**
   * Finishing begins: until it has ended, and for whoever trains the model further, the run stands where it stands now, with
   * its best weights as they are. @returns those. @throws StorageError, ModelError
   */
  async setAside(): Promise<Parameters> {
    const scored = await this.bestModel.parameters();
    this.unfinished = { ...this.optimization.snapshot(), scored };
    await this.saveCheckpoint();
    return scored;
  }

  /** Whether the model here is what finishing would make of it: it was finished, and nothing has been learned since. */
  get isFinished(): boolean {
    const { start, isNewText } = this.job;
    const isUntouched = this.optimization.progress.step === start.progress.step && isNewText !== true;
    return isUntouched && this.unfinished === null && this.bestModel.scored !== null;
  }

  /** Finished weights become the model's. @throws StorageError */
  async saveFinished(weights: Parameters, scored: Parameters, steps: number): Promise<void> {
    await this.job.lock.requireHeld();
    const description = { ...this.current, trained: this.optimization.trained, finishing: { steps } };
    this.current = await saveModel(this.job.folder, description, weights);
    this.bestModel.scored = scored;
  }

  /** Finishing has come to nothing: the model stays what it was. */
  forgetFinishing(): void {
    if (this.unfinished === null) return;
    const { state, progress } = this.unfinished;
    const { scored } = this.bestModel;
    this.unfinished = { state, progress, ...(scored && { scored }) };
  }

  /** The run is over, and this is how: saves all of it. @throws StorageError */
  async close(standing: Progress['standing'] | null): Promise<void> {
    const wasFinished = this.isFinished;
    const progress = this.unfinished?.progress ?? this.optimization.progress;
    await this.job.lock.requireHeld();
    const { step: steps, tokens, seconds } = progress;
    const isFinished = this.unfinished === null || this.bestModel.scored !== null;
    const trained = isFinished ? this.optimization.trained : { steps, tokens, seconds };
    this.describe({ hyperparameters: progress.hyperparameters, ...(!wasFinished && { trained }) });
    if (standing !== null) {
      progress.standing = standing;
      await this.saveCheckpoint();
    }
    await saveDescription(this.job.folder, this.current);
    await this.job.keep();
  }

  /** Tells something that a reader of the curve wants to see. */
  async note(kind: NoteEvent['kind'], message: string): Promise<void> {
    const { step } = this.optimization.progress;
    await this.job.record.tell({ type: 'note', step, seconds: this.optimization.clock.seconds, kind, message });
  }
}
