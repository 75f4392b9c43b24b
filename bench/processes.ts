import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Answer, Request } from './contestant';

/** A contestant's command line, and what the tables call it. */
export interface Entrant {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A contestant as a process of its own: it works only while it is asked something. */
export class ContestantProcess {
  private constructor(
    readonly name: string,
    /** Versions and threads, as it tells them. */
    readonly details: string,
    private readonly child: ChildProcess,
    private readonly lines: AsyncIterator<string>,
    private readonly reader: Interface,
    private readonly complaints: () => string,
  ) {}

  /** Starts a contestant and waits until it is ready. */
  static async start({ name, command, args, env }: Entrant): Promise<ContestantProcess> {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    const complaints = lastWords(child.stderr);
    const reader = createInterface({ input: child.stdout });
    const lines = reader[Symbol.asyncIterator]();
    const { ready } = JSON.parse(await nextLine(lines, name, complaints)) as { ready: string };
    return new ContestantProcess(name, ready, child, lines, reader, complaints);
  }

  async ask(request: Request): Promise<Answer> {
    this.child.stdin?.write(`${JSON.stringify(request)}\n`);
    return JSON.parse(await nextLine(this.lines, this.name, this.complaints)) as Answer;
  }

  end(): void {
    this.reader.close();
    this.child.kill();
  }
}

async function nextLine(lines: AsyncIterator<string>, name: string, complaints: () => string): Promise<string> {
  const line = await lines.next();
  if (line.done === true) throw new Error(`${name} has ended without an answer.\n${complaints()}`);
  return line.value;
}

/** Reads what a program complains of, and keeps the end of it. */
function lastWords(stream: Readable): () => string {
  let words = '';
  stream.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-4000)));
  return () => words;
}

/**
 * The lines of JSON that a program writes, until it ends by itself or `enough` says so.
 */
export async function follow(
  { name, command, args, env }: Entrant,
  enough: (line: Record<string, unknown>) => boolean,
): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  const complaints = lastWords(child.stderr);
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', (error) => reject(new Error(`${name} cannot be run: ${error.message}`)));
    child.on('close', (code) => {
      if (code === null || code === 0 || child.killed) resolve();
      else reject(new Error(`${name} has ended with code ${code}.\n${complaints()}`));
    });
  });
  const reader = createInterface({ input: child.stdout });
  for await (const line of reader) {
    if (line.startsWith('{') && enough(JSON.parse(line) as Record<string, unknown>)) break;
  }
  child.kill('SIGTERM');
  await ended;
}
