import { execFile } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Whether a process of this id runs. One that may not be signalled is alive; one that doesn't exist is not. */
export function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Where process ids mean what they mean here: host name, start of the system, and container. Two machines of the same name
 * differ in it, and so do two containers that share a folder, where the system tells.
 */
export function processSpace(): string {
  const told = [
    () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    () => readlinkSync('/proc/self/ns/pid'),
  ].map(orNothing);
  return [hostname(), ...told].join(' ');
}

/**
 * When a process began, as Linux counts it: its id may be given to another one later, but not with the same beginning.
 * @returns undefined where the process has ended, or the system doesn't tell
 */
export function birthOf(id: number): string | undefined {
  const [state, ...fields] = statusOf(id);
  return isEnded(state) ? undefined : fields[18];
}

/** Whether nothing of a process runs any more, though its parent may not have heard of it yet. */
export function isDead(id: number): boolean {
  return !isAlive(id) || isEnded(statusOf(id)[0]);
}

/** What Linux tells of a process from its state on; nothing where it has ended, or that is hidden. */
function statusOf(id: number): readonly string[] {
  // The name of the program comes second, in brackets, and may hold anything.
  const text = orNothing(() => readFileSync(`/proc/${id}/stat`, 'utf8'));
  return text === '' ? [] : (text.split(') ').at(-1) ?? '').split(' ');
}

/** A process that has ended keeps its id until its parent has heard of it. */
function isEnded(state: string | undefined): boolean {
  return state === 'Z' || state === 'X';
}

/**
 * When a process began, milliseconds since 1970, to the second, on systems without {@link birthOf}. Another program is asked
 * for it, which takes its time.
 * @returns undefined where that can't be found out
 */
export async function beginningOf(id: number): Promise<number | undefined> {
  const [program, args] =
    process.platform === 'win32'
      ? ['powershell', ['-NoProfile', '-Command', `(Get-Process -Id ${id}).StartTime.ToUniversalTime().ToString('o')`]]
      : ['ps', ['-o', 'lstart=', '-p', String(id)]];
  const output = await new Promise<string>((resolve) => {
    const env = { ...process.env, LC_ALL: 'C' };
    execFile(program, args, { env, timeout: 10_000, windowsHide: true }, (_, told) => resolve(told));
  });
  const time = Date.parse(output.trim());
  return Number.isNaN(time) ? undefined : time;
}

function orNothing(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
