import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { yieldToOthers } from '../../base/yielding';
import { StorageError, storageError } from '../../model/disk';
import { modelFiles } from '../../model/modelFiles';
import type { MemoryQuality } from '../../model/description';
import type { SessionEnd, TrainingJob } from '../prepare/trainingJob';
import type { ProgressEvent, RunOutcome } from '../record/events';
import type { HeldOutText } from '../validation/heldOut';
import type { TrainingControls } from './controls';
import type { RunMemory } from '../memory/runMemory';
import { Finishing } from './finishing';
import type { Optimization } from './optimization';
import type { RunFolder } from './runFolder';
import type { Steering } from './steering';

/** Another end was asked for, once there were no more steps to be taken. */
class GivenUp extends Error {
  override readonly name = 'GivenUp';
  constructor(readonly end: SessionEnd) {
    super('What comes after the last step was given up.');
  }
}

/** What the end of a run is made of. */
export interface EndingParts {
  readonly job: TrainingJob;
  readonly optimization: Optimization;
  readonly heldOut: HeldOutText;
  readonly folder: RunFolder;
  readonly steering: Steering;
  readonly memory: RunMemory;
  readonly tellProgress: (instead: Partial<ProgressEvent>) => Promise<void>;
}

/** How a run ends: its last score, finishing, and what is left of it in the folder. */
export class Ending {
  constructor(private readonly parts: EndingParts) {}

  /**
   * Leaves the folder as this end, of a run whose newest weights have been scored, wants it.
   * @returns the end that it came to: meanwhile, another may be asked for. @throws StorageError
   */
  async come(end: SessionEnd, controls: TrainingControls): Promise<SessionEnd> {
    const { job, folder, optimization, steering } = this.parts;
    await job.lock.requireHeld();
    switch (end.kind) {
      case 'suspended':
        await folder.saveCheckpoint();
        return end;
      case 'discarded':
        await job.record.close();
        await job.undo();
        return this.tellDiscarded();
      case 'stopped': {
        // What breaks off from here on was stopped all the same.
        optimization.progress.standing = 'stopped';
        steering.goOn();
        const instead = (await this.fitMemory(controls, true)) ?? (await this.finish(controls, true));
        return instead?.kind === 'discarded' ? this.come(instead, controls) : this.close(end, 'stopped', controls);
      }
      case 'completed':
      case 'early stop': {
        const instead = (await this.scoreWhole(controls)) ?? (await this.fitMemory(controls, false));
        if (instead !== null) return this.come(instead, controls);
        const then = await this.finish(controls, false);
        if (then === null) return this.close(end, 'ended', controls);
        return then.kind === 'stopped' ? this.close(then, 'stopped', controls) : this.come(then, controls);
      }
      case 'failed':
        return this.close(end, null, controls);
      default:
        return end satisfies never;
    }
  }

  async tellFinished(outcome: RunOutcome): Promise<void> {
    const { job, optimization, folder } = this.parts;
    const { step, best } = optimization.progress;
    const { memory, best: saved } = folder.description;
    const lstm = saved?.natsPerCharacter ?? best?.natsPerCharacter ?? null;
    await job.record.tell({
      type: 'finished',
      outcome,
      step,
      seconds: optimization.clock.seconds,
      natsPerCharacter: memory?.natsPerCharacter ?? lstm,
      ...(memory && lstm !== null && { lstm, frozen: memory.frozen, memoryAlone: memory.alone }),
    });
  }

  private async close(
    end: RunOutcome,
    standing: 'stopped' | 'ended' | null,
    controls: TrainingControls,
  ): Promise<SessionEnd> {
    const { folder, job, memory } = this.parts;
    if (standing !== null && memory.reached !== null) {
      const instead = await this.readHeldOut(controls, standing === 'stopped');
      const isSuspended = instead?.kind === 'suspended' && standing === 'ended';
      if (instead?.kind === 'discarded' || isSuspended) return this.come(instead, controls);
      await this.keepMemory(memory.reached);
    }
    if (folder.description.memory === undefined) await this.removeMemory();
    await folder.close(standing);
    await this.tellFinished(end);
    await job.record.save();
    return end;
  }

  /** The memory becomes the model's before the description tells of it. A run that is over doesn't fail for want of it. */
  private async keepMemory(reached: MemoryQuality): Promise<void> {
    const { folder, memory, job } = this.parts;
    await job.lock.requireHeld();
    try {
      // A model that was killed before its end is told is finished anew: until then another memory does it no harm.
      await memory.save(job.folder);
      folder.describe({ memory: reached });
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      folder.forgetMemory();
      await folder.note('not remembered', `The model is left without its memory. ${error.message}`);
    }
  }

  /** What is left of an earlier training's was fitted to other weights, and may know text that has been taken out since. */
  private async removeMemory(): Promise<void> {
    const { job } = this.parts;
    await job.lock.requireHeld();
    const path = join(job.folder, modelFiles.memory);
    await rm(path, { force: true }).catch((error: unknown) => {
      throw storageError(error, path);
    });
  }

  private async tellDiscarded(): Promise<SessionEnd> {
    const outcome: RunOutcome = { kind: 'discarded', ...(this.parts.job.hasBefore && { restored: true }) };
    await this.tellFinished(outcome);
    return outcome;
  }

  /**
   * Has the best weights learn the held-out text, too: see finishing.ts. Stop shortens it, a second one gives it up.
   * @returns how the session is to end instead, where that was asked for meanwhile
   */
  private async finish(controls: TrainingControls, isShort: boolean): Promise<SessionEnd | null> {
    const { job, optimization, folder, steering } = this.parts;
    const { best, step } = optimization.progress;
    if (best === null || folder.isFinished || !Finishing.suits(optimization, job.corpus)) return null;
    await folder.note('finishing', 'Learning the unseen text too, now that the model has been scored on it.');
    const scored = await folder.setAside();
    steering.goOn();
    const newest = best.step === step ? best.weights : null;
    const finishing = await Finishing.begin(optimization, job.corpus, { scored, newest, isShort });
    let end: SessionEnd | null = null;
    let isStopped = isShort;
    while (!finishing.isOver) {
      const asked = await steering.obey(controls, 'finishing');
      if (asked !== null) {
        if (asked.kind !== 'stopped' || isStopped) return this.giveUp(asked, 'it was ended at once');
        finishing.shorten();
        isStopped = true;
        end = asked;
      }
      if (!finishing.step()) return this.giveUp(end, 'that did the model no good');
      const { secondsLeft } = finishing;
      if (optimization.throughput.isDue) await this.parts.tellProgress({ secondsLeft });
      await optimization.trainerHolder.breathe();
    }
    const weights = await finishing.result();
    if (weights === null) return this.giveUp(end, 'that did the model no good');
    await folder.saveFinished(weights, scored, finishing.steps);
    return end;
  }

  /** The model stays as it was scored. @returns the end, as it is */
  private async giveUp<T extends SessionEnd | null>(end: T, why: string): Promise<T> {
    const { folder } = this.parts;
    folder.forgetFinishing();
    if (end?.kind !== 'suspended') await folder.note('unfinished', `The unseen text has not been learned: ${why}.`);
    return end;
  }

  /**
   * Finds out the quality of the best on as much of the held-out text as there is time for.
   * @returns how the session is to end instead, where that was asked for meanwhile
   */
  private async scoreWhole(controls: TrainingControls): Promise<SessionEnd | null> {
    const { optimization, heldOut, folder } = this.parts;
    const { progress } = optimization;
    if (progress.best === null || !heldOut.hasMore(progress.tokens)) return null;
    await folder.note('scoring', 'Final score, on all of the unseen text.');
    try {
      const best = await folder.bestModel.scoreWhole(progress.best, progress, () => this.pause(controls));
      folder.describe({ best });
      return null;
    } catch (error) {
      if (error instanceof GivenUp) return error.end;
      throw error;
    }
  }

  /**
   * Has the memory read the rest of the text, and be fitted to the best weights. Stop shortens it, a second one gives it up.
   * @returns how the session is to end instead, where that was asked for meanwhile
   */
  private async fitMemory(controls: TrainingControls, isShort: boolean): Promise<SessionEnd | null> {
    const { optimization, folder, memory } = this.parts;
    const { progress } = optimization;
    const best = folder.description.best;
    if (progress.best === null || best === null) return null;
    if (memory.takesAMoment)
      await folder.note('remembering', "The model's memory reads the text and learns how far it can be trusted.");
    // No training: what is left of a budget of minutes belongs to the steps of finishing.
    optimization.clock.pause();
    const length = progress.hyperparameters.sequenceLength;
    const pause = async () => {
      await this.pause(controls);
      optimization.clock.pause();
    };
    try {
      await folder.bestModel.use(progress, (trainer) => memory.fit({ trainer, best, length, isShort, pause }));
      return null;
    } catch (error) {
      if (error instanceof GivenUp) return error.end;
      throw error;
    }
  }

  /**
   * Has the memory read the held-out text. Stop gives up the rest of it.
   * @returns how the session is to end instead, where that was asked for meanwhile
   */
  private async readHeldOut(controls: TrainingControls, isShort: boolean): Promise<SessionEnd | null> {
    try {
      await this.parts.memory.readHeldOut(isShort, () => this.pause(controls));
      return null;
    } catch (error) {
      if (error instanceof GivenUp) return error.end;
      throw error;
    }
  }

  /** Does what has been asked while no steps are taken; waits here while paused. @throws GivenUp */
  private async pause(controls: TrainingControls): Promise<void> {
    await yieldToOthers();
    const asked = await this.parts.steering.obey(controls, 'between');
    if (asked !== null) throw new GivenUp(asked);
  }
}
