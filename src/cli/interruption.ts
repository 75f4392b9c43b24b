import { constants } from 'node:os';

/** What ends a command early, from outside. */
type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

const signals: readonly Signal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Listens for Ctrl+C and its kin. The first one asks politely; a second one ends the process where it stands. */
export class Interruption {
  private received: Signal | undefined;
  private readonly listener = (signal: Signal) => this.receive(signal);

  /** @param ask - is called once, at the first signal */
  constructor(private readonly ask: () => void) {
    for (const signal of signals) process.on(signal, this.listener);
  }

  /** The exit code for what has been received, 130 for Ctrl+C; undefined where nothing has. */
  get exitCode(): number | undefined {
    return this.received && 128 + constants.signals[this.received];
  }

  dispose(): void {
    for (const signal of signals) process.off(signal, this.listener);
  }

  private receive(signal: Signal): void {
    if (this.exitCode !== undefined) process.exit(this.exitCode);
    this.received = signal;
    this.ask();
  }
}
