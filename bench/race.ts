import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Entrant, follow } from './processes';
import { median, shown, type Table } from './table';

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

/** How often Textloom and the char-rnn are raced. The blog-post recipe, which takes far longer, is once. */
const turns = 3;

/** What the tables call them. */
const names = {
  textloom: 'Textloom, preset of a minute',
  brief: 'Textloom, a third of a minute',
  charRnn: 'PyTorch char-rnn, 2x128',
  blogPost: 'blog-post recipe in PyTorch, 2x128',
} as const;

/** How long each recipe trains until the text held out, the last tenth, is this easy: Textloom, char-rnn, blog post. */
export async function raceToLosses(options: RaceOptions): Promise<Table> {
  const folder = mkdtempSync(join(tmpdir(), 'textloom-race-'));
  const recipe = (kind: string, patience: string) => (): Entrant => ({
    name: kind,
    command: options.python,
    args: ['bench/peers/recipes.py', kind, options.text, options.threads, patience],
  });
  const textloom =
    (minutes: number) =>
    (turn: number): Entrant => ({
      name: 'Textloom',
      command: options.node,
      args: [
        ...[
          options.cli,
          'train',
          options.text,
          '--out',
          join(folder, `${minutes}-${turn}`),
          '--minutes',
          String(minutes),
        ],
        ...['--seed', String(turn + 1), '--threads', options.threads, '--json'],
      ],
    });
  // Each goes on to its own goal: the char-rnn takes far longer to 1.60 than anybody waits, the recipe to 1.88.
  const half = String(Number(options.patience) / 2);
  const runners = [
    { name: names.textloom, entrant: textloom(1), turns, goal: 1.6 },
    // The rate falls to the end of a budget, so that the time to a loss is that of a budget which ends there.
    { name: names.brief, entrant: textloom(1 / 3), turns, goal: 1.7 },
    { name: names.charRnn, entrant: recipe('char-rnn', half), turns, goal: 1.7 },
    { name: names.blogPost, entrant: recipe('blog-post', options.patience), turns: 1, goal: 2.0 },
  ];
  const cells: [string, string[]][] = [];
  try {
    const times = new Map<string, number[][]>(runners.map(({ name }) => [name, []]));
    for (let turn = 0; turn < turns; turn++) {
      for (const { name, entrant, turns: own, goal } of runners) {
        if (turn >= own) continue;
        times.get(name)?.push(await secondsToTargets(entrant(turn), goal));
        process.stderr.write(`  race, ${name}, turn ${turn + 1}: done\n`);
      }
    }
    for (const [name, runs] of times) {
      cells.push([`${name}, median of ${runs.length}`, targets.map((_, index) => shown(median(reached(runs, index))))]);
    }
    cells.push(...ratios(times));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const columns = targets.map((target) => `to ${target.toFixed(2)}`);
  return { title: 'Seconds of training to a validation loss, nats a character', rows: '', columns, cells };
}

/** Seconds to a target, over all turns; infinite where it was not reached, so that a median knows. */
function reached(runs: readonly (readonly number[])[], target: number): number[] {
  return runs.map((times) => times[target] ?? NaN).map((seconds) => (Number.isNaN(seconds) ? Infinity : seconds));
}

/** What Textloom takes of the others' time, with the bars: 0.4 of the char-rnn's to 1.70, a tenth of the recipe's to 2.0. */
function ratios(times: ReadonlyMap<string, readonly (readonly number[])[]>): [string, string[]][] {
  const medians = (name: string): number[] => targets.map((_, index) => median(reached(times.get(name) ?? [], index)));
  const [minute, brief] = [medians(names.textloom), medians(names.brief)];
  const own = minute.map((seconds, index) => Math.min(seconds, brief[index] ?? Infinity));
  // Against one that was given up before a target there is no ratio.
  const share = (name: string): string[] =>
    medians(name).map((other, index) => shown(Number.isFinite(other) ? (own[index] ?? NaN) / other : NaN));
  return [
    ['Textloom over char-rnn', share(names.charRnn)],
    ['bar', ['–', '–', '0.4', '–']],
    ['Textloom over blog-post recipe', share(names.blogPost)],
    ['bar', ['0.1', '–', '–', '–']],
  ];
}

/** Seconds to each target until the goal is reached; NaN for those that were not. */
async function secondsToTargets(entrant: Entrant, goal: number): Promise<number[]> {
  const times = targets.map(() => NaN);
  await follow(entrant, (line) => {
    const { seconds } = line;
    // Where a token isn't a character, what is raced to is told apart.
    const validation = line['natsPerCharacter'] ?? line['validation'];
    if (typeof validation !== 'number' || typeof seconds !== 'number') return false;
    targets.forEach((target, index) => {
      if (validation <= target && Number.isNaN(times[index])) times[index] = seconds;
    });
    return validation <= goal;
  });
  return times;
}
