import { constants, platform, setPriority } from 'node:os';

const { PRIORITY_BELOW_NORMAL } = constants.priority;

/** On Linux a priority belongs to a thread, and to those that it starts; elsewhere to the whole process. */
const perThread = platform() === 'linux';

/** The editor goes before this process; where threads have priorities of their own, writing goes before training. */
export function lowerProcess(): void {
  lower(perThread ? PRIORITY_BELOW_NORMAL / 2 : PRIORITY_BELOW_NORMAL);
}

/** For a thread of long work, before it starts others. */
export function lowerThread(): void {
  if (perThread) lower(PRIORITY_BELOW_NORMAL);
}

/** A matter of courtesy: where it isn't allowed, the work goes on without. */
function lower(priority: number): void {
  try {
    setPriority(priority);
  } catch {
    // Some containers forbid it.
  }
}
