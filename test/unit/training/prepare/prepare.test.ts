import { afterEach, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CorpusError, type CorpusProgress } from '../../../../src/corpus/corpus';
import { readDescription } from '../../../../src/model/modelFolder';
import { TrainingControls } from '../../../../src/training/loop/controls';
import { train } from '../../../../src/training/loop/train';
import { prepareContinuation } from '../../../../src/training/prepare/continuation';
import { prepareTraining } from '../../../../src/training/prepare/prepare';
import type { Surroundings } from '../../../../src/training/prepare/surroundings';
import { referenceEngine } from '../referenceEngine';
import { small, TrainingFixture } from '../trainingFixture';

describe('prepareTraining', () => {
  let workshop: TrainingFixture;
  beforeEach(() => (workshop = new TrainingFixture()));
  afterEach(() => workshop.dispose());
  const recipe = { ...small, budget: { kind: 'steps', steps: 5 } } as const;

  it('leaves nothing behind when it is given up, and frees what it has loaded', async () => {
    const giveUp = new AbortController();
    let disposed = 0;
    const surroundings: Surroundings = {
      ...workshop.surroundings,
      signal: giveUp.signal,
      engineFor: () => {
        giveUp.abort();
        return Promise.resolve({ engine: { ...referenceEngine(), dispose: () => disposed++ }, reason: '' });
      },
    };
    await assert.rejects(prepareTraining(workshop.newTraining(recipe), surroundings), { name: 'AbortError' });
    assert.equal(disposed, 1);
    assert.equal(existsSync(workshop.modelsFolder), false);
    assert.equal(workshop.events.length, 0);
  });

  it('gives two models of one name a folder each', async () => {
    const folders = [await workshop.prepare(5), await workshop.prepare(5)].map(({ folder }) => basename(folder));
    assert.deepEqual(folders, ['tale', 'tale 2']);
  });

  it('refuses a text that is too short before it makes anything', async () => {
    const request = workshop.newTraining(recipe, 'tale', 'A short one.');
    await assert.rejects(prepareTraining(request, workshop.surroundings), CorpusError);
    assert.equal(existsSync(workshop.modelsFolder), false);
  });

  it('plans a model for the time, by the speed that the engine shows', async () => {
    const job = await workshop.prepare(0, { budget: { kind: 'minutes', minutes: 0.01 } });
    const { architecture, budget } = job.start.progress.hyperparameters;
    assert.equal(architecture.hiddenSize, small.hiddenSize);
    assert.deepEqual(budget, { kind: 'minutes', minutes: 0.01 });
    assert.deepEqual(await train(job, new TrainingControls()), { kind: 'completed' });
    const { trained } = await readDescription(job.folder);
    assert.ok(trained.seconds >= 0.6);
  });

  it('tokenises a text once: the second preparation takes it from the cache', async () => {
    const cacheFolder = join(workshop.folder, 'cache');
    const phases: string[] = [];
    const surroundings = {
      ...workshop.surroundings,
      cacheFolder,
      onCorpusProgress: ({ phase }: CorpusProgress) => phases.push(phase),
    };
    const first = await prepareTraining(workshop.newTraining(recipe), surroundings);
    assert.ok(phases.includes('tokenising'));
    phases.splice(0);
    const second = await prepareTraining(workshop.newTraining(recipe), surroundings);
    assert.ok(phases.length > 0 && !phases.includes('tokenising'), phases.join());
    assert.equal(second.corpus.training.length, first.corpus.training.length);
    assert.deepEqual(second.description.corpus, first.description.corpus);
    for (const job of [first, second]) await train(job, new TrainingControls());
    phases.splice(0);
    await prepareContinuation(second.folder, 1, surroundings);
    assert.ok(!phases.includes('tokenising'), phases.join());
  });

  it('leaves no folder and no lock behind where the recipe of its corpus can not be saved', async () => {
    const request = workshop.newTraining(recipe);
    const unsayable = { ...request.source, documents: request.source.documents.map((text) => ({ ...text, size: 1n })) };
    await assert.rejects(prepareTraining({ ...request, source: unsayable }, workshop.surroundings), /BigInt/);
    assert.deepEqual(readdirSync(workshop.modelsFolder), []);
  });

  it('keeps the corpus recipe beside the checkpoint, and no path of this machine in model.json', async () => {
    const job = await workshop.prepare(5);
    await train(job, new TrainingControls());
    assert.deepEqual(readdirSync(job.folder).sort(), [
      'README.md',
      'corpus.json',
      'memory.bin',
      'metrics.jsonl',
      'model.json',
      'model.safetensors',
      'run.json',
      'samples.jsonl',
      'training.safetensors',
    ]);
    assert.ok(!JSON.stringify(await readDescription(job.folder)).includes(workshop.folder));
  });
});
