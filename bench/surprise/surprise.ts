/**
 * What the colours of surprise cost: seconds until what is seen of a text is scored, and all of it, by the thread that scores
 * it for the editor; and how long the editor's own thread is kept by what it does with the numbers.
 *
 *   node bench/surprise/run.mjs [--megabytes 1] [--hidden 256,384,640] [--rounds 2] [--threads 0]
 *
 * Bars: what is seen within a second, 1 MB within 10 s, and the editor's thread never kept for more than 10 ms. 0 threads: all that the machine has.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { JobThread } from '../../src/background/jobThread';
import { SurpriseText } from '../../src/extension/surprise/surpriseText';
import type { ScoreParams } from '../../src/protocol/jobs';
import type { PartsTold } from '../../src/scoring/scoring';
import { markdown } from '../table';

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '1' },
    hidden: { type: 'string', default: '256,384,640' },
    rounds: { type: 'string', default: '2' },
    threads: { type: 'string', default: '0' },
  },
});

/** Characters typed after the scoring, all over the text, with a summary after each. */
const keys = 300;

/** Characters that are seen of a document. */
const screen = 4000;

async function main(): Promise<void> {
  const place = mkdtempSync(join(tmpdir(), 'textloom-surprise-bench-'));
  try {
    const text = novel(1e6 * Number(values.megabytes));
    const corpus = join(place, 'corpus.txt');
    writeFileSync(corpus, text.slice(0, 100_000));
    const cells: (readonly [string, readonly string[]])[] = [];
    for (const hidden of values.hidden.split(',').map(Number)) {
      const folder = train(place, corpus, hidden);
      const seen: number[] = [];
      const whole: number[] = [];
      let reading = 0;
      let typing = 0;
      for (let round = 0; round < Number(values.rounds); round++) {
        const surprise = new SurpriseText(text.length);
        reading = Math.max(reading, await longestStretch(() => color(surprise, folder, text, seen, whole)));
        typing = Math.max(typing, await longestStretch(() => type(surprise, text)));
      }
      const best = Math.min(...whole);
      const times = [Math.max(...seen), best, Math.max(...whole)].map((seconds) => seconds.toFixed(1));
      cells.push([`1 x ${hidden}`, [...times, rate(text, best), reading.toFixed(1), typing.toFixed(1)]]);
    }
    console.log(
      markdown({
        title: `Surprise of ${text.length.toLocaleString('en')} characters, ${availableParallelism()} processors`,
        rows: 'model',
        columns: ['seen, s', 'best, s', 'worst, s', 'characters/s', 'kept by scores, ms', 'kept by a key, ms'],
        cells,
      }),
    );
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** The chapters of Moby-Dick, over again where they are too short. */
function novel(length: number): string {
  const folder = join('node_modules', '@stdlib', 'datasets-moby-dick', 'data');
  const chapters = readdirSync(folder).filter((name) => /^chapter_\d+\.txt$/.test(name));
  const whole = chapters.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
  return whole.repeat(Math.ceil(length / whole.length)).slice(0, length);
}

/** A model of a size: what it has learned makes no difference to the time. @returns its folder */
function train(place: string, corpus: string, hidden: number): string {
  const recipe = `--steps 3 --tokenizer char --hidden ${hidden} --embedding 64 --layers 1 --batch 8 --sequence 16`;
  const flags = ['--out', place, '--name', `h${hidden}`, ...recipe.split(' '), '--engine', 'wasm'];
  execFileSync(process.execPath, [join(__dirname, 'cli.js'), 'train', corpus, ...flags], { stdio: 'ignore' });
  return join(place, `h${hidden}`);
}

/** As the editor colours a document: notes the seconds until what is seen is known, and all of it. */
async function color(
  surprise: SurpriseText,
  folder: string,
  text: string,
  seen: number[],
  whole: number[],
): Promise<void> {
  const from = text.length >> 1;
  const start = performance.now();
  let isSeen = false;
  await surprise.readMissing(
    (wanted, tell) => scoreInThread({ folder, text, wanted, from }, tell),
    () => {
      if (isSeen || surprise.lacks({ start: from, end: from + screen })) return;
      isSeen = true;
      seen.push((performance.now() - start) / 1000);
    },
  );
  await surprise.summarize(text);
  whole.push((performance.now() - start) / 1000);
}

/** As the background process has a long text scored. */
async function scoreInThread(params: ScoreParams, tell: (parts: PartsTold['parts']) => void): Promise<void> {
  const threads = Number(values.threads);
  const settings = { engine: 'wasm', threads, effort: 'full', pauseOnBattery: false, idleSeconds: 0 } as const;
  const environment = { appVersion: '0.0.0', tensorflowFolders: [], settings };
  const thread = new JobThread({ kind: 'score', params, environment }, ({ parts }) => tell(parts));
  const outcome = await thread.outcome;
  if (outcome.type === 'failed') throw new Error(outcome.failure.stack);
}

/** As keys are followed. */
async function type(surprise: SurpriseText, text: string): Promise<void> {
  let edited = text;
  for (let key = 0; key < keys; key++) {
    const offset = (key * 7919 * 101) % edited.length;
    edited = `${edited.slice(0, offset)}x${edited.slice(offset)}`;
    surprise.edit(offset, 0, 1);
    await surprise.summarize(edited);
    await new Promise(setImmediate);
  }
}

/** How long this thread was kept without a break, at most, milliseconds. */
async function longestStretch(deed: () => Promise<void>): Promise<number> {
  // A timer now and then: a loop that never rests would take a core from what is measured.
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await deed();
  delay.disable();
  return delay.max / 1e6;
}

function rate(text: string, seconds: number): string {
  return Math.round(text.length / seconds).toLocaleString('en');
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
