import type { TrainingControl } from '../record/events';
import type { Allowance } from './effort';

/** What the loop is asked: by the user, or by the process that it runs in. */
export type LoopControl =
  | TrainingControl
  /** The process must end, and leaves the run to the next one. */
  | { readonly type: 'suspend' }
  | { readonly type: 'allow'; readonly allowance: Allowance }
  /** The machine has gone over to its battery, on which it pauses, or back to the mains, where what that paused resumes. */
  | { readonly type: 'battery'; readonly isDraining: boolean };

interface Sent {
  readonly control: LoopControl;
  readonly obeyed: () => void;
}

/** The one way to a running training: whoever may steer it sends here, the loop looks here between steps. */
export class TrainingControls {
  private readonly waiting: Sent[] = [];
  private readonly taken: Sent[] = [];
  private wake: (() => void) | undefined;
  private ended = false;

  /** Resolves once the control has been obeyed; at once where the run is over already. */
  send(control: LoopControl): Promise<void> {
    if (this.ended) return Promise.resolve();
    return new Promise((obeyed) => {
      this.waiting.push({ control, obeyed });
      this.wake?.();
    });
  }

  /** For the loop: the oldest control not taken yet. */
  take(): LoopControl | undefined {
    const sent = this.waiting.shift();
    if (sent !== undefined) this.taken.push(sent);
    return sent?.control;
  }

  /** For the loop: what was taken has been done. */
  obeyed(): void {
    for (const { obeyed } of this.taken.splice(0)) obeyed();
  }

  /** For the loop: resolves when there is something to take, without using the processor until then. */
  async arrival(): Promise<void> {
    if (this.waiting.length > 0) return;
    await new Promise<void>((resolve) => (this.wake = resolve));
    this.wake = undefined;
  }

  /** For the loop: the run is over, and everything that was asked of it is settled by that. */
  end(): void {
    this.ended = true;
    this.obeyed();
    for (const { obeyed } of this.waiting.splice(0)) obeyed();
  }
}
