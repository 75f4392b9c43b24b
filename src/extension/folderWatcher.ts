import { type FSWatcher, watch } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isWithin } from '../base/paths';

/** What was seen to happen in a watched folder. */
export interface FolderChange {
  /** What changed, absolute: something in the folder, or in a folder directly below it. */
  readonly path: string;
  /** `rename`: it has come, gone or been replaced; `change`: it was written to. */
  readonly kind: 'rename' | 'change';
}

/** How a folder is watched. */
export interface WatchOptions {
  /** Also watches the folders directly in it, but for those whose name begins with a dot. Else it alone. */
  readonly subfolders?: boolean;
  /** Watches one folder, flat; a test may have one that fails. */
  readonly watch?: typeof watch;
}

/** Folders above the one that is meant which are watched too: a tree that is moved away, or in, is told of there. */
const foldersAbove = 2;

/**
 * Watches a folder of this machine's disk, by one flat watcher of the system a folder: there already or still to come, made
 * anew, moved away, or made at once with all that is in it. The editor's own watcher doesn't see what is in a folder that is
 * new to a window (microsoft/vscode#142694, parcel-bundler/watcher#97).
 *
 * Where the folder is missing, the nearest one above that is there is watched. Each time that a watcher has been placed it is
 * looked again whether more has come meanwhile, and told that anything may have: what happened before isn't told by the
 * system. A folder that can't be watched is done without, and tried again by {@link arm}: nothing here throws.
 */
export class FolderWatcher {
  private readonly watchers = new Map<string, FSWatcher>();
  /** Folders whose watcher has failed; not tried again before the next {@link arm}. */
  private readonly failed = new Set<string>();
  /** Those that failed at any time. Told once: a watcher that fails each time would else have everything read for ever. */
  private readonly unreliable = new Set<string>();
  private placing: Promise<void> = Promise.resolve();
  /** A placing that has not begun yet does for all that ask until then. */
  private next: Promise<void> | undefined;
  private isDisposed = false;

  /**
   * Whoever makes one looks at the folder afterwards: what is in it until then isn't told.
   * @param folder absolute path
   * @param onChange told of every change; null where anything may be otherwise now
   */
  constructor(
    private readonly folder: string,
    private readonly onChange: (change: FolderChange | null) => void,
    private readonly options: WatchOptions = {},
  ) {
    this.watchTheWay();
    if (options.subfolders === true) this.placeSoon();
  }

  /** Places the watchers that are missing: for whoever has made the folder, or looks at it anyway. */
  arm(): void {
    this.failed.clear();
    this.placeSoon();
  }

  dispose(): void {
    this.isDisposed = true;
    for (const path of [...this.watchers.keys()]) this.close(path);
  }

  private placeSoon(): void {
    if (this.isDisposed || this.next !== undefined) return;
    this.next = this.placing.then(() => {
      this.next = undefined;
      return this.place();
    });
    this.placing = this.next;
  }

  private async place(): Promise<void> {
    if (this.isDisposed) return;
    let isNew = this.watchTheWay();
    if (this.options.subfolders === true && this.watchers.has(this.folder)) {
      const entries = await readdir(this.folder, { withFileTypes: true }).catch(() => []);
      const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
      for (const { name } of folders) isNew = this.open(join(this.folder, name)) || isNew;
    }
    if (isNew) this.tell(null);
  }

  /**
   * Watches the folder and those above it, as far up as to one that is there, and again until nothing more has come: what
   * comes afterwards is told by the watcher above it. @returns whether a watcher was placed
   */
  private watchTheWay(): boolean {
    for (let isNew = false; ; isNew = true) {
      const way = new Set<string>();
      let isPlaced = false;
      let isThere = false;
      for (let path = this.folder; !way.has(path); path = dirname(path)) {
        if (isThere && way.size > foldersAbove) break;
        isPlaced = this.open(path) || isPlaced;
        isThere ||= this.watchers.has(path);
        way.add(path);
      }
      if (isPlaced) continue;
      for (const path of [...this.watchers.keys()]) if (this.isAbove(path) && !way.has(path)) this.close(path);
      return isNew;
    }
  }

  /** @returns whether a watcher was placed that may have come too late for something */
  private open(path: string): boolean {
    if (this.isDisposed || this.watchers.has(path) || this.failed.has(path)) return false;
    try {
      const watcher = (this.options.watch ?? watch)(path, { persistent: false });
      this.watchers.set(path, watcher);
      watcher.on('change', (kind: string, name: string | Buffer | null) => {
        if (this.watchers.get(path) === watcher) this.hear(path, kind === 'change' ? kind : 'rename', name);
      });
      watcher.on('error', () => {
        if (this.watchers.get(path) === watcher) this.lose(path);
      });
      return !this.unreliable.has(path);
    } catch {
      return false; // It isn't there, or the system has no more watchers to give.
    }
  }

  private hear(watched: string, kind: FolderChange['kind'], name: string | Buffer | null): void {
    const entry = name?.toString() ?? '';
    const path = join(watched, entry);
    // The watched folder itself has gone, or so it may be: another entry may be called as it is.
    const isItself = kind === 'rename' && (entry === '' || entry === basename(watched));
    if (this.isAbove(watched)) {
      const isOnTheWay = path === this.folder || this.isAbove(path);
      if (kind === 'change' || (!isOnTheWay && !isItself)) return;
    }
    if (kind === 'rename') {
      this.forget(isItself ? watched : path);
      if (isItself || watched === this.folder || this.isAbove(watched)) this.placeSoon();
    }
    this.tell(isItself || this.isAbove(watched) ? null : { path, kind });
  }

  /** A watcher has ended by itself: its folder has gone, or the system has had enough. */
  private lose(path: string): void {
    const isKnown = this.unreliable.has(path);
    for (const paths of [this.failed, this.unreliable]) paths.add(path);
    this.close(path);
    this.placeSoon();
    if (!isKnown) this.tell(null);
  }

  /** Another folder may stand here by now: it, and what is in it, has to be watched anew. */
  private forget(path: string): void {
    for (const watched of [...this.watchers.keys()]) {
      if (isWithin(watched, path)) this.close(watched);
    }
    for (const paths of [this.failed, this.unreliable]) {
      for (const known of [...paths]) if (isWithin(known, path)) paths.delete(known);
    }
  }

  private close(path: string): void {
    this.watchers.get(path)?.close();
    this.watchers.delete(path);
  }

  private isAbove(path: string): boolean {
    return path !== this.folder && isWithin(this.folder, path);
  }

  private tell(change: FolderChange | null): void {
    if (!this.isDisposed) this.onChange(change);
  }
}
