/** Restarts within {@link window} after which a process is left alone. */
const mostRestarts = 4;

/** Three minutes, in milliseconds. */
const window = 180_000;

/** Signals by which the processor, or a program itself, ends one that has a fault. */
const signals = ['SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGSEGV'];

/** The same as exit codes: 128 + the signal where something stood in between, and what Windows says. */
const codes = [132, 133, 134, 135, 138, 139, 0x80000003, 0xc0000005, 0xc000001d, 0xc0000374, 0xc0000409];

const faults: ReadonlySet<string> = new Set([...signals, ...codes.map((code) => `exit code ${code}`)]);

/** When the background process ended unasked: decides whether it may be started again. */
export class CrashHistory {
  private times: number[] = [];
  private faulty = false;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** @param how it ended: a signal, or "exit code" and its number */
  add(how: string): void {
    this.faulty ||= faults.has(how);
    this.times.push(this.now());
  }

  /** Whether it has ever ended by a fault of its own, rather than by being killed or by giving up. */
  get hasFault(): boolean {
    return this.faulty;
  }

  /** Whether another start is worth a try: not after a first start and as many restarts as are allowed, all in a row. */
  get allowsStart(): boolean {
    this.times = this.times.filter((time) => this.now() - time < window);
    return this.times.length <= mostRestarts;
  }
}
