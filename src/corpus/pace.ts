import { Turn } from '../base/yielding';
import type { CorpusProgress } from './corpus';

/** What every long piece of work here takes: a way to stop it, and someone to tell how it goes. */
export interface WorkOptions {
  /** Aborting it rejects the work with the signal's reason, and leaves nothing behind. */
  readonly signal?: AbortSignal;
  /** Called at most about ten times a second. */
  readonly report?: (progress: CorpusProgress) => void;
  /** A folder for what needn't be worked out twice; without it, nothing is kept. See {@link userCacheFolder}. */
  readonly cacheFolder?: string;
}

const longestTurn = 15;
const reportEvery = 100;

/**
 * Keeps a long loop of short synchronous steps polite: lets the rest of the process run every few milliseconds, ends the
 * loop when it is cancelled, and tells how far it is.
 */
export class Pace {
  private readonly turn = new Turn(longestTurn);
  private reported = 0;
  private files = 0;
  private bytes = 0;

  constructor(
    private readonly phase: CorpusProgress['phase'],
    private readonly options: WorkOptions,
  ) {
    this.check();
  }

  /** Counts work done. */
  add(files: number, bytes: number): void {
    this.files += files;
    this.bytes += bytes;
  }

  /** @throws the signal's reason once it is aborted. */
  check(): void {
    this.options.signal?.throwIfAborted();
  }

  /** True when it is time for {@link rest}: asked first, so that a short step costs no promise. */
  get due(): boolean {
    return this.turn.isOver;
  }

  /** Lets others run. @throws the signal's reason once it is aborted. */
  async rest(): Promise<void> {
    await this.turn.next();
    this.check();
    if (performance.now() - this.reported > reportEvery) this.tell();
  }

  /** Tells the last numbers of the phase. */
  finish(): void {
    this.tell();
    this.check();
  }

  private tell(): void {
    this.reported = performance.now();
    this.options.report?.({ phase: this.phase, files: this.files, bytes: this.bytes });
  }
}
