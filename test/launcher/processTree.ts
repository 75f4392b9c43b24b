import { type ChildProcess, spawn, type SpawnOptions, spawnSync } from 'node:child_process';

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

/**
 * Ends a program that {@link startTree} started, and its children. Resolves when all of them have gone.
 * @param patienceSeconds how long they may take to end by themselves, once the program has been asked to: to save
 */
export async function endTree(head: ChildProcess, patienceSeconds = 0): Promise<void> {
  const gone = new Promise<void>((resolve) => {
    if (head.exitCode !== null || head.signalCode !== null) resolve();
    else head.once('exit', () => resolve());
  });
  const deadline = Date.now() + patienceSeconds * 1000;
  if (patienceSeconds > 0) head.kill('SIGTERM');
  while (Date.now() < deadline && isAlive(head)) await new Promise((resolve) => setTimeout(resolve, 100));
  killTree(head);
  await gone;
}

/** Whether anything of the group is left. */
function isAlive(head: ChildProcess): boolean {
  if (head.pid === undefined) return false;
  try {
    process.kill(process.platform === 'win32' ? head.pid : -head.pid, 0);
    return true;
  } catch {
    return false;
  }
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
  // A program that handles these itself ends the trees itself, more gently.
  if (process.listenerCount('SIGINT') === 0) process.once('SIGINT', () => process.exit(130));
  if (process.listenerCount('SIGTERM') === 0) process.once('SIGTERM', () => process.exit(143));
}
