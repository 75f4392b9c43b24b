/**
 * How well Textloom predicts and writes beside compressors and a PyTorch model: see bench/README.md. run.mjs sets up what
 * this needs and says where it is.
 *
 *   node bench/quality/run.mjs [--only TEXT,...] [--minutes N | --steps N] [--build DIR] [--peers NAME,...]
 *                              [--text FILE] [--list FILE] [--characters N] [--top-p P] [--seed N]
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { markdown } from '../table';
import { type Build, bundledBuilds } from '../build';
import { type Noticed, KnownText } from './noticed';
import { charRnn, type Compressor, costByCompression, ngramLine, type Parts, ppmd, zpaq } from './peers';
import { type BuildResult, noticedTable, scoresTable, type TextResult, trainingTable } from './tables';
import { characterCount, type QualityText, qualityTexts } from './texts';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    minutes: { type: 'string', default: '1' },
    steps: { type: 'string' },
    peers: { type: 'string', default: 'ppmd,zpaq,n-gram,char-rnn' },
    text: { type: 'string', default: '../shared/corpora/tinyshakespeare.txt' },
    list: { type: 'string', default: '../shared/corpora/names.txt' },
    characters: { type: 'string', default: '20000' },
    // Nothing cut off: what is seen is the model's own distribution at a temperature.
    'top-p': { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string', default: 'bench/results' },
    // For run.mjs:
    build: { type: 'string' },
    bundles: { type: 'string', multiple: true, default: [] },
    python: { type: 'string', default: '' },
    ppmd: { type: 'string', default: '' },
    zpaq: { type: 'string', default: '' },
    rxjs: { type: 'string', default: '' },
  },
});

/** Temperatures at which a reader looks at what is written. */
const temperatures = [0.5, 0.8, 1];

/** Characters of the known text that it writes on from: what the editor gives it to read. */
const promptLength = 1000;

const budget =
  options.steps === undefined ? (['--minutes', options.minutes] as const) : (['--steps', options.steps] as const);
const characters = Number(options.characters);

const folder = mkdtempSync(join(tmpdir(), 'textloom-quality-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

void main();

async function main(): Promise<void> {
  const builds = bundledBuilds(options.bundles);
  const results: TextResult[] = [];
  for (const text of chosenTexts()) results.push(await measure(text, builds));
  if (results.length === 0) return;
  const date = new Date().toISOString().slice(0, 10);
  const processor = `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} threads`;
  const trained = `${budget[1]} ${budget[0].slice(2)}`;
  console.log(
    `${date}, ${processor}; trained for ${trained}; ${characters.toLocaleString('en')} characters written.\n`,
  );
  for (const { text, source } of results) console.log(`- ${text}: ${source}`);
  console.log();
  for (const table of [scoresTable(results), trainingTable(results), noticedTable(results)])
    console.log(markdown(table));
  mkdirSync(options.out, { recursive: true });
  const path = join(options.out, 'quality.json');
  writeFileSync(path, `${JSON.stringify({ date, processor, budget, results }, null, 2)}\n`);
}

/** The texts asked for that are here; what is missing is said. */
function chosenTexts(): readonly QualityText[] {
  const wanted = options.only.split(',');
  const all = qualityTexts({ shakespeare: options.text, list: options.list, rxjs: options.rxjs });
  const chosen = all.filter(({ name }) => wanted.some((part) => name.toLowerCase().includes(part.toLowerCase())));
  if (chosen.length === 0) throw new Error(`--only is of ${all.map(({ name }) => name).join(', ')}.`);
  return chosen.flatMap((text) => {
    if (!('missing' in text)) return [text];
    progress(text.name, text.missing);
    return [];
  });
}

async function measure(text: QualityText, builds: readonly Build[]): Promise<TextResult> {
  const home = join(folder, text.name);
  const known = text.workspace.map((file) => file.text).join('');
  const nextText = text.next.text;
  const workspace = join(home, 'workspace');
  for (const file of text.workspace) write(join(workspace, file.name), file.text);
  const parts: Parts = {
    known,
    next: nextText,
    knownFile: write(join(home, 'known.txt'), known),
    wholeFile: write(join(home, 'whole.txt'), known + nextText),
  };
  const next = write(join(home, text.next.name), nextText);
  const prompt = write(join(home, 'prompt', text.next.name), promptFrom(known));
  const knownText = new KnownText(known, text.isList);
  const results: BuildResult[] = [];
  for (const [index, build] of builds.entries()) {
    const trained = await build.train(workspace, join(home, `models-${index}`), [...budget, '--seed', options.seed]);
    progress(text.name, `${build.name} has trained ${trained.steps} steps in ${trained.seconds.toFixed(0)} s`);
    const scores = await build.evaluate(trained.model, next);
    progress(text.name, `${build.name} reaches ${scores.natsPerCharacter.toFixed(3)} nats a character`);
    const written: { temperature: number; text: string; noticed: Noticed }[] = [];
    for (const temperature of temperatures) {
      const { characters: length, seed, 'top-p': topP } = options;
      const sampling = { length, seed, temperature: String(temperature), 'top-p': topP };
      const writing = await build.write(trained.model, prompt, sampling);
      written.push({ temperature, text: writing, noticed: knownText.noticed(writing) });
    }
    progress(text.name, `${build.name} has written`);
    results.push({ build: build.name, trained, scores, written });
  }
  const seconds = options.steps === undefined ? 60 * Number(options.minutes) : (results[0]?.trained.seconds ?? 60);
  const peers = await measurePeers(text.name, parts, seconds);
  const nextNoticed = knownText.noticed(firstCharacters(nextText));
  return { text: text.name, source: text.source, builds: results, peers, next: nextNoticed };
}

async function measurePeers(text: string, parts: Parts, seconds: number): Promise<Record<string, number>> {
  const peers: Record<string, number> = {};
  const wanted = new Set(options.peers.split(','));
  const measured = async (name: string, cost: () => number | Promise<number>): Promise<void> => {
    try {
      peers[name] = await cost();
      progress(text, `${name} reaches ${peers[name].toFixed(3)} nats a character`);
    } catch (error) {
      progress(text, `${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const compressed = (sizeOf: Compressor) => () => costByCompression(sizeOf, parts);
  if (wanted.has('ppmd')) await measured('PPMd, order 6', compressed(ppmd(options.ppmd)));
  if (wanted.has('zpaq') && options.zpaq !== '') await measured('zpaq -m5', compressed(zpaq(options.zpaq, parts)));
  if (wanted.has('n-gram')) await measured('n-gram line', () => ngramLine(parts));
  const rnn = () => charRnn(options.python, parts, availableParallelism(), seconds);
  if (wanted.has('char-rnn')) await measured('PyTorch char-rnn, 2x128', rnn);
  return peers;
}

/** The end of a text, without its last line where that is torn. */
function promptFrom(text: string): string {
  const end = text.lastIndexOf('\n') + 1;
  return Array.from(text.slice(Math.max(0, end - 2 * promptLength), end))
    .slice(-promptLength)
    .join('');
}

/** As much of a text as is written. */
function firstCharacters(text: string): string {
  return characterCount(text) <= characters ? text : Array.from(text).slice(0, characters).join('');
}

function write(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

function progress(text: string, what: string): void {
  process.stderr.write(`  ${text}: ${what}\n`);
}
