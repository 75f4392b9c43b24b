import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildCorpus } from '../../src/corpus/build';
import { type CorpusSource, defaultCorpusOptions } from '../../src/corpus/corpus';
import { type Engine } from '../../src/engine/engine';
import { loadWasmEngine } from '../../src/engine/wasm/wasm';
import { readDescription } from '../../src/model/modelFolder';
import { probe } from '../../src/training/forecast/probe';
import { type Clock, monotonicClock } from '../../src/training/loop/clock';
import { TrainingControls } from '../../src/training/loop/controls';
import { train } from '../../src/training/loop/train';
import { operationsPerToken } from '../../src/training/prepare/plan';
import { prepareTraining } from '../../src/training/prepare/prepare';
import type { Surroundings } from '../../src/training/prepare/surroundings';
import { fitBaseline } from '../../src/training/validation/baseline';
import { benchCorpora, type BenchCorpus } from './corpora';

/** What was known of a corpus before a training, and what came of it. */
export interface Observation {
  readonly corpus: string;
  readonly trainingTokens: number;
  /** Nats per character of the n-gram model. */
  readonly baseline: number;
  /** Nats per character of the probe, and the operations that it took. */
  readonly probe: number;
  readonly early: number;
  readonly probeOperations: number;
  /** Seconds asked for, and taken. */
  readonly asked: number;
  readonly seconds: number;
  readonly hiddenSize: number;
  readonly parameters: string;
  readonly tokens: number;
  readonly operations: number;
  readonly epochs: number;
  readonly natsPerCharacter: number;
  readonly bestAt: number;
  readonly end: string;
}

/** A corpus of a benchmark as a source. */
export function sourceOf({ documents }: BenchCorpus): CorpusSource {
  const filters = { include: [], exclude: [], respectGitignore: false, maximumFileSize: 2 ** 32 };
  return { paths: [], root: '/', documents, filters };
}

/** The clock to count by, and engines to go with it. */
export function surroundingsFor(speedup: number | null): Surroundings & { readonly engine: () => Promise<Engine> } {
  const engine = () => loadWasmEngine({ kernelFolder: __dirname, ...(speedup !== null && { threads: 1 }) });
  const clock: Clock = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000 / (speedup ?? 1);
  };
  return {
    appVersion: 'bench',
    engine,
    engineFor: async () => ({ engine: await engine(), reason: '' }),
    report: () => undefined,
    clock: speedup === null ? monotonicClock : clock,
  };
}

/** Probes corpora and trains on them, and writes down what was seen. */
export async function collect(options: {
  readonly only: string;
  readonly seconds: readonly number[];
  readonly speedup: number | null;
  readonly observations: string;
}): Promise<void> {
  for (const corpus of benchCorpora().filter(({ name }) => options.only === '' || name === options.only)) {
    const known = await examine(corpus, options.speedup);
    if (options.seconds.length === 0) console.log(JSON.stringify(known));
    for (const seconds of options.seconds) {
      const observation: Observation = { ...known, ...(await observe(corpus, seconds, options.speedup)) };
      console.log(JSON.stringify(observation));
      appendFileSync(options.observations, `${JSON.stringify(observation)}\n`);
    }
  }
}

async function examine(bench: BenchCorpus, speedup: number | null) {
  const corpus = await buildCorpus(sourceOf(bench), defaultCorpusOptions);
  const engine = await surroundingsFor(speedup).engine();
  const { natsPerCharacter, early, operations } = await probe(corpus, engine);
  const baseline = await fitBaseline(corpus);
  engine.dispose();
  return {
    corpus: bench.name,
    trainingTokens: corpus.training.length,
    baseline: baseline.natsPerCharacter,
    probe: natsPerCharacter,
    early,
    probeOperations: operations,
  };
}

async function observe(bench: BenchCorpus, seconds: number, speedup: number | null) {
  const folder = mkdtempSync(join(tmpdir(), 'textloom-forecast-'));
  try {
    const job = await prepareTraining(
      {
        name: 'bench',
        modelsFolder: folder,
        source: sourceOf(bench),
        tokenizer: 'auto',
        hyperparameters: { budget: { kind: 'minutes', minutes: seconds / 60 } },
      },
      surroundingsFor(speedup),
    );
    const { kind } = await train(job, new TrainingControls());
    const { best, trained, architecture, corpus } = await readDescription(job.folder);
    return {
      asked: seconds,
      seconds: trained.seconds,
      hiddenSize: architecture.hiddenSize,
      parameters: `${architecture.layers}x${architecture.hiddenSize}`,
      tokens: trained.tokens,
      operations: trained.tokens * operationsPerToken(architecture),
      epochs: trained.tokens / corpus.summary.characters,
      natsPerCharacter: best?.natsPerCharacter ?? NaN,
      bestAt: best?.seconds ?? 0,
      end: kind,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
