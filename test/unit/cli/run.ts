import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

/** What a command left behind. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command under way. */
export interface Running {
  readonly process: ChildProcess;
  readonly finished: Promise<Finished>;
  /** Resolves once standard output holds this. */
  readonly said: (text: string) => Promise<void>;
}

/** Starts the command line as it ships, in a folder. */
export function start(
  folder: string,
  args: readonly string[],
  input: string | Uint8Array = '',
  environment: Readonly<Record<string, string>> = {},
): Running {
  const cli = join(process.cwd(), 'dist', 'cli.js');
  const child = spawn(process.execPath, [cli, ...args], { cwd: folder, env: { ...process.env, ...environment } });
  let stdout = '';
  let stderr = '';
  let heard: () => void = () => undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    heard();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.end(input);
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      heard();
      resolve({ code, stdout, stderr });
    });
  });
  const said = (text: string) =>
    new Promise<void>((resolve, reject) => {
      heard = () => {
        if (stdout.includes(text)) resolve();
        else if (child.exitCode !== null) reject(new Error(`It ended without saying ${text}: ${stderr}`));
      };
      heard();
    });
  return { process: child, finished, said };
}

/** Runs a command to its end. */
export function run(folder: string, args: readonly string[], input = ''): Promise<Finished> {
  return start(folder, args, input).finished;
}

/** The objects of an output of one JSON object a line. @throws where a line is anything else */
export function jsonLines(output: string): readonly Record<string, unknown>[] {
  const lines = output.split('\n');
  if (lines.pop() !== '') throw new Error('The last line is not ended.');
  return lines.map((line) => {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`No object: ${line}`);
    return value as Record<string, unknown>;
  });
}
