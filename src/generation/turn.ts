import { setImmediate } from 'node:timers/promises';

const turnMilliseconds = 10;

/** One task's turn on a thread that it shares with others. */
export class Turn {
  private end = performance.now() + turnMilliseconds;

  get isOver(): boolean {
    return performance.now() >= this.end;
  }

  /** Lets messages, timers and other tasks go first. */
  async next(): Promise<void> {
    await setImmediate();
    this.end = performance.now() + turnMilliseconds;
  }
}
