import type { Stats } from 'node:fs';

/** By which it is seen that a file isn't what it was: a file with the same stamp has the same content. */
export interface Stamp {
  readonly bytes: number;
  /** Times of the last change of its content and of its entry, milliseconds since the epoch. */
  readonly modified: number;
  readonly changed: number;
}

export function stampOf({ size, mtimeMs, ctimeMs }: Stats): Stamp {
  return { bytes: size, modified: mtimeMs, changed: ctimeMs };
}

export function sameStamp(a: Stamp, b: Stamp): boolean {
  return a.bytes === b.bytes && a.modified === b.modified && a.changed === b.changed;
}

/** Clocks of file systems may be this coarse: a file changed just now may change again under the same stamp. */
const coarsestClock = 2000;

/** Whether a stamp can be trusted to tell the content apart from any later one. */
export function isSettled({ modified, changed }: Stamp): boolean {
  return Date.now() - Math.max(modified, changed) > coarsestClock;
}
