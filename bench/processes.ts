import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
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
  ) {}

  /** Starts a contestant and waits until it is ready. */
  static async start({ name, command, args, env }: Entrant): Promise<ContestantProcess> {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'], env: { ...process.env, ...env } });
    const reader = createInterface({ input: child.stdout });
    const lines = reader[Symbol.asyncIterator]();
    const { ready } = JSON.parse(await nextLine(lines, name)) as { ready: string };
    return new ContestantProcess(name, ready, child, lines, reader);
  }

  async ask(request: Request): Promise<Answer> {
    this.child.stdin?.write(`${JSON.stringify(request)}\n`);
    return JSON.parse(await nextLine(this.lines, this.name)) as Answer;
  }

  end(): void {
    this.reader.close();
    this.child.kill();
  }
}

async function nextLine(lines: AsyncIterator<string>, name: string): Promise<string> {
  const line = await lines.next();
  if (line.done === true) throw new Error(`${name} has ended without an answer.`);
  return line.value;
}

/**
 * The lines of JSON that a program writes, until it ends by itself or `enough` says so.
 */
export async function follow(
  { name, command, args, env }: Entrant,
  enough: (line: Record<string, unknown>) => boolean,
): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, ...env } });
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', (error) => reject(new Error(`${name} cannot be run: ${error.message}`)));
    child.on('close', () => resolve());
  });
  const reader = createInterface({ input: child.stdout });
  for await (const line of reader) {
    if (line.startsWith('{') && enough(JSON.parse(line) as Record<string, unknown>)) break;
  }
  child.kill('SIGTERM');
  await ended;
}
