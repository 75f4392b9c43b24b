/**
 * The benchmark: Textloom's engines beside PyTorch and Keras, in one run, turn by turn, so that whatever else the machine
 * does meets all of them alike. `npm run bench` sets up what it needs and calls this; bench/README.md explains it.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { tabledAdvantage } from '../src/engine/relativeSpeed';
import type { Answer, Request } from './contestant';
import { ContestantProcess, type Entrant } from './processes';
import { raceToLosses } from './race';
import { growth, middleSize, type Size, sizes } from './sizes';
import { markdown, median, shown, type Table } from './table';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: 'training,generation,memory,growth,race' },
    text: { type: 'string', default: '' },
    patience: { type: 'string', default: '420' },
    python: { type: 'string', default: 'python3' },
    node24: { type: 'string', default: process.execPath },
    node20: { type: 'string', default: '' },
    tensorflow: { type: 'string', default: '' },
    cli: { type: 'string', default: 'dist/cli.js' },
    out: { type: 'string', default: 'bench/results' },
  },
});

const threads = String(availableParallelism());
const rounds = options.quick ? 3 : 5;
// Ten sizes, up to six contestants, twice: with two seconds a turn it would be more than half an hour.
const seconds = options.quick ? 0.5 : 1;
const comparedSizes = options.quick ? sizes.slice(0, 4) : sizes;

/** Peers to which everything is set in relation. */
const reference = 'PyTorch';

function entrants(): Entrant[] {
  const contestant = `${__dirname}/contestant.js`;
  const wasm = (name: string, node: string, ...rest: string[]): Entrant => ({
    name,
    command: node,
    args: [contestant, 'wasm', ...(rest.length > 0 ? rest : [threads])],
  });
  const all: Entrant[] = [
    wasm('wasm', options.node24),
    wasm('wasm, unpaired', options.node24, threads, 'relaxed'),
    { name: reference, command: options.python, args: ['bench/peers/pytorch.py', threads] },
    {
      name: 'Keras',
      command: options.python,
      args: ['bench/peers/tensorflow_keras.py', threads],
      env: { TF_ENABLE_ONEDNN_OPTS: '1' },
    },
  ];
  if (options.node20 !== '') all.push(wasm('wasm, Node 20', options.node20));
  if (options.tensorflow !== '') {
    const env = {
      TEXTLOOM_TENSORFLOW: options.tensorflow,
      TF_CPP_MIN_LOG_LEVEL: '3',
      TF_ENABLE_ONEDNN_OPTS: '1',
      TF_NUM_INTRAOP_THREADS: threads,
      TF_NUM_INTEROP_THREADS: threads,
    };
    all.push({
      name: 'tensorflow',
      command: options.node24,
      args: [contestant, 'tensorflow', threads],
      env,
    });
  }
  return all;
}

/** Medians of what each contestant answers, asked turn by turn. */
async function compare(
  contestants: readonly ContestantProcess[],
  request: Request,
): Promise<ReadonlyMap<string, Answer>> {
  const answers = new Map<string, Answer[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const contestant of contestants) answers.get(contestant.name)?.push(await contestant.ask(request));
  }
  const middle = (name: string, key: keyof Answer): number =>
    median((answers.get(name) ?? []).map((answer) => answer[key] ?? NaN));
  return new Map(contestants.map(({ name }) => [name, { speed: middle(name, 'speed'), first: middle(name, 'first') }]));
}

async function compareSpeeds(kind: 'train' | 'generate', contestants: readonly ContestantProcess[]): Promise<Table[]> {
  const columns = contestants.map(({ name }) => name);
  const speeds: [string, string[]][] = [];
  const ratios: [string, string[]][] = [];
  const firsts: [string, string[]][] = [];
  for (const size of comparedSizes) {
    const answers = await compare(contestants, { do: kind, size, seconds });
    const base = answers.get(reference)?.speed ?? NaN;
    speeds.push([size.name, columns.map((name) => shown(answers.get(name)?.speed ?? NaN))]);
    const times = (name: string): number => (answers.get(name)?.speed ?? NaN) / base;
    const chosen = kind === 'train' ? [times(chosenFor(size, contestants)).toFixed(2)] : [];
    ratios.push([size.name, [...columns.map((name) => times(name).toFixed(2)), ...chosen, barOf(kind, size)]]);
    firsts.push([size.name, columns.map((name) => shown(answers.get(name)?.first ?? NaN))]);
    progress(`${kind} ${size.name}`);
  }
  const judged = [...columns, ...(kind === 'train' ? ['chosen'] : []), 'bar'];
  const work = kind === 'train' ? 'Training' : 'Generation, one stream';
  const tables: Table[] = [
    { title: `${work}: tokens a second`, rows: 'model, T x B', columns, cells: speeds },
    { title: `${work}: times ${reference}`, rows: 'model, T x B', columns: judged, cells: ratios },
  ];
  if (kind === 'generate') {
    const title = 'Milliseconds to the first character after a prompt of 100';
    tables.push({ title, rows: 'model, T x B', columns, cells: firsts });
  }
  return tables;
}

/** The engine that `auto` would train with by the table, by its name here; in doubt it measures, and finds what this does. */
function chosenFor(size: Size, contestants: readonly ContestantProcess[]): string {
  const details = contestants.find(({ name }) => name === 'wasm')?.details ?? '';
  const instructions = details.includes('paired') ? 'paired' : 'relaxed';
  const advantage = tabledAdvantage({ hiddenSize: size.hidden, vocabularySize: size.vocabulary }, instructions);
  const hasTensorFlow = contestants.some(({ name }) => name === 'tensorflow');
  return hasTensorFlow && advantage !== null && advantage > 1 ? 'tensorflow' : 'wasm';
}

/** What the engines are to reach, times the reference: DESIGN's bars, by the beginning of a size's name. */
function barOf(kind: 'train' | 'generate', { name, vocabulary }: Size): string {
  if (vocabulary !== 65) return '–';
  const bars = kind === 'train' ? trainingBars : generationBars;
  return Object.entries(bars).find(([size]) => name.startsWith(`${size} `))?.[1] ?? '–';
}

const trainingBars = {
  '2x128': 'wasm 0.9, tensorflow 0.4',
  '1x256': 'wasm 1.2, tensorflow 0.75',
  '2x512': 'wasm 0.8, tensorflow 0.9',
  '1x384': 'wasm 0.85, chosen 0.9',
};
const generationBars = { '2x128': 'wasm 5', '2x512': 'wasm 5', '1x384': 'wasm 3' };

/** Peak memory of a fresh process that trains the largest of the small models. */
async function compareMemory(): Promise<Table> {
  const chosen = sizes[2];
  if (chosen === undefined) throw new RangeError('There is no such size.');
  const cells: [string, string[]][] = [];
  for (const entrant of entrants()) {
    const contestant = await ContestantProcess.start(entrant);
    const { megabytes: idle = NaN } = await contestant.ask({ do: 'memory' });
    await contestant.ask({ do: 'train', size: chosen, seconds: 1 });
    const { megabytes = NaN } = await contestant.ask({ do: 'memory' });
    cells.push([entrant.name, [shown(idle), shown(megabytes)]]);
    contestant.end();
  }
  progress('memory');
  return { title: `Peak memory, MB, ${chosen.name}`, rows: '', columns: ['loaded', 'training'], cells };
}

async function measureGrowth(): Promise<Table[]> {
  const tables: Table[] = [];
  const compared = entrants().filter(({ name }) => name === 'wasm' || name === reference || name === 'tensorflow');
  const contestants = await Promise.all(compared.map(ContestantProcess.start));
  const columns = contestants.map(({ name }) => name);
  for (const [dimension, family] of Object.entries(growth)) {
    const cells: [string, string[]][] = [];
    for (const size of family) cells.push([size.name, await speedsAt(size, contestants)]);
    tables.push({ title: `Training by ${dimension}: tokens a second`, rows: 'model, T x B', columns, cells });
    progress(`growth of ${dimension}`);
  }
  for (const contestant of contestants) contestant.end();
  tables.push(await measureThreads(compared));
  return tables;
}

async function speedsAt(size: Size, contestants: readonly ContestantProcess[]): Promise<string[]> {
  const answers = await compare(contestants, { do: 'train', size, seconds });
  return contestants.map(({ name }) => shown(answers.get(name)?.speed ?? NaN));
}

async function measureThreads(compared: readonly Entrant[]): Promise<Table> {
  const counts = Array.from({ length: availableParallelism() }, (_, index) => index + 1).filter(isPowerOfTwo);
  const cells: [string, string[]][] = [];
  for (const count of counts) {
    const set = compared.map((entrant) => ({
      ...entrant,
      args: entrant.args.map((argument) => (argument === threads ? String(count) : argument)),
      env: { ...entrant.env, TF_NUM_INTRAOP_THREADS: String(count), TF_NUM_INTEROP_THREADS: String(count) },
    }));
    const contestants = await Promise.all(set.map(ContestantProcess.start));
    cells.push([String(count), await speedsAt(middleSize, contestants)]);
    for (const contestant of contestants) contestant.end();
  }
  progress('growth of threads');
  const columns = compared.map(({ name }) => name);
  return { title: `Training by threads, ${middleSize.name}: tokens a second`, rows: 'threads', columns, cells };
}

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(Math.log2(value));
}

function progress(what: string): void {
  process.stderr.write(`  ${what}: done\n`);
}

async function main(): Promise<void> {
  const parts = new Set(options.only.split(','));
  const contestants = await Promise.all(entrants().map(ContestantProcess.start));
  const machine = `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${threads} threads, ${(totalmem() / 2 ** 30).toFixed(0)} GB`;
  const tables: Table[] = [];
  if (parts.has('training')) tables.push(...(await compareSpeeds('train', contestants)));
  if (parts.has('generation')) tables.push(...(await compareSpeeds('generate', contestants)));
  const details = contestants.map(({ name, details }) => `${name}: ${details}`);
  for (const contestant of contestants) contestant.end();
  if (parts.has('memory')) tables.push(await compareMemory());
  if (parts.has('growth')) tables.push(...(await measureGrowth()));
  if (parts.has('race')) {
    const { text, python, node24, cli, patience } = options;
    tables.push(await raceToLosses({ text, python, node: node24, cli, threads, patience }));
  }
  const date = new Date().toISOString().slice(0, 10);
  console.log(`${date}, ${machine}; medians of ${rounds}.\n`);
  console.log(`${details.map((line) => `- ${line}`).join('\n')}\n`);
  for (const table of tables) console.log(markdown(table));
  mkdirSync(options.out, { recursive: true });
  writeFileSync(
    `${options.out}/latest.json`,
    `${JSON.stringify({ date, machine, rounds, details, tables }, null, 2)}\n`,
  );
}

void main();
