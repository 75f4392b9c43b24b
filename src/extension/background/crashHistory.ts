/** Restarts within {@link window} after which a process is left alone. */
const mostRestarts = 4;

/** Three minutes, in milliseconds. */
const window = 180_000;

/** Faults within {@link recoveryWindow} after which a training goes on by itself: beyond them, its process dies of the training. */
const mostRecoveries = 2;

/** An hour, in milliseconds. */
const recoveryWindow = 3_600_000;

/** Signals by which the processor, or a program itself, ends one that has a fault. */
const faultSignals = new Set<NodeJS.Signals | null>(['SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGSEGV']);

/** The same as exit codes: 128 + the signal where something stood in between, and what Windows says. */
const faultCodes = new Set<number | null>([
  ...[132, 133, 134, 135, 138, 139],
  ...[0x80000003, 0xc0000005, 0xc000001d, 0xc0000374, 0xc0000409],
]);

/** How a process ended: by a signal or with an exit code; neither where the system doesn't tell. */
export interface ProcessEnd {
  readonly signal: NodeJS.Signals | null;
  readonly code: number | null;
}

/** The same in words. */
export function describeEnd({ signal, code }: ProcessEnd): string {
  return signal ?? `exit code ${code ?? 'unknown'}`;
}

/** When the background process ended unasked: decides whether it may be started again, and go on with what it did. */
export class CrashHistory {
  private times: number[] = [];
  private faults: number[] = [];
  private faulty = false;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** @param end how it ended; left out of one that never came to answer */
  add(end: ProcessEnd = { signal: null, code: null }): void {
    this.times.push(this.now());
    if (!isFault(end)) return;
    this.faulty = true;
    this.faults.push(this.now());
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

  /**
   * Whether what ended in this way is gone on with unasked: after a fault, unless there are too many. Whoever kills it, be it
   * a system that is short of memory, wants it to end.
   */
  allowsRecovery(end: ProcessEnd): boolean {
    this.faults = this.faults.filter((time) => this.now() - time < recoveryWindow);
    return isFault(end) && this.faults.length <= mostRecoveries;
  }
}

function isFault({ signal, code }: ProcessEnd): boolean {
  return faultSignals.has(signal) || faultCodes.has(code);
}
