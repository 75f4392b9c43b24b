import { constants } from 'node:os';

/** What ends a command early, from outside. */
type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

const signals: readonly Signal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Listens for Ctrl+C and its kin, in a thread that does nothing else for long. The first one asks politely; a second one ends
 * the process where it stands.
 */
export class Interruption {
  private received: Signal | undefined;
  private readonly listener = (signal: Signal) => this.receive(signal);

  /**
   * @param ask is called once, at the first signal
   * @param beforeEnd is called before the process is ended where it stands
   */
  constructor(
    private readonly ask: () => void,
    private readonly beforeEnd: () => void = () => undefined,
  ) {
    for (const signal of signals) process.on(signal, this.listener);
  }

  /** The exit code for what has been received, 130 for Ctrl+C; undefined where nothing has. */
  get exitCode(): number | undefined {
    return this.received && 128 + constants.signals[this.received];
  }

  /**
   * Ends the process now. Leaving in an orderly way would wait for every thread, and one that is in native code for minutes
   * comes back for nobody: so the signal does what it does to a process that doesn't listen.
   */
  end(): void {
    this.beforeEnd();
    const signal = this.received ?? 'SIGTERM';
    this.dispose();
    process.kill(process.pid, signal);
  }

  dispose(): void {
    for (const signal of signals) process.off(signal, this.listener);
  }

  private receive(signal: Signal): void {
    if (this.received !== undefined) {
      this.received = signal;
      this.end();
      return;
    }
    this.received = signal;
    this.ask();
  }
}
