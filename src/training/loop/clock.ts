/** Milliseconds of a clock that never goes back. */
export type Clock = () => number;

/** The monotonic clock of this process: changes of the time of day don't move it. */
export const monotonicClock: Clock = () => performance.now();

/**
 * Two looks at the clock that are this far apart, in milliseconds, have a sleep of the machine between them: no step,
 * evaluation batch or write takes nearly as long.
 */
const longestGap = 60_000;

/** The seconds that a run has trained: pauses and the machine's sleep aren't counted. */
export class TrainingClock {
  private last: number;
  private stopped = false;

  /** @param counted - seconds of earlier sessions */
  constructor(
    private counted: number,
    private readonly now: Clock,
  ) {
    this.last = now();
  }

  /** Seconds trained until now. Look at least once a step: a longer silence counts as sleep. */
  get seconds(): number {
    const now = this.now();
    const gap = now - this.last;
    if (!this.stopped && gap < longestGap) this.counted += gap / 1000;
    this.last = now;
    return this.counted;
  }

  /** Counts until now and no further. */
  pause(): void {
    this.counted = this.seconds;
    this.stopped = true;
  }

  /** Counts from now on. */
  resume(): void {
    this.last = this.now();
    this.stopped = false;
  }
}
