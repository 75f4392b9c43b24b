import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { readRun } from '../../training/record/record';
import { RunFollower } from '../../training/record/runFollower';
import type { LockHolder } from '../../training/record/lockOwner';
import { FolderWatcher } from '../folderWatcher';
import type { Models } from '../models/models';
import { isRunning, type Session } from '../session';

/** Files that change in a burst are read once, this long after the first, milliseconds. */
const settling = 200;

/** How often it is looked whether the trainer is still there: one that has died tells nothing. Milliseconds. */
const lookInterval = 5000;

/** A run that is followed. */
interface Following {
  readonly folder: string;
  readonly trainer: LockHolder;
  readonly follower: RunFollower;
  readonly watcher: FolderWatcher;
  readonly looking: NodeJS.Timeout;
}

/**
 * Follows what another window or a terminal trains, while this window trains nothing itself: the session gets that run as it
 * goes on, and whose it is. Reads the model's folder; nothing is asked of the other process.
 */
export class Onlooker {
  private following: Following | null = null;
  private timer: NodeJS.Timeout | undefined;
  private reading: Promise<void> = Promise.resolve();
  private readonly listening: { dispose(): void };

  constructor(
    private readonly session: Session,
    private readonly models: Pick<Models, 'list'>,
  ) {
    // This window has begun a training of its own, and shows that.
    this.listening = session.onDidChange(({ activity }) => {
      if (isRunning(activity)) this.leave();
    });
  }

  /** Looks whether somebody else trains one of the models, and follows that from now on. Resolves with whether it does. */
  async look(): Promise<boolean> {
    if (this.following !== null) return true;
    if (this.isBusy()) return false;
    const folders = (await this.models.list()).map(({ folder }) => folder);
    for (const folder of folders) {
      const trainer = await lockHolderOf(folder);
      // What this window's own background process begins is told by itself.
      if (trainer === null || (trainer.parent === process.pid && trainer.machine === null)) continue;
      if (this.isBusy() || this.isFollowing()) return this.isFollowing();
      this.begin(folder, trainer);
      await this.readSoon();
      return true;
    }
    return false;
  }

  dispose(): void {
    this.listening.dispose();
    this.leave();
  }

  private isBusy(): boolean {
    const { activity } = this.session.state;
    return isRunning(activity) || activity.kind === 'preparing';
  }

  private isFollowing(): boolean {
    return this.following !== null;
  }

  private begin(folder: string, trainer: LockHolder): void {
    const watcher = new FolderWatcher(folder, (change) => {
      if (change === null || RunFollower.reads(basename(change.path))) this.readLater();
    });
    const looking = setInterval(() => this.readLater(), lookInterval);
    looking.unref();
    this.following = { folder, trainer, follower: new RunFollower(folder), watcher, looking };
  }

  private leave(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.following === null) return;
    clearInterval(this.following.looking);
    this.following.watcher.dispose();
    this.following = null;
  }

  private readLater(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.readSoon();
    }, settling);
  }

  /** One reading after the other. */
  private readSoon(): Promise<void> {
    this.reading = this.reading.then(() => this.read()).catch(() => undefined);
    return this.reading;
  }

  private async read(): Promise<void> {
    const { following } = this;
    if (following === null) return;
    const { folder, trainer, follower } = following;
    if ((await lockHolderOf(folder)) === null) {
      await this.conclude(following);
      return;
    }
    // Whatever is read is told: while it can't be shown, nothing is.
    if (this.isBusy()) return;
    const followed = await follower.read();
    if (this.following !== following) return;
    switch (followed?.kind) {
      case undefined:
        return; // It has told nothing yet.
      case 'run':
        this.session.follow(followed.run, trainer);
        return;
      case 'events':
        for (const event of followed.events) this.session.overhear(event);
        return;
      default:
        followed satisfies never;
    }
  }

  /** Nobody is at it any more: it is shown as it was left, or has gone with its model. */
  private async conclude(following: Following): Promise<void> {
    const { folder } = following;
    const run = await readRun(folder);
    const isThere = (await stat(folder).catch(() => undefined)) !== undefined;
    if (this.following !== following) return;
    this.leave();
    if (this.session.state.elsewhere === null) return;
    if (run !== null && isThere) this.session.remember(run);
    else this.session.forget();
  }
}

/** Who trains a model. Looked at seldom, and loaded when it is. */
async function lockHolderOf(folder: string): Promise<LockHolder | null> {
  const lock = await import('../../training/record/lockOwner');
  return lock.lockHolderOf(folder);
}
