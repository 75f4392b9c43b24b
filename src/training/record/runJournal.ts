import { appendFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readJsonLines } from '../../model/jsonLines';
import type { TrainingEvent } from './events';

/** In a model's folder while it is trained. By its name a temporary file: what a crash leaves is removed with those. */
export const journalFile = '.run.jsonl.tmp';

/** One event of a run. */
export interface JournalEntry {
  /** When the session has begun: `at` of its {@link StartedEvent}. */
  readonly at: number;
  /** Counted from 1 in its session. */
  readonly number: number;
  readonly event: TrainingEvent;
}

/**
 * What a run has told since it was saved last, a line an event, for other processes that follow it. Nobody waits for it, and
 * a training does without it where it can't be written.
 */
export class RunJournal {
  private readonly path: string;
  private writing: Promise<void> = Promise.resolve();
  private told = 0;
  private isOver = false;
  private isOurs = true;

  constructor(folder: string) {
    this.path = join(folder, journalFile);
  }

  /** Events told in this session. */
  get count(): number {
    return this.told;
  }

  /** Adds an event, as long as this isn't removed. */
  add(at: number, event: TrainingEvent): void {
    this.told++;
    if (this.isOver) return;
    const entry: JournalEntry = { at, number: this.told, event };
    this.write(() => appendFile(this.path, `${JSON.stringify(entry)}\n`));
  }

  /** All until now is saved with the run. */
  clear(): void {
    if (!this.isOver) this.write(() => writeFile(this.path, ''));
  }

  /** Nothing more is written, and what there is stays: it is another process's. */
  letGo(): void {
    this.isOver = true;
    this.isOurs = false;
  }

  /** Resolves once the file has gone; it doesn't come back. */
  remove(): Promise<void> {
    this.isOver = true;
    this.write(() => rm(this.path, { force: true }));
    return this.writing;
  }

  private write(step: () => Promise<void>): void {
    this.writing = this.writing.then(() => (this.isOurs ? step() : undefined)).catch(() => undefined);
  }
}

/** Entries of a model's journal, in their order; none where it isn't trained. */
export async function readJournal(folder: string): Promise<readonly JournalEntry[]> {
  return (await readJsonLines(join(folder, journalFile))).filter(isEntry);
}

/** A line is only ever shown, so its outline is all that is checked. */
function isEntry(line: unknown): line is JournalEntry {
  if (typeof line !== 'object' || line === null) return false;
  const { at, number, event } = line as Partial<Record<keyof JournalEntry, unknown>>;
  return typeof at === 'number' && typeof number === 'number' && typeof event === 'object' && event !== null;
}
