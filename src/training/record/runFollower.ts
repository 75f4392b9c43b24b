import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { modelFiles } from '../../model/modelFiles';
import type { TrainingEvent } from './events';
import { readSavedRun } from './record';
import { advanceRun, type Run } from './run';
import { type JournalEntry, journalFile, readJournal } from './runJournal';

/** What a reading found: the whole run, or the events that go on from what was read before. */
export type Followed =
  { readonly kind: 'run'; readonly run: Run } | { readonly kind: 'events'; readonly events: readonly TrainingEvent[] };

/** Follows, from another process, the run of a model that is being trained: reads what has come since the last reading. */
export class RunFollower {
  private stamp = '';
  /** The latest entry that was read. */
  private last: Pick<JournalEntry, 'at' | 'number'> = { at: 0, number: 0 };

  constructor(private readonly folder: string) {}

  /** Whether a file of the model's folder is one that this reads. */
  static reads(name: string): boolean {
    return name === journalFile || name === modelFiles.run;
  }

  /** Null where the run has told nothing yet. */
  async read(): Promise<Followed | null> {
    const stamp = await stampOf(join(this.folder, modelFiles.run));
    if (this.last.at > 0 && stamp === this.stamp) {
      return { kind: 'events', events: (await this.fresh()).map(({ event }) => event) };
    }
    const saved = await readSavedRun(this.folder);
    this.last = { at: saved?.run.started.at ?? 0, number: saved?.told ?? 0 };
    const run = (await this.fresh()).reduce<Run | null>((run, { event }) => advanceRun(run, event), saved?.run ?? null);
    if (run === null) return null;
    this.stamp = stamp;
    return { kind: 'run', run };
  }

  /** Those after the latest that was read. */
  private async fresh(): Promise<readonly JournalEntry[]> {
    const fresh = (await readJournal(this.folder)).filter(({ at, number }) => {
      return at > this.last.at || (at === this.last.at && number > this.last.number);
    });
    this.last = fresh.at(-1) ?? this.last;
    return fresh;
  }
}

async function stampOf(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found === undefined ? '' : `${found.ino} ${found.size} ${found.mtimeNs}`;
}
