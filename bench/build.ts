import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Entrant, follow } from './processes';

/** What a training came to. */
export interface Trained {
  /** The model's folder. */
  readonly model: string;
  readonly steps: number;
  readonly tokens: number;
  readonly seconds: number;
  /** Nats a character of the text that it held out itself; null where it scored none. */
  readonly said: number | null;
}

/** What was written, and how long that took. */
export interface Written {
  readonly text: string;
  readonly seconds: number;
}

/**
 * What the next tenth costs, nats a character: as Textloom writes (its memory reading along), with the memory as saved, and
 * the LSTM alone. NaN for what a build doesn't tell.
 */
export interface Scores {
  readonly natsPerCharacter: number;
  readonly frozen: number;
  readonly lstm: number;
}

/**
 * Builds that a benchmark's run.mjs has bundled, each with a cache of its own that goes with this process.
 * @param bundles what tables call each and the folder of its bundle, as `NAME=FOLDER`
 */
export function bundledBuilds(bundles: readonly string[]): readonly Build[] {
  if (bundles.length === 0) throw new Error('There is nothing bundled: start the benchmark by its run.mjs.');
  const cache = mkdtempSync(join(tmpdir(), 'textloom-bench-cache-'));
  process.once('exit', () => rmSync(cache, { recursive: true, force: true }));
  return bundles.map((bundle, index) => {
    const [name = '', folder = ''] = bundle.split('=');
    return new Build(name, join(folder, 'cli.js'), process.execPath, join(cache, String(index)));
  });
}

/** A build of Textloom, used as from a terminal. */
export class Build {
  /**
   * @param name what tables call it
   * @param cli its bundle
   * @param node that runs it
   * @param cache folder for what it keeps between two runs
   */
  constructor(
    readonly name: string,
    private readonly cli: string,
    private readonly node: string,
    private readonly cache: string,
  ) {}

  /** Trains on a folder. @param flags of `textloom train`; what they don't say is left to Textloom */
  async train(workspace: string, models: string, flags: readonly string[]): Promise<Trained> {
    const { model, steps, tokens, seconds, natsPerCharacter } = await this.last(
      ...['train', workspace, '--out', models, '--name', 'model', ...flags],
    );
    return {
      model: String(model),
      steps: Number(steps),
      tokens: Number(tokens),
      seconds: Number(seconds),
      said: typeof natsPerCharacter === 'number' ? natsPerCharacter : null,
    };
  }

  async evaluate(model: string, file: string): Promise<Scores> {
    const line = await this.last('evaluate', file, '--model', model);
    const numberOf = (name: keyof Scores): number => (typeof line[name] === 'number' ? line[name] : NaN);
    return { natsPerCharacter: numberOf('natsPerCharacter'), frozen: numberOf('frozen'), lstm: numberOf('lstm') };
  }

  /** Writes on from the end of a file. @param sampling flags of `textloom generate` */
  async write(model: string, prompt: string, sampling: Readonly<Record<string, string>>): Promise<string> {
    const flags = Object.entries(sampling).flatMap(([flag, value]) => [`--${flag}`, value]);
    const { text } = await this.last('generate', '--model', model, '--prompt-file', prompt, ...flags);
    return String(text);
  }

  /** Whether a command knows a flag. */
  knows(command: string, flag: string): boolean {
    const { stdout } = spawnSync(this.node, [this.cli, command, '--help'], { encoding: 'utf8' });
    return stdout.includes(`${flag} `);
  }

  /** Writes on from the end of a file for so long, and answers what came within it after the first characters. */
  async writeFor(seconds: number, model: string, prompt: string, flags: readonly string[]): Promise<Written> {
    const args = [this.cli, 'generate', '--model', model, '--prompt-file', prompt, '--length', '10000000', ...flags];
    const child = spawn(this.node, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.setEncoding('utf8');
    let [text, first, last] = ['', NaN, NaN];
    for await (const piece of child.stdout as AsyncIterable<string>) {
      last = performance.now();
      if (Number.isNaN(first)) first = last;
      else text += piece;
      if (last - first >= 1000 * seconds) break;
    }
    child.kill();
    return { text, seconds: (last - first) / 1000 };
  }

  /** The last line of JSON that a command prints. */
  private async last(...command: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
    const entrant: Entrant = {
      name: `${this.name}, ${command[0] ?? ''}`,
      command: this.node,
      args: [this.cli, ...command, '--json'],
      env: { TEXTLOOM_CACHE: this.cache },
    };
    let last: Record<string, unknown> = {};
    await follow(entrant, (line) => {
      last = line;
      return false;
    });
    return last;
  }
}
