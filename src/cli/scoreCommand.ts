import { say, sayJson } from './terminal';
import { failureOf } from './failure';
import { basename } from 'node:path';
import type { Engine } from '../engine/engine';
import { readingEngine } from '../engine/select';
import type { MemoryUse } from '../memory/memory';
import { ModelError } from '../model/modelError';
import { type ListedModel, listModels } from '../model/modelFolder';
import { surprisal } from '../scoring/surprisal';
import { enginePlaces } from './engines';
import { Flags } from './flags';
import { memoryUseOf } from './memoryFlag';
import { openModel, scoringModel, textToScore } from './modelOnText';
import { modelsFolderOf } from './places';

/** `textloom score`: compares the models of a folder on files, all of each file read in parts side by side. */
export async function scoreCommand(args: readonly string[]): Promise<number> {
  const flags = Flags.parse('score', args, { models: 'text', memory: 'text', json: 'switch' });
  if (flags.positionals.length === 0) throw flags.wrong('Say which files to score.');
  const files = flags.files();
  const use = memoryUseOf(flags);
  const folder = flags.text('models') ?? modelsFolderOf(process.cwd());
  const listed = await listModels(folder);
  if (listed.length === 0) throw new ModelError('missing', `There is no model in ${folder}.`);
  const texts = await Promise.all(files.map((file) => textToScore(file)));
  const engine = await readingEngine(enginePlaces());
  try {
    const scores: ModelScore[] = [];
    for (const model of listed) scores.push(await scoreOf(engine, model, texts, use).catch(unusable(model)));
    print(files, scores, flags.has('json'));
  } finally {
    engine.dispose();
  }
  return 0;
}

/** How a model does on each text, bits per character, or why it can't be asked. */
type ModelScore =
  | { readonly kind: 'scored'; readonly name: string; readonly folder: string; readonly bits: readonly number[] }
  | { readonly kind: 'unusable'; readonly name: string; readonly folder: string; readonly reason: string };

/** One model that can't be asked doesn't keep the others from it. */
function unusable({ folder }: ListedModel): (error: unknown) => ModelScore {
  return (error) => ({ kind: 'unusable', name: basename(folder), folder, reason: failureOf(error).sentence });
}

async function scoreOf(
  engine: Engine,
  listed: ListedModel,
  texts: readonly string[],
  use: MemoryUse,
): Promise<ModelScore> {
  const { folder } = listed;
  if (listed.kind === 'damaged') return { kind: 'unusable', name: basename(folder), folder, reason: listed.reason };
  const { name, best } = listed.description;
  if (best === null) return { kind: 'unusable', name, folder, reason: 'It has no weights yet.' };
  const loaded = await openModel(folder).catch((error: unknown) => {
    if (error instanceof ModelError) return error;
    throw error;
  });
  if (loaded instanceof ModelError) return { kind: 'unusable', name, folder, reason: loaded.message };
  const model = await scoringModel(engine, loaded);
  const bits: number[] = [];
  for (const text of texts) {
    const { total, characters } = await surprisal(model, text, { uses: [use] });
    bits.push(total / Math.LN2 / characters);
  }
  return { kind: 'scored', name, folder, bits };
}

function print(files: readonly string[], scores: readonly ModelScore[], json: boolean): void {
  if (json) for (const score of scores) printJson(files, score);
  else printTable(files, scores);
}

function printJson(files: readonly string[], score: ModelScore): void {
  const { name: model, folder } = score;
  if (score.kind === 'unusable') sayJson({ model, folder, damaged: score.reason });
  else {
    score.bits.forEach((bitsPerCharacter, i) => {
      sayJson({ model, folder, file: files[i], bitsPerCharacter });
    });
  }
}

/** A row a model, a column a file; the best of each column is marked. */
function printTable(files: readonly string[], scores: readonly ModelScore[]): void {
  const scored = scores.filter((score) => score.kind === 'scored');
  const best = files.map((_, i) => Math.min(...scored.map(({ bits }) => bits[i] ?? Infinity)));
  const rows = scored.map(({ name, bits }) => [
    name,
    ...bits.map((value, i) => `${value.toFixed(3)}${value === best[i] ? ' *' : '  '}`),
  ]);
  const table = [['bits per character', ...files.map((file) => `${basename(file)}  `)], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  for (const row of table) {
    const cells = row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)));
    say(cells.join('  ').trimEnd());
  }
  for (const score of scores) if (score.kind === 'unusable') say(`${score.name}: ${score.reason}`);
}
