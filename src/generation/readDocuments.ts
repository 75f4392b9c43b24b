import { Turn } from '../base/yielding';
import type { DocumentMemory } from '../memory/memory';
import { DocumentReader, type ReadingModel } from './documentReader';
import { isSameText, type ReadText } from './readText';

interface Entry {
  /** Of the document that is read. */
  readonly key: string;
  readonly reader: DocumentReader;
  /** What it is to have read. */
  target: ReadText;
  /** Requests that use it, all for the same text. */
  users: number;
  reading: Promise<void> | null;
}

/**
 * The memories of the documents that were written in last, each as far as its text was read. Those who ask for the same text
 * share one; whoever needs another waits where all are in use.
 */
export class ReadDocuments {
  /** Latest used last. */
  private readonly entries: Entry[] = [];
  private waiting: (() => void)[] = [];

  /** @param capacity Each takes up to 16 MB, and some more for what may be taken back. */
  constructor(
    private readonly model: ReadingModel,
    private readonly capacity = 4,
  ) {}

  /** Lends the memory of a text to a task; null where reading it was given up. Others have their turns meanwhile. */
  async use<T>(
    key: string,
    text: ReadText,
    signal: AbortSignal | undefined,
    task: (memory: DocumentMemory | null) => Promise<T>,
  ): Promise<T> {
    const entry = await this.borrow(key, text, signal);
    if (entry === null) return task(null);
    try {
      const turn = new Turn();
      while (!entry.reader.isAt(text) && signal?.aborted !== true) {
        // Where the one who reads it gives up, the next who waits goes on.
        entry.reading ??= entry.reader.read(text, turn, signal).finally(() => (entry.reading = null));
        await entry.reading;
      }
      return await task(entry.reader.isAt(text) ? entry.reader.memory : null);
    } finally {
      entry.users--;
      this.wake();
    }
  }

  private async borrow(key: string, text: ReadText, signal: AbortSignal | undefined): Promise<Entry | null> {
    while (signal?.aborted !== true) {
      const entry =
        this.entries.find((one) => one.key === key && isSameText(one.target, text)) ?? this.freeFor(key, text);
      if (entry === null) {
        await this.release(signal);
        continue;
      }
      entry.users++;
      entry.target = text;
      this.entries.splice(this.entries.indexOf(entry), 1);
      this.entries.push(entry);
      return entry;
    }
    return null;
  }

  /** One that nobody uses and that goes on to a text with the least reading, else a new one; null where there is no room. */
  private freeFor(key: string, text: ReadText): Entry | null {
    const free = this.entries.filter(({ users }) => users === 0);
    let best: Entry | null = null;
    let most = -1;
    for (const entry of free) {
      const known = entry.key === key ? entry.reader.knownOf(text) : null;
      if (known === null || known <= most) continue;
      best = entry;
      most = known;
    }
    if (best !== null) return best;
    const [oldest] = free;
    if (this.entries.length >= this.capacity) {
      if (oldest === undefined) return null;
      this.entries.splice(this.entries.indexOf(oldest), 1);
    }
    const entry = { key, reader: new DocumentReader(this.model), target: text, users: 0, reading: null };
    this.entries.push(entry);
    return entry;
  }

  private release(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  private wake(): void {
    for (const go of this.waiting.splice(0)) go();
  }
}
