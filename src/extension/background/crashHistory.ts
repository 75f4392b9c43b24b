/** Restarts within {@link window} after which a process is left alone. */
const mostRestarts = 4;

/** Three minutes, in milliseconds. */
const window = 180_000;

/** When the background process ended unasked: decides whether it may be started again. */
export class CrashHistory {
  private times: number[] = [];
  private known = false;

  constructor(private readonly now: () => number = () => performance.now()) {}

  add(): void {
    this.known = true;
    this.times.push(this.now());
  }

  /** Whether any is known of. */
  get hasAny(): boolean {
    return this.known;
  }

  /** Whether another start is worth a try: not after a first start and as many restarts as are allowed, all in a row. */
  get allowsStart(): boolean {
    this.times = this.times.filter((time) => this.now() - time < window);
    return this.times.length <= mostRestarts;
  }
}
