import type { SessionEnd } from '../prepare/trainingJob';
import type { RunRecord } from '../record/record';
import type { LoopControl, TrainingControls } from './controls';
import type { Allowance } from './effort';
import type { Optimization } from './optimization';
import type { RunFolder } from './runFolder';

/**
 * What a run is at: its steps; work on its best weights after the last of them, by a trainer beside its own; the steps of
 * finishing. Only in the first does it take longer or another rate.
 */
type Stage = 'training' | 'between' | 'finishing';

/** Has a run do what is asked of it between two steps. */
export class Steering {
  private pausedBy: 'user' | 'battery' | null = null;
  /** What is allowed from the next step on: an engine's threads don't change while two trainers use them. */
  private later: Allowance | null = null;

  constructor(
    private readonly optimization: Optimization,
    private readonly folder: RunFolder,
    private readonly record: RunRecord,
  ) {}

  /**
   * Does what the user has asked since the last look; waits here while paused.
   * @returns how the session ends, if it does
   */
  async obey(controls: TrainingControls, stage: Stage = 'training'): Promise<SessionEnd | null> {
    if (this.later !== null && stage !== 'between') await this.allow(this.later);
    for (;;) {
      const control = controls.take();
      if (control !== undefined) {
        const outcome = await this.obeyOne(control, stage);
        if (outcome !== null) return outcome;
        controls.obeyed();
      } else if (this.pausedBy !== null) {
        await controls.arrival();
      } else {
        return null;
      }
    }
  }

  /** What follows is done though it was paused: stop has been said. */
  goOn(): void {
    this.optimization.clock.resume();
    this.pausedBy = null;
  }

  private async obeyOne(control: LoopControl, stage: Stage): Promise<SessionEnd | null> {
    const { optimization, folder } = this;
    switch (control.type) {
      case 'pause':
        await this.pause('user');
        return null;
      case 'resume':
        await this.resume('Resumed.');
        return null;
      case 'battery':
        if (control.isDraining) await this.pause('battery');
        else if (this.pausedBy === 'battery') await this.resume('Resumed: on AC power again.');
        return null;
      case 'allow':
        if (stage === 'between') this.later = control.allowance;
        else await this.allow(control.allowance);
        return null;
      case 'stop':
        return { kind: 'stopped' };
      case 'discard':
        return { kind: 'discarded' };
      case 'suspend':
        return { kind: 'suspended' };
      case 'scale rate':
        if (stage !== 'training') {
          await folder.note('too late', 'Too late to change the rate: the training is being finished.');
          return null;
        }
        optimization.progress.rateScale *= control.factor;
        await folder.note('rate changed', `The rate is now ${optimization.progress.rateScale} times the schedule's.`);
        return null;
      case 'extend':
        if (stage !== 'training') {
          await folder.note(
            'too late',
            'Too late to extend: the training is being finished. Continue it when it is done.',
          );
          return null;
        }
        optimization.extend(control.minutes);
        await folder.note('extended', `Trains ${control.minutes} minutes longer.`);
        return null;
      default:
        return control satisfies never;
    }
  }

  private async allow(allowance: Allowance): Promise<void> {
    const { optimization, folder } = this;
    this.later = null;
    if (await optimization.trainerHolder.allow(allowance, () => optimization.snapshot()))
      await folder.note('effort changed', optimization.trainerHolder.effort);
  }

  private async pause(by: 'user' | 'battery'): Promise<void> {
    if (this.pausedBy !== null) return;
    this.optimization.clock.pause();
    this.pausedBy = by;
    // Before it is saved: whoever goes on after a crash must know that it was paused.
    if (by === 'user') await this.folder.note('paused', 'Paused.');
    else await this.folder.note('paused on battery', 'Paused: on battery.');
    await this.folder.saveCheckpoint();
  }

  private async resume(message: string): Promise<void> {
    if (this.pausedBy === null) return;
    this.optimization.clock.resume();
    this.pausedBy = null;
    await this.folder.note('resumed', message);
    await this.record.save();
  }
}
