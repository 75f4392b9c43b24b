import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { win32 } from 'node:path';

/** How one of the installer's programs is run. */
export interface ProgramOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Ends the program, with all that it has started. */
  readonly signal: AbortSignal;
  /** Ends it likewise: nothing here may take for ever. */
  readonly timeoutSeconds: number;
}

/** A program that could not be run, failed or took too long. The message ends with its last words. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError';
}

/** Runs a program to its end. */
export type RunProgram = (command: string, args: readonly string[], options: ProgramOptions) => Promise<string>;

/**
 * Runs a program to its end. Once it is cancelled or out of time, all of it is ended before this rejects.
 * @returns what it wrote to both of its outputs
 * @throws ProgramError, or the signal's reason once it is aborted.
 */
export const runProgram: RunProgram = async (command, args, options) => {
  options.signal.throwIfAborted();
  const called = [command, ...args].join(' ');
  const child = start(command, args, options);
  let output = '';
  const collect = (data: Buffer): void => void (output += data.toString());
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  const failure = (what: string): ProgramError => new ProgramError(`${called} ${what}${lastWords(output)}`);
  let interruption: Error | undefined;
  const interrupt = (reason: Error): void => {
    interruption ??= reason;
    endTree(child);
  };
  const late = `did not end in ${options.timeoutSeconds} s.`;
  const timer = setTimeout(() => interrupt(failure(late)), options.timeoutSeconds * 1000);
  const onAbort = (): void => interrupt(options.signal.reason as Error);
  options.signal.addEventListener('abort', onAbort);
  try {
    return await new Promise<string>((resolve, reject) => {
      child.once('error', (error) => reject(failure(`can't be run: ${error.message}`)));
      child.once('exit', () => {
        if (interruption !== undefined) reject(interruption);
      });
      child.once('close', (code, signal) => {
        if (code === 0) resolve(output);
        else reject(failure(`ended with ${code ?? signal ?? 'no code'}.`));
      });
    });
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener('abort', onAbort);
  }
};

function start(command: string, args: readonly string[], options: ProgramOptions): ChildProcess {
  const windows = process.platform === 'win32';
  const [file, parameters] = windows ? windowsInvocation(command, args, options.env) : [command, args];
  return spawn(file, parameters, {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: !windows, // A process group of its own, so that all of it can be ended.
    windowsHide: true,
  });
}

/**
 * What to spawn on Windows. npm is a .cmd file there, which only a shell runs, and a shell breaks paths at their spaces:
 * Node runs the script beside it instead.
 */
export function windowsInvocation(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  exists: (path: string) => boolean = existsSync,
): readonly [command: string, args: readonly string[]] {
  if (command !== 'npm') return [command, args];
  const path = Object.entries(env).find(([name]) => name.toUpperCase() === 'PATH')?.[1] ?? '';
  for (const folder of path.split(win32.delimiter)) {
    const script = win32.join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js');
    if (folder !== '' && exists(win32.join(folder, 'npm.cmd')) && exists(script)) return ['node', [script, ...args]];
  }
  return [command, args]; // Which can't be run, and is named so.
}

/** Ends a program with all that it has started. */
function endTree(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') spawnSync('taskkill', ['/pid', String(child.pid), '/T', '/F']);
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has gone already.
  }
}

function lastWords(output: string): string {
  const lines = output.trimEnd().split('\n').slice(-15);
  return lines.join('').trim() === '' ? '' : `\n${lines.join('\n')}`;
}
