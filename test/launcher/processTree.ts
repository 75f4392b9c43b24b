import { spawn, spawnSync, type ChildProcess, type SpawnOptions } from 'node:child_process';

/** A program that was started with everything that it starts in turn. */
const trees = new Set<ChildProcess>();

/**
 * Starts a program as the head of a process group of its own, so that it can be ended with all of its children. It is
 * ended at the latest when this process ends, also by Ctrl+C.
 */
export function startTree(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  watchForTheEnd();
  const head = spawn(command, args, { ...options, detached: process.platform !== 'win32' });
  trees.add(head);
  return head;
}

/** Ends a program that {@link startTree} started, and its children, at once. Resolves when the program has gone. */
export async function endTree(head: ChildProcess): Promise<void> {
  const gone = new Promise<void>((resolve) => {
    if (head.exitCode !== null || head.signalCode !== null) resolve();
    else head.once('exit', () => resolve());
  });
  killTree(head);
  await gone;
}

function killTree(head: ChildProcess): void {
  trees.delete(head);
  if (head.pid === undefined) return;
  try {
    if (process.platform === 'win32') spawnSync('taskkill', ['/pid', String(head.pid), '/T', '/F']);
    else process.kill(-head.pid, 'SIGKILL');
  } catch {
    // The whole group has gone already.
  }
}

let watching = false;

function watchForTheEnd(): void {
  if (watching) return;
  watching = true;
  process.on('exit', () => trees.forEach(killTree));
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
}
