import { constants, platform, setPriority } from 'node:os';
import type { Effort } from '../training/loop/effort';

const { PRIORITY_BELOW_NORMAL, PRIORITY_LOW } = constants.priority;

/** On Linux a priority belongs to a thread, and to those that it starts; elsewhere to the whole process. */
const perThread = platform() === 'linux';

/** The editor goes before this process; where threads have priorities of their own, writing goes before training. */
export function lowerProcess(): void {
  lower(perThread ? PRIORITY_BELOW_NORMAL / 2 : PRIORITY_BELOW_NORMAL);
}

/**
 * For a thread of long work, before it starts others. Where the system doesn't let a priority be raised again without
 * special rights, a thread that was quiet stays behind all others.
 */
export function lowerThread(effort: Effort): void {
  if (effort === 'quiet') lower(PRIORITY_LOW);
  else lower(PRIORITY_BELOW_NORMAL);
}

/** A matter of courtesy: where it isn't allowed, the work goes on without. */
function lower(priority: number): void {
  try {
    setPriority(priority);
  } catch {
    // Some containers forbid it.
  }
}
