import { setImmediate } from 'node:timers/promises';

/** Lets the messages, timers and other tasks that wait for this thread go first. */
export async function yieldToOthers(): Promise<void> {
  await setImmediate();
}

/** One task's turn on a thread that it shares with others. */
export class Turn {
  private end: number;

  constructor(private readonly milliseconds = 10) {
    this.end = performance.now() + milliseconds;
  }

  get isOver(): boolean {
    return performance.now() >= this.end;
  }

  /** Lets others go first. */
  async next(): Promise<void> {
    await yieldToOthers();
    this.end = performance.now() + this.milliseconds;
  }
}
