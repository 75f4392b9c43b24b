import { lockFile } from '../../model/modelFiles';
import { basename, relative } from 'node:path';
import { type FolderChange, FolderWatcher } from '../folderWatcher';
import type { Shelf } from './models';

/** Changes that come one after the other are told as one, after this time, milliseconds. */
const settling = 200;

/** Parts of a path below a folder of models whose change can be seen: a model, and of its files those that are shown. */
const shownFiles = /^[^\\/]+([\\/](model\.json|model\.safetensors|samples\.jsonl|training\.lock))?$/;

/** Watches folders of models for what the terminal, git, another window or the user does there. */
export class ShelfWatch {
  private readonly watchers: readonly FolderWatcher[];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    shelves: readonly Pick<Shelf, 'folder'>[],
    private readonly onChange: () => void,
  ) {
    this.watchers = shelves.map(({ folder }) => {
      return new FolderWatcher(folder, (change) => this.hear(folder, change), { subfolders: true });
    });
  }

  /** Textloom has made a folder of models, or looks at them anyway. */
  arm(): void {
    for (const watcher of this.watchers) watcher.arm();
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const watcher of this.watchers) watcher.dispose();
  }

  private hear(shelf: string, change: FolderChange | null): void {
    if (change !== null && !isShown(shelf, change)) return;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.onChange();
    }, settling);
  }
}

/**
 * A training writes to its model all the time, and only some of that is shown: of its lock, whose time tells again and again
 * that it goes on, but its coming and going.
 */
function isShown(shelf: string, { path, kind }: FolderChange): boolean {
  const inside = relative(shelf, path);
  if (kind === 'change' && basename(path) === lockFile) return false;
  return shownFiles.test(inside) && !inside.startsWith('.');
}
