/**
 * Reruns the ablation behind src/training/prepare/plan.ts: trains variants of a recipe on a text with the built-in engine, and
 * prints a table of what each reached on held-out text.
 *
 *   node bench/ablation/run.mjs budgets|steps|quick|standard|thorough [--text FILE] [--only PATTERN] [--threads N] [--cpu SPEEDUP]
 *                              [--scale SHARE]
 *
 * `budgets` are the three presets with everything left to Textloom, by the clock, the last tenth held out.
 *
 * A busy machine spoils budgets by the clock. With --cpu the clock counts processor time of one thread, divided by what
 * several threads would gain: `--cpu 1.85` stands for two threads of a quiet machine.
 */
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadWasmEngine } from '../../src/engine/wasm/wasm';
import { parameterCount } from '../../src/model/architecture';
import { readDescription } from '../../src/model/modelFolder';
import { type Clock, monotonicClock } from '../../src/training/loop/clock';
import { TrainingControls } from '../../src/training/loop/controls';
import { train } from '../../src/training/loop/train';
import type { Budget } from '../../src/training/prepare/hyperparameterRequest';
import { initialSnapshot, prepareTraining } from '../../src/training/prepare/prepare';
import { autoEngine } from '../autoEngine';
import { type Variant, variantSets } from './variants';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    text: { type: 'string', default: '../shared/corpora/tinyshakespeare.txt' },
    only: { type: 'string', default: '' },
    threads: { type: 'string' },
    cpu: { type: 'string' },
    scale: { type: 'string', default: '1' },
    results: { type: 'string', default: 'bench/ablation/results.jsonl' },
  },
});

/** What the budget is counted in. */
function clock(): Clock {
  if (values.cpu === undefined) return monotonicClock;
  const speedup = Number(values.cpu);
  return () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000 / speedup;
  };
}

function scaled(budget: Budget, scale: number): Budget {
  return budget.kind === 'minutes'
    ? { kind: 'minutes', minutes: budget.minutes * scale }
    : { kind: 'steps', steps: Math.round(budget.steps * scale) };
}

async function measure(variant: Variant, text: string, folder: string): Promise<object> {
  const budget = scaled(variant.budget, Number(values.scale));
  const threads = values.cpu === undefined ? values.threads : '1';
  const engineFor = async () => ({
    engine: await loadWasmEngine({
      kernelFolder: __dirname,
      ...(threads !== undefined && { threads: Number(threads) }),
    }),
    reason: '',
  });
  const now = clock();
  const job = await prepareTraining(
    {
      name: variant.name,
      modelsFolder: folder,
      source: {
        paths: [text],
        root: join(text, '..'),
        documents: [],
        filters: { include: [], exclude: [], respectGitignore: false, maximumFileSize: 2 ** 32 },
      },
      tokenizer: variant.isAuto ? 'auto' : 'char',
      hyperparameters: { budget, ...variant.request },
    },
    { appVersion: 'ablation', engineFor: variant.isAuto ? autoEngine : engineFor, report: () => undefined, clock: now },
  );
  const heldOut = job.corpus.validationCharacters; // Before the run lets go of it.
  const recipe = { ...job.start.progress.hyperparameters, ...variant.recipe };
  const { kind } = await train({ ...job, start: initialSnapshot(recipe) }, new TrainingControls());
  const description = await readDescription(job.folder);
  const { best, trained } = description;
  const { hiddenSize, layers, embeddingSize } = recipe.architecture;
  return {
    variant: variant.name,
    budget: budget.kind === 'minutes' ? `${budget.minutes} min` : `${budget.steps} steps`,
    model: `${layers}x${hiddenSize} E=${embeddingSize}`,
    parameters: parameterCount(recipe.architecture),
    batch: `${recipe.sequenceLength}x${recipe.batchSize}`,
    rate: Number(recipe.peakLearningRate.toPrecision(3)),
    dropout: Number(recipe.dropout.hidden.toPrecision(2)),
    steps: trained.steps,
    'tokens/s': Math.round(trained.tokens / trained.seconds),
    'best at': `${Math.round(best?.seconds ?? 0)} s`,
    end: kind,
    engine: job.engine.name,
    tokenizer: description.tokenizer.kind,
    'held out, characters': heldOut,
    'nats/char': Number(best?.natsPerCharacter.toFixed(4)),
  };
}

async function main(): Promise<void> {
  const set = variantSets[(positionals[0] ?? 'quick') as keyof typeof variantSets];
  const text = resolve(values.text);
  const folder = mkdtempSync(join(tmpdir(), 'textloom-ablation-'));
  try {
    for (const variant of set.filter(({ name }) => name.includes(values.only))) {
      const result = await measure(variant, text, folder);
      console.log(JSON.stringify(result));
      appendFileSync(values.results, `${JSON.stringify({ text: values.text, ...result })}\n`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
