import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDescription } from '../../src/model/modelFolder';
import { forecast } from '../../src/training/forecast/forecast';
import { TrainingControls } from '../../src/training/loop/controls';
import { train } from '../../src/training/loop/train';
import type { Budget } from '../../src/training/prepare/hyperparameterRequest';
import { prepareTraining } from '../../src/training/prepare/prepare';
import { autoEngine } from '../autoEngine';
import { sourceOf, surroundingsFor } from './collect';
import { benchCorpora, type BenchCorpus } from './corpora';

/** How far a forecast may be off. */
const tolerance = { nats: 0.1, time: 0.2 };

/** Corpora that are checked unless one is named. */
const usual = ['verse', 'prose', 'code'];

/** Forecasts, trains and compares. A forecast that is too far off fails the run. */
export async function check(options: {
  readonly only: string;
  readonly minutes: number;
  readonly speedup: number | null;
  /** File of verse, where that isn't where it usually is. */
  readonly text: string | undefined;
}): Promise<void> {
  const corpora = benchCorpora(options.text).filter(({ name }) =>
    options.only === '' ? usual.includes(name) : name === options.only,
  );
  for (const corpus of corpora) {
    if (!(await isRight(corpus, { kind: 'minutes', minutes: options.minutes }, options.speedup))) process.exitCode = 1;
  }
}

async function isRight(corpus: BenchCorpus, budget: Budget, speedup: number | null): Promise<boolean> {
  const source = sourceOf(corpus);
  const surroundings = { ...surroundingsFor(speedup), ...(speedup === null && { engineFor: autoEngine }) };
  const now = surroundings.clock ?? performance.now.bind(performance);
  const began = now();
  const [foreseen] = await forecast(
    { source, tokenizer: 'auto', hyperparameters: {}, budgets: [budget] },
    surroundings,
  );
  const waited = (now() - began) / 1000;
  const folder = mkdtempSync(join(tmpdir(), 'textloom-forecast-'));
  try {
    const start = now();
    const hyperparameters = { budget };
    const request = { name: 'bench', modelsFolder: folder, source, tokenizer: 'auto', hyperparameters } as const;
    const job = await prepareTraining(request, surroundings);
    await train(job, new TrainingControls());
    const seconds = (now() - start) / 1000;
    const { best, trained, architecture } = await readDescription(job.folder);
    const likely = foreseen?.natsPerCharacter ?? null;
    if (foreseen === undefined || likely === null || best === null) throw new Error('There is no loss.');
    const off = likely - best.natsPerCharacter;
    const late = seconds / foreseen.seconds - 1;
    const ok = Math.abs(off) <= tolerance.nats && Math.abs(late) <= tolerance.time;
    console.log(
      JSON.stringify({
        corpus: corpus.name,
        'forecast took, s': Number(waited.toFixed(1)),
        'nats/char': { forecast: round(likely), reached: round(best.natsPerCharacter) },
        seconds: { forecast: Math.round(foreseen.seconds), taken: Math.round(seconds) },
        off: { 'nats/char': round(off), seconds: Math.round(seconds - foreseen.seconds) },
        engine: job.engine.name,
        tokens: { forecast: foreseen.tokens, read: trained.tokens },
        'hidden size': { forecast: foreseen.architecture.hiddenSize, taken: architecture.hiddenSize },
        ok,
      }),
    );
    return ok;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function round(value: number): number {
  return Number(value.toFixed(3));
}
