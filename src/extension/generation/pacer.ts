/** The time, and a way to be called later: a test brings its own. */
export interface Timing {
  /** Milliseconds. */
  readonly now: () => number;
  /** @returns a function that calls it off. */
  readonly after: (milliseconds: number, call: () => void) => () => void;
}

const realTiming: Timing = {
  now: () => performance.now(),
  after: (milliseconds, call) => {
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** Milliseconds between two releases: the eye sees a flow. */
const tick = 50;

/** Lets a text through at so many characters a second. Time in which nothing waited isn't made up for. */
export class Pacer {
  /** Code points. */
  private waiting: string[] = [];
  /** When the next character is due. */
  private due = 0;
  private callOff: (() => void) | undefined;
  private stopped = false;
  private onEmpty: () => void = () => undefined;

  /** @param rate characters a second; 0 for no limit. */
  constructor(
    private readonly rate: number,
    private readonly release: (text: string) => void,
    private readonly timing: Timing = realTiming,
  ) {}

  push(text: string): void {
    if (this.stopped || text === '') return;
    if (this.rate === 0) {
      this.release(text);
      return;
    }
    // Not spread as arguments: a piece may be long.
    this.waiting = this.waiting.concat(Array.from(text));
    if (this.callOff !== undefined) return;
    this.due = Math.max(this.due, this.timing.now());
    this.pass();
  }

  /** Resolves once all that was pushed has been let through, or dropped. */
  async emptied(): Promise<void> {
    if (this.waiting.length > 0) await new Promise<void>((resolve) => (this.onEmpty = resolve));
  }

  /** Drops what waits, and what comes. */
  stop(): void {
    this.stopped = true;
    this.callOff?.();
    this.waiting = [];
    this.onEmpty();
  }

  private pass(): void {
    const interval = 1000 / this.rate;
    const owed = 1 + Math.floor((this.timing.now() - this.due) / interval);
    const count = Math.max(0, Math.min(this.waiting.length, owed));
    this.due += count * interval;
    const rest = this.waiting.slice(count);
    if (count > 0) this.release(this.waiting.slice(0, count).join(''));
    this.waiting = this.stopped ? [] : rest;
    this.callOff = undefined;
    if (this.waiting.length === 0) this.onEmpty();
    else this.callOff = this.timing.after(Math.max(tick, this.due - this.timing.now()), () => this.pass());
  }
}
