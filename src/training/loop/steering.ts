import type { SessionEnd } from '../prepare/trainingJob';
import type { RunRecord } from '../record/record';
import type { LoopControl, TrainingControls } from './controls';
import type { Optimization } from './optimization';
import type { RunFolder } from './runFolder';

/** Has a run do what is asked of it between two steps. */
export class Steering {
  private pausedBy: 'user' | 'battery' | null = null;

  constructor(
    private readonly optimization: Optimization,
    private readonly folder: RunFolder,
    private readonly record: RunRecord,
  ) {}

  /**
   * Does what the user has asked since the last look; waits here while paused.
   * @param isFinishing It trains no longer than it does.
   * @returns how the session ends, if it does
   */
  async obey(controls: TrainingControls, isFinishing = false): Promise<SessionEnd | null> {
    for (;;) {
      const control = controls.take();
      if (control !== undefined) {
        const outcome = await this.obeyOne(control, isFinishing);
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

  private async obeyOne(control: LoopControl, isFinishing: boolean): Promise<SessionEnd | null> {
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
        if (await optimization.trainerHolder.allow(control.allowance, () => optimization.snapshot())) {
          await folder.note('effort changed', optimization.trainerHolder.effort);
        }
        return null;
      case 'stop':
        return { kind: 'stopped' };
      case 'discard':
        return { kind: 'discarded' };
      case 'suspend':
        return { kind: 'suspended' };
      case 'scale rate':
        if (isFinishing) return null;
        optimization.progress.rateScale *= control.factor;
        await folder.note('rate changed', `The rate is now ${optimization.progress.rateScale} times the schedule's.`);
        return null;
      case 'extend':
        if (isFinishing) {
          await folder.note(
            'too late',
            'Too late to extend: the model has been scored and is learning the unseen text. Continue training when it is done.',
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
