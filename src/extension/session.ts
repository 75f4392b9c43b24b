import { Emitter, type Event } from 'vscode-jsonrpc';
import type { Effort } from '../training/loop/effort';
import type { TrainingEvent } from '../training/record/events';
import { advanceRun, type Run } from '../training/record/run';
import type { LockHolder } from '../training/record/lockOwner';

/** What this window is doing about training. Writing at the cursor goes on beside it and is counted apart. */
export type Activity =
  | { readonly kind: 'idle' }
  /** A corpus is surveyed, read, or a run is being started. */
  | { readonly kind: 'preparing'; /** One line that says what is done now. */ readonly message: string }
  | { readonly kind: 'training' }
  | { readonly kind: 'paused' }
  /** The last training ended badly. */
  | {
      readonly kind: 'failed';
      /** One sentence. */
      readonly message: string;
      /** Model folder from whose newest checkpoint the training can go on; null where there is none. */
      readonly resumable: string | null;
    };

/** A saved model, as far as a window needs to know it. */
export interface ModelReference {
  readonly name: string;
  /** Model folder, absolute path. */
  readonly folder: string;
}

/** Everything that the status bar, the panel, the views and the context keys show. A value: each change makes a new one. */
export interface SessionState {
  readonly activity: Activity;
  /** The run that is on, or the last one that this window saw; null before the first. */
  readonly run: Run | null;
  /** Who is at the run that is shown, where that isn't this window: it is followed; null otherwise. */
  readonly elsewhere: LockHolder | null;
  /** The model that writes; null when there is none yet. */
  readonly activeModel: ModelReference | null;
  /** It has been looked for: without one there is none. */
  readonly modelsKnown: boolean;
  /** Texts being written now. */
  readonly generating: number;
  /** The user goes through a text choice by choice. */
  readonly stepping: boolean;
  /** A model has written something in this window. */
  readonly hasWritten: boolean;
  /** The walkthrough was opened in this window. */
  readonly guided: boolean;
  /** How much of the machine a training takes. */
  readonly effort: Effort;
}

const initialState: SessionState = {
  activity: { kind: 'idle' },
  run: null,
  elsewhere: null,
  activeModel: null,
  modelsKnown: false,
  generating: 0,
  stepping: false,
  hasWritten: false,
  guided: false,
  effort: 'full',
};

/**
 * The one owner of a window's state. Commands and the background process tell it what happened; everything that is shown
 * reads {@link state} and listens. It asks nothing and shows nothing itself, and knows no editor, so plain Node tests it.
 */
export class Session {
  private current = initialState;
  private readonly changed = new Emitter<SessionState>();
  private readonly received = new Emitter<TrainingEvent>();

  /** Fires after each change, with the new state. */
  readonly onDidChange: Event<SessionState> = this.changed.event;

  /** Fires for each event of the run, after it has been folded into {@link state}: what the panel gets as deltas. */
  readonly onDidReceive: Event<TrainingEvent> = this.received.event;

  get state(): SessionState {
    return this.current;
  }

  /** A training is being prepared; called again whenever there is something new to say. */
  prepare(message: string): void {
    this.update({ activity: { kind: 'preparing', message } });
  }

  /** The preparation was given up before a run started. */
  abandon(): void {
    if (this.current.activity.kind === 'preparing') this.update({ activity: { kind: 'idle' } });
  }

  /** An event of the run came from the background process. */
  receive(event: TrainingEvent): void {
    const run = advanceRun(this.current.run, event);
    this.update({ run, elsewhere: null, activity: activityOf(run) });
    this.received.fire(event);
  }

  /** An earlier run was found on disk: it is shown, and isn't on. A run that goes on from it adds to its curve. */
  remember(run: Run): void {
    this.update({ run, elsewhere: null });
  }

  /** The run that is shown is no more. */
  forget(): void {
    this.update({ run: null, elsewhere: null });
  }

  /** Another window or a terminal trains: its run is shown, as it is now. */
  follow(run: Run, trainer: LockHolder): void {
    this.update({ run, elsewhere: trainer });
  }

  /** The run that is followed has told this. */
  overhear(event: TrainingEvent): void {
    if (this.current.elsewhere === null) return;
    this.update({ run: advanceRun(this.current.run, event) });
    this.received.fire(event);
  }

  /** The training, or its preparation, ended badly. */
  fail(message: string, resumable: string | null): void {
    this.update({ activity: { kind: 'failed', message, resumable } });
  }

  /** The user has seen the failure, or asked for something else. */
  dismiss(): void {
    if (this.current.activity.kind === 'failed') this.update({ activity: { kind: 'idle' } });
  }

  /** From now on this model writes; null where there is none to be found. */
  use(model: ModelReference | null): void {
    this.update({ activeModel: model, modelsKnown: true });
  }

  /** A model is called otherwise, or kept elsewhere, from now on. */
  relocate(from: string, to: ModelReference): void {
    const { activeModel, run, activity } = this.current;
    if (activeModel?.folder === from) this.update({ activeModel: to });
    if (run?.started.folder === from) this.update({ run: { ...run, started: { ...run.started, ...to } } });
    if (activity.kind === 'failed' && activity.resumable === from) {
      this.update({ activity: { ...activity, resumable: to.folder } });
    }
  }

  /** From now on a training takes this much of the machine. */
  take(effort: Effort): void {
    if (effort !== this.current.effort) this.update({ effort });
  }

  /** A text is being written until the returned function is called. */
  beginGenerating(): () => void {
    this.update({ generating: this.current.generating + 1 });
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.update({ generating: this.current.generating - 1 });
    };
  }

  /** Stepping by hand begins or ends. */
  stepByHand(stepping: boolean): void {
    if (stepping !== this.current.stepping) this.update({ stepping });
  }

  /** The walkthrough is there to be followed. */
  guide(): void {
    if (!this.current.guided) this.update({ guided: true });
  }

  /** A model has written something. */
  wrote(): void {
    if (!this.current.hasWritten) this.update({ hasWritten: true });
  }

  dispose(): void {
    this.changed.dispose();
    this.received.dispose();
  }

  private update(change: Partial<SessionState>): void {
    this.current = { ...this.current, ...change };
    this.changed.fire(this.current);
  }
}

/** Whether a run goes on, paused or not, so that a second one has to wait. */
export function isRunning(activity: Activity): boolean {
  return activity.kind === 'training' || activity.kind === 'paused';
}

function activityOf(run: Run | null): Activity {
  if (run === null) return { kind: 'idle' };
  if (run.phase !== 'finished') return { kind: run.phase };
  const outcome = run.finished?.outcome;
  if (outcome?.kind !== 'failed') return { kind: 'idle' };
  return { kind: 'failed', message: outcome.message, resumable: run.started.folder };
}
