import { realpathSync } from 'node:fs';
import { relative } from 'node:path';
import { isWithin } from '../../base/paths';

/**
 * How far the text of a source reaches. What the user names is read wherever it lies; what a walk finds there is read as long
 * as its real place is below a folder that was named, or below the root. So a link that leads elsewhere isn't followed.
 */
export class Reach {
  private readonly root: string | null;
  /** Real paths. */
  private readonly folders: string[] = [];

  constructor(root: string) {
    this.root = realPathOf(root);
    if (this.root !== null) this.folders.push(this.root);
  }

  /** The user named this folder. */
  add(folder: string): void {
    const real = realPathOf(folder);
    if (real !== null) this.folders.push(real);
  }

  /** Whether a walk may go to a real path. */
  holds(real: string): boolean {
    return this.folders.some((folder) => isWithin(real, folder));
  }

  /** A real path by what tells of it: from the root on where it lies there, else the whole. */
  nameOf(real: string): string {
    return this.root !== null && isWithin(real, this.root) ? relative(this.root, real) : real;
  }

  /** Whether a real path is none of the root's. */
  isOutside(real: string): boolean {
    return this.root === null || !isWithin(real, this.root);
  }
}

/** Where a path leads, links followed; null where nothing is there. */
export function realPathOf(path: string): string | null {
  try {
    return realpathSync.native(path);
  } catch {
    return null;
  }
}
