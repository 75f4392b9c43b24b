import { setTimeout as delay } from 'node:timers/promises';
import { yieldToOthers } from '../../base/yielding';
import type { Engine, Trainer } from '../../engine/engine';
import type { Snapshot } from '../record/progress';
import { restAfter, threadsOf } from './allowance';
import type { Allowance } from './effort';

/** Where a run's steps are taken: its trainer, the threads of its engine, and the rests in between. */
export class TrainerHolder {
  private current: Trainer;
  /** Milliseconds that the last step took, if no rest has followed it yet. */
  private worked = 0;

  constructor(
    private readonly engine: Engine,
    start: Snapshot,
    private allowance: Allowance,
  ) {
    this.current = this.createTrainer(start);
  }

  /** The run's trainer, until the next call of {@link goBack} or {@link allow}. */
  get trainer(): Trainer {
    return this.current;
  }

  /** Threads of a step. */
  get threads(): number {
    return this.engine.threads;
  }

  /** It is to leave most of the machine to others. */
  get isQuiet(): boolean {
    return this.allowance.effort === 'quiet';
  }

  /** What it takes of the machine, one sentence. */
  get effort(): string {
    const count = `${this.threads} ${this.threads === 1 ? 'thread' : 'threads'}`;
    if (!this.isQuiet) return `Runs at full speed: ${count}.`;
    const rests = restAfter(this.allowance, this.threads, 1) > 0;
    return `Runs quietly: ${rests ? 'it rests half of the time' : count}.`;
  }

  /** A trainer for other weights than the run's newest, beside the run's own. Whoever asks disposes of it. */
  createTrainer({ state, progress: { hyperparameters } }: Snapshot): Trainer {
    const { architecture, sequenceLength: length, batchSize: streams, dropout, seed } = hyperparameters;
    return this.engine.createTrainer(architecture, state, { length, streams, dropout: { ...dropout, seed } });
  }

  /** Goes on from an earlier state. */
  goBack(to: Snapshot): void {
    this.current.dispose();
    this.current = this.createTrainer(to);
  }

  /**
   * Goes on with what is allowed now. What is computed stays the same.
   * @param now where the run stands
   * @returns whether that is more or less than before
   */
  async allow(allowance: Allowance, now: () => Snapshot): Promise<boolean> {
    const { effort } = this;
    this.allowance = allowance;
    if (this.engine.canResize && threadsOf(allowance) !== this.threads) {
      const snapshot = now();
      this.current.dispose();
      try {
        await this.engine.resize(threadsOf(allowance));
      } finally {
        this.current = this.createTrainer(snapshot);
      }
    }
    return this.effort !== effort;
  }

  /** A step took so many milliseconds. */
  hasWorked(milliseconds: number): void {
    this.worked = milliseconds;
  }

  /** Lets other work of this thread go first; where it is to be quiet, rests. */
  async breathe(): Promise<void> {
    const rest = restAfter(this.allowance, this.threads, this.worked);
    this.worked = 0;
    await (rest > 0 ? delay(rest) : yieldToOthers());
  }

  dispose(): void {
    try {
      this.current.dispose();
    } finally {
      this.engine.dispose();
    }
  }
}
