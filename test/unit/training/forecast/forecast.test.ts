import { afterEach, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildCorpus } from '../../../../src/corpus/build';
import { defaultCorpusOptions } from '../../../../src/corpus/corpus';
import type { Engine } from '../../../../src/engine/engine';
import type { EngineName } from '../../../../src/engine/engineNames';
import { loadWasmEngine } from '../../../../src/engine/wasm/wasm';
import { parameterCount } from '../../../../src/model/architecture';
import { type Forecast, forecast } from '../../../../src/training/forecast/forecast';
import type { Budget } from '../../../../src/training/prepare/hyperparameterRequest';
import { measurePower, settle } from '../../../../src/training/prepare/machineSpeed';
import { planner } from '../../../../src/training/prepare/prepare';
import type { Surroundings } from '../../../../src/training/prepare/surroundings';
import { fitBaseline } from '../../../../src/training/validation/baseline';
import { referenceEngine } from '../referenceEngine';
import { story } from '../story';
import { source, TrainingFixture } from '../trainingFixture';

const minutes = (count: number): Budget => ({ kind: 'minutes', minutes: count });

describe('a recipe and its engine', () => {
  it('is planned by the speed of the engine that it gets, where its size wants another one', async () => {
    const workshop = new TrainingFixture();
    const corpus = await buildCorpus(source(story(400_000)), defaultCorpusOptions);
    let time = 0;
    /** An engine of a name, whose every step takes so many milliseconds. */
    const paced = (name: EngineName, step: number): Engine => {
      const engine = referenceEngine();
      return {
        ...engine,
        name,
        createTrainer: (...made) => {
          const trainer = engine.createTrainer(...made);
          trainer.train = () => {
            time += step;
            return { loss: 1, gradientNorm: 1 };
          };
          return trainer;
        },
      };
    };
    const sizes: number[] = [];
    const engineFor: Surroundings['engineFor'] = ({ hiddenSize }) => {
      sizes.push(hiddenSize);
      const engine = sizes.length === 1 ? paced('wasm', 2000) : paced('tensorflow', 20);
      return Promise.resolve({ engine, reason: '' });
    };
    const plan = planner({ budget: minutes(5) }, corpus, null);
    const { engine, hyperparameters: recipe } = await settle(plan, { engineFor, clock: () => time });
    assert.equal(engine.name, 'tensorflow');
    const slow = sizes[1]!;
    assert.ok(
      recipe.architecture.hiddenSize > slow,
      `${recipe.architecture.hiddenSize} for a quick engine, not ${slow}`,
    );
    corpus.dispose();
    workshop.dispose();
  });
});

describe('a forecast', function () {
  this.timeout(60_000);
  /** What a step of any model takes by the clock of these tests: how busy the machine is makes no difference. */
  const stepMilliseconds = 25;
  let workshop: TrainingFixture;
  let time: number;
  beforeEach(() => {
    workshop = new TrainingFixture();
    time = 0;
  });
  afterEach(() => workshop.dispose());
  const surroundings = () => ({
    ...workshop.surroundings,
    // It is looked at before and after a step.
    clock: () => (time += stepMilliseconds),
    engineFor: async () => ({
      engine: await loadWasmEngine({ kernelFolder: join(process.cwd(), 'dist'), threads: 1 }),
      reason: '',
    }),
  });
  const request = (...budgets: Budget[]) =>
    ({ source: source(story(40_000)), tokenizer: 'auto', hyperparameters: {}, budgets }) as const;

  it('says first how large and how fast, then how good', async () => {
    const told: (readonly Forecast[])[] = [];
    const whole = await forecast(request(minutes(1), minutes(5)), surroundings(), (known) => told.push(known));
    assert.equal(told.length, 2);
    assert.ok(told[0]!.every(({ natsPerCharacter }) => natsPerCharacter === null));
    assert.deepEqual(told[1], whole);
    const [quick, standard] = whole;
    assert.ok(quick && standard);
    assert.equal(quick.seconds, 60);
    assert.equal(quick.parameters, parameterCount(quick.architecture));
    assert.ok(standard.tokens > quick.tokens && quick.epochs > 0);
    assert.ok(quick.natsPerCharacter !== null && standard.natsPerCharacter !== null);
    assert.ok(quick.natsPerCharacter > 0 && quick.natsPerCharacter < 3);
    assert.ok(!existsSync(workshop.modelsFolder), 'it leaves nothing behind');
  });

  it('keeps what is asked for, and counts the time of a budget in steps', async () => {
    const asked = {
      ...request({ kind: 'steps', steps: 100 }),
      hyperparameters: { hiddenSize: 64, batchSize: 8, sequenceLength: 16 },
    };
    const [only] = await forecast(asked, surroundings());
    assert.equal(only!.architecture.hiddenSize, 64);
    assert.equal(only!.tokens, 100 * 8 * 16);
    // The rest is evaluation, samples and checkpoints.
    assert.ok(Math.abs(only!.seconds - (100 * stepMilliseconds) / 1000 / 0.92) < 1e-6, String(only!.seconds));
  });

  it('asks for the engine of each model that it plans, and measures that one', async () => {
    const asked: number[] = [];
    const { engineFor } = surroundings();
    const noting: Surroundings['engineFor'] = (architecture) => {
      asked.push(architecture.hiddenSize);
      return engineFor();
    };
    const planned = await forecast(request(minutes(0.02), minutes(30)), { ...surroundings(), engineFor: noting });
    for (const { architecture } of planned) assert.ok(asked.includes(architecture.hiddenSize), String(asked));
    assert.notEqual(planned[0]!.architecture.hiddenSize, planned[1]!.architecture.hiddenSize);
  });

  it('is given up while it measures, and while it fits n-grams, before the next of their turns', async () => {
    const engine = await loadWasmEngine({ kernelFolder: join(process.cwd(), 'dist'), threads: 1 });
    const corpus = await buildCorpus(source(story(40_000)), defaultCorpusOptions);
    try {
      const { hyperparameters: recipe } = await settle(
        planner({ budget: { kind: 'steps', steps: 10 } }, corpus, null),
        surroundings(),
      );
      const giveUp = new AbortController();
      let trained = 0;
      const clock = () => {
        if (trained++ === 2) giveUp.abort();
        return 0;
      };
      await assert.rejects(measurePower(engine, recipe, clock, giveUp.signal), { name: 'AbortError' });
      assert.ok(trained <= 6, `it looked at the clock ${trained} times`);
      await assert.rejects(fitBaseline(corpus, AbortSignal.abort()), { name: 'AbortError' });
    } finally {
      corpus.dispose();
      engine.dispose();
    }
  });

  it('rejects with the reason when it is aborted', async () => {
    const giveUp = new AbortController();
    const given = { ...surroundings(), signal: giveUp.signal };
    await assert.rejects(
      forecast(request(minutes(1)), given, () => giveUp.abort()),
      { name: 'AbortError' },
    );
  });
});
