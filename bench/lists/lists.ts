/**
 * How well a list is learned as it comes: `node bench/lists/run.mjs FILE [--minutes N | --steps N] [--split S] [--lines N]
 * [--processor-time]`. Draws 1,000 lines, or N, that are not trained on (others for another S), trains on the rest as `textloom train` does, and prints what the
 * training says of itself, what those lines cost, and how far apart the two are, beside how far chance alone has them. With
 * `--processor-time`, a minute is a minute of the processor's work for each thread, which other programs take less of than of
 * the clock.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { scoringModel } from '../../src/cli/modelOnText';
import { readingEngine } from '../../src/engine/select';
import { readModel } from '../../src/model/modelFolder';
import { surprisal } from '../../src/scoring/surprisal';
import { TrainingControls } from '../../src/training/loop/controls';
import { train } from '../../src/training/loop/train';
import { prepareTraining } from '../../src/training/prepare/prepare';
import { autoEngine } from '../autoEngine';
import { drawnLines, textOf } from '../drawnLines';

const everything = { include: [], exclude: [], respectGitignore: true, maximumFileSize: Infinity };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '1' },
    'processor-time': { type: 'boolean' },
    steps: { type: 'string' },
    lines: { type: 'string', default: '1000' },
    split: { type: 'string', default: '1' },
    seed: { type: 'string' },
  },
});
const testLines = Number(values.lines);
const [file] = positionals;
if (file === undefined) throw new Error('Say which list: node bench/lists/run.mjs FILE.');
const folder = mkdtempSync(join(tmpdir(), 'textloom-lists-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
void measure(file, Number(values.minutes));

async function measure(list: string, minutes: number): Promise<void> {
  const lines = readFileSync(list, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  const { rest, test } = drawnLines(lines, testLines, Number(values.split));
  const trained = join(folder, 'names.txt');
  writeFileSync(trained, textOf(rest));
  const job = await prepareTraining(
    {
      name: 'list',
      modelsFolder: join(folder, 'models'),
      source: { paths: [trained], root: folder, documents: [], filters: everything },
      tokenizer: 'auto',
      documents: 'auto',
      hyperparameters: {
        budget:
          values.steps === undefined ? { kind: 'minutes', minutes } : { kind: 'steps', steps: Number(values.steps) },
        ...(values.seed !== undefined && { seed: Number(values.seed) }),
      },
    },
    {
      appVersion: '0.0.0',
      engineFor: autoEngine,
      report: () => undefined,
      ...(values['processor-time'] && { clock: processorTime }),
    },
  );
  await train(job, new TrainingControls());
  const model = await readModel(job.folder);
  const said = model.description.best?.natsPerCharacter ?? NaN;
  const engine = await readingEngine({ tensorflowFolders: [], kernelFolder: __dirname });
  const scoring = await scoringModel(engine, model);
  const costs: LineCost[] = [];
  for (const line of test) {
    const text = textOf([line]);
    const { total, characters } = await surprisal(scoring, text, { streams: 1 });
    costs.push({ nats: total, characters });
  }
  const found = natsPerCharacter(costs);
  const heldOut = job.corpus.documents.reduce((sum, { items }) => sum + (items?.heldOut ?? 0), 0);
  const { steps } = model.description.trained;
  const { architecture, sequenceLength, batchSize } = model.description.hyperparameters;
  console.log(`1x${architecture.hiddenSize}, ${steps} steps of ${sequenceLength} x ${batchSize}`);
  console.log(`said by the training        ${said.toFixed(3)} nats a character`);
  console.log(`${testLines} lines not trained on   ${found.toFixed(3)}`);
  const [own, others] = [deviation(costs, heldOut), deviation(costs, test.length)];
  console.log(`apart by                    ${Math.abs(said - found).toFixed(3)}`);
  console.log(
    `by chance                   ${Math.hypot(own, others).toFixed(3)}: ${own.toFixed(3)} of the ${heldOut} lines held out, ${others.toFixed(3)} of those drawn here`,
  );
  engine.dispose();
}

interface LineCost {
  readonly nats: number;
  readonly characters: number;
}

function natsPerCharacter(costs: readonly LineCost[]): number {
  const nats = costs.reduce((sum, line) => sum + line.nats, 0);
  return nats / costs.reduce((sum, line) => sum + line.characters, 0);
}

/** Standard deviation of the nats per character of so many lines like these, drawn at random. */
function deviation(costs: readonly LineCost[], count: number): number {
  const mean = natsPerCharacter(costs);
  const squares = costs.reduce((sum, { nats, characters }) => sum + (nats - mean * characters) ** 2, 0);
  const length = costs.reduce((sum, { characters }) => sum + characters, 0) / costs.length;
  return Math.sqrt(squares / costs.length / count) / length;
}

/** Milliseconds that this process has worked, by the number of its threads. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000 / availableParallelism();
}
