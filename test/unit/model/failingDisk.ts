import { writeFileSync } from 'node:fs';
import { type Disk, realDisk } from '../../../src/model/disk';

/** What happens at the step that fails: the disk says no, or the process dies there and nothing after it happens. */
export type Failure = 'full' | 'killed';

/** The process has died: no clean-up runs after it. */
export class Killed extends Error {}

/**
 * A disk on which one step of writing fails. A write that fails has written half of its bytes; a kill may come before or
 * after what a step does.
 */
export class FailingDisk implements Disk {
  /** Steps taken. */
  steps = 0;

  constructor(
    private readonly failsAt: number,
    private readonly failure: Failure,
  ) {}

  async create(path: string, chunks: Iterable<Uint8Array>): Promise<void> {
    const bytes = Buffer.concat([...chunks]);
    this.check(() => writeFileSync(path, bytes.subarray(0, bytes.length / 2)));
    await realDisk.create(path, [bytes]);
    this.check();
  }

  async rename(from: string, to: string): Promise<void> {
    this.check();
    await realDisk.rename(from, to);
    this.check();
  }

  async syncFolder(folder: string): Promise<void> {
    this.check();
    await realDisk.syncFolder(folder);
    this.check();
  }

  async remove(path: string): Promise<void> {
    if (this.failure === 'full' || this.steps <= this.failsAt) await realDisk.remove(path);
  }

  private check(half?: () => void): void {
    if (this.steps++ !== this.failsAt) return;
    half?.();
    if (this.failure === 'killed') throw new Killed();
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  }
}
