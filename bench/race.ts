import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Entrant, follow } from './processes';
import { shown, type Table } from './table';

/** What the race runs on. */
export interface RaceOptions {
  readonly text: string;
  readonly python: string;
  readonly node: string;
  readonly cli: string;
  readonly threads: string;
  /** A recipe is given up after so many seconds of training. */
  readonly patience: string;
}

/** Validation losses, nats a character, that are raced to. */
const targets = [2.0, 1.88, 1.7, 1.6];

/** How long each recipe trains until the text held out, the last tenth, is this easy: Textloom, char-rnn, blog post. */
export async function raceToLosses(options: RaceOptions): Promise<Table> {
  const folder = mkdtempSync(join(tmpdir(), 'textloom-race-'));
  const recipe = (kind: string): Entrant => ({
    name: kind,
    command: options.python,
    args: ['bench/peers/recipes.py', kind, options.text, options.threads, options.patience],
  });
  const textloom: Entrant = {
    name: 'Textloom',
    command: options.node,
    args: [
      ...[options.cli, 'train', options.text, '--out', join(folder, 'model'), '--minutes', '1'],
      ...['--threads', options.threads, '--json'],
    ],
  };
  const runners = [
    { name: 'Textloom, preset of a minute', entrant: textloom },
    { name: 'PyTorch char-rnn, 2x128', entrant: recipe('char-rnn') },
    { name: 'blog-post recipe in PyTorch, 2x128', entrant: recipe('blog-post') },
  ];
  const cells: [string, string[]][] = [];
  try {
    for (const { name, entrant } of runners) {
      cells.push([name, (await secondsToTargets(entrant)).map((seconds) => shown(seconds))]);
      process.stderr.write(`  race, ${name}: done\n`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const columns = targets.map((target) => `to ${target.toFixed(2)}`);
  return { title: 'Seconds of training to a validation loss, nats a character', rows: '', columns, cells };
}

async function secondsToTargets(entrant: Entrant): Promise<number[]> {
  const reached = targets.map(() => NaN);
  await follow(entrant, (line) => {
    const { validation, seconds } = line;
    if (typeof validation !== 'number' || typeof seconds !== 'number') return false;
    targets.forEach((target, index) => {
      if (validation <= target && Number.isNaN(reached[index])) reached[index] = seconds;
    });
    return !reached.some((value) => Number.isNaN(value));
  });
  return reached;
}
