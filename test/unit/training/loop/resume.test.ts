import { afterEach, before, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { realDisk } from '../../../../src/model/disk';
import { duplicateModel, renameModel } from '../../../../src/model/modelChanges';
import { readDescription, readModel } from '../../../../src/model/modelFolder';
import { TrainingControls } from '../../../../src/training/loop/controls';
import { train } from '../../../../src/training/loop/train';
import { prepareContinuation } from '../../../../src/training/prepare/continuation';
import { prepareTraining } from '../../../../src/training/prepare/prepare';
import { readSnapshot } from '../../../../src/training/record/progress';
import { readRun } from '../../../../src/training/record/record';
import { result } from '../result';
import { story } from '../story';
import { small, TrainingFixture } from '../trainingFixture';
import { watchedEngine } from '../watchedEngine';

const steps = 60;

/** Has a model's folder say that it was trained on another text. */
function changeText(folder: string): void {
  const path = join(folder, 'corpus.json');
  const recipe = JSON.parse(readFileSync(path, 'utf8')) as {
    source: { documents: { text: string }[] };
    checksum?: string;
  };
  delete recipe.checksum;
  recipe.source.documents[0]!.text = `${story(5000, 9)} Ünseen ☃ letters.`;
  writeFileSync(path, JSON.stringify(recipe));
}

describe('an interrupted training', () => {
  let expected: Awaited<ReturnType<typeof result>>;
  let workshop: TrainingFixture;
  before(async () => {
    const whole = new TrainingFixture();
    const job = await whole.prepare(steps);
    await train(job, new TrainingControls());
    expected = await result(whole, job.folder);
    whole.dispose();
  });
  beforeEach(() => (workshop = new TrainingFixture()));
  afterEach(() => workshop.dispose());

  // From step 54 on it learns what has been held out until then.
  for (const at of [1, 13, 40, 54, 55, 59]) {
    it(`goes on bit for bit after it was suspended at step ${at}`, async () => {
      const controls = new TrainingControls();
      workshop = new TrainingFixture(
        watchedEngine((call, told) => {
          if (call === at) void controls.send({ type: 'suspend' });
          return told;
        }),
      );
      const { folder } = await (async () => {
        const job = await workshop.prepare(steps);
        assert.deepEqual(await train(job, controls), { kind: 'suspended' });
        return job;
      })();
      assert.equal(workshop.told('finished').length, 0);
      await train(await workshop.continue(folder), new TrainingControls());
      assert.deepEqual(await result(workshop, folder), expected);
      const opening = workshop.told('note').find(({ kind }) => kind === 'restarted')!;
      assert.match(opening.message, new RegExp(`step ${Math.min(at, 54)}, where it was interrupted`));
    });
  }

  it('goes on with the text that it had, though that has changed since', async () => {
    const controls = new TrainingControls();
    const cacheFolder = join(workshop.folder, 'cache');
    const stopping = watchedEngine((call, told) => {
      if (call === 20) void controls.send({ type: 'suspend' });
      return told;
    });
    workshop = new TrainingFixture(stopping);
    const request = workshop.newTraining({ ...small, budget: { kind: 'steps', steps } });
    const { folder } = await (async () => {
      const job = await prepareTraining(request, { ...workshop.surroundings, cacheFolder });
      await train(job, controls);
      return job;
    })();
    changeText(folder);
    const job = await prepareContinuation(folder, 0, { ...workshop.surroundings, cacheFolder });
    await train(job, new TrainingControls());
    assert.deepEqual(await result(workshop, folder), expected);
  });

  it('goes on bit for bit from its newest checkpoint after its process died', async () => {
    let time = 0;
    const dying = new TrainingFixture(
      watchedEngine((call, told) => {
        time += 1000;
        if (call === 45) throw new Error('power loss');
        return told;
      }),
    );
    const job = await dying.prepare(steps);
    await assert.rejects(train({ ...job, clock: () => time }, new TrainingControls()), /power loss/);
    await train(await workshop.continue(job.folder), new TrainingControls());
    assert.match(workshop.told('note')[0]!.message, /Resumed at step 2\d,/);
    assert.deepEqual(await result(workshop, job.folder), expected);
    dying.dispose();
  });

  it('starts over where it broke off before its first checkpoint', async () => {
    const [create, first] = [realDisk.create, await workshop.prepare(steps)];
    realDisk.create = () => Promise.reject(Object.assign(new Error('no space left'), { code: 'ENOSPC' }));
    try {
      const end = await train(first, new TrainingControls());
      assert.ok(end.kind === 'failed' && end.message.includes('disk is full'), JSON.stringify(end));
    } finally {
      realDisk.create = create;
    }
    await train(await workshop.continue(first.folder), new TrainingControls());
    assert.deepEqual(await result(workshop, first.folder), expected);
  });

  it('goes on after one whose disk got full on the way, its best untouched', async () => {
    const create = realDisk.create;
    let time = 0;
    const filling = new TrainingFixture(
      watchedEngine((call, told) => {
        time += 1000;
        if (call === 45) realDisk.create = () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }));
        return told;
      }),
    );
    try {
      const job = await filling.prepare(steps);
      const end = await train({ ...job, clock: () => time }, new TrainingControls());
      assert.ok(end.kind === 'failed' && end.message.includes('disk is full'), JSON.stringify(end));
      assert.deepEqual(filling.told('finished').at(-1)!.outcome, end);
      const { description } = await readModel(job.folder);
      const best = filling.told('evaluation').findLast((told) => told.best && told.step < 45)!;
      assert.equal(description.best!.step, best.step);
      assert.equal(description.best!.natsPerToken, best.validation);
      realDisk.create = create;
      await train(await workshop.continue(job.folder), new TrainingControls());
      assert.deepEqual(await result(workshop, job.folder), expected);
    } finally {
      realDisk.create = create;
      filling.dispose();
    }
  });

  it('is judged by its new losses only, once its text has changed', async () => {
    const quiet = new TrainingFixture(watchedEngine((_, told) => ({ ...told, loss: 0.5 })));
    const first = await quiet.prepare(steps);
    await train(first, new TrainingControls());
    changeText(first.folder);
    let time = 0;
    workshop = new TrainingFixture(
      watchedEngine((_, told) => {
        time += 100;
        return { ...told, loss: 3.5 };
      }),
    );
    const job = await workshop.continue(first.folder, 0.1);
    const end = await train({ ...job, clock: () => time }, new TrainingControls());
    assert.ok(end.kind === 'completed' || end.kind === 'early stop', JSON.stringify(end));
    assert.deepEqual(
      workshop.told('note').map(({ kind }) => kind),
      ['restarted', 'finishing'],
    );
    quiet.dispose();
  });

  it('can be trained further once it has come to its end', async () => {
    const first = await workshop.prepare(steps);
    await train(first, new TrainingControls());
    const before = (await readDescription(first.folder)).best!;
    let time = 0;
    const further = new TrainingFixture(
      watchedEngine((_, told) => {
        time += 1;
        return told;
      }),
    );
    const job = await further.continue(first.folder, 0.01);
    await train({ ...job, clock: () => time }, new TrainingControls());
    const description = await readDescription(first.folder);
    assert.ok(description.trained.steps > steps);
    assert.ok(description.best!.natsPerCharacter < before.natsPerCharacter);
    assert.equal((await readRun(first.folder))!.phase, 'finished');
    assert.ok((await readRun(first.folder))!.evaluations.length > expected.evaluations.length);
    further.dispose();
  });

  it('goes on for the minutes asked for, wherever it is, and without any to the end of its budget', async () => {
    for (const ending of ['stop', 'suspend'] as const) {
      const controls = new TrainingControls();
      const first = await workshop.prepare(steps, { budget: { kind: 'minutes', minutes: 50 } }, `minutes ${ending}`);
      void controls.send({ type: ending });
      await train(first, controls);
      const { seconds } = (await readSnapshot(first.folder))!.progress;
      const forMinutes = await workshop.continue(first.folder, 0.25);
      assert.deepEqual(forMinutes.start.progress.hyperparameters.budget, {
        kind: 'minutes',
        minutes: seconds / 60 + 0.25,
      });
      forMinutes.corpus.dispose();
      await forMinutes.lock.release();
      const toTheEnd = await workshop.continue(first.folder);
      assert.deepEqual(toTheEnd.start.progress.hyperparameters.budget, { kind: 'minutes', minutes: 50 });
      toTheEnd.corpus.dispose();
      await toTheEnd.lock.release();
    }
  });

  it('says which file has gone that it was trained on, and trains nothing', async () => {
    const text = join(workshop.folder, 'tale.txt');
    writeFileSync(text, story(6000));
    const source = {
      paths: [text],
      root: workshop.folder,
      documents: [],
      filters: { include: [], exclude: [], respectGitignore: true, maximumFileSize: 1e6 },
    };
    const request = workshop.newTraining({ ...small, budget: { kind: 'steps', steps: 5 } }, 'of a file');
    const first = await prepareTraining({ ...request, source }, workshop.surroundings);
    await train(first, new TrainingControls());
    rmSync(text);
    const before = readFileSync(join(first.folder, 'model.json'), 'utf8');
    await assert.rejects(workshop.continue(first.folder, 1), {
      name: 'CorpusError',
      message: 'There is no tale.txt, which this model was trained on: put it back, or train a new model.',
    });
    assert.equal(readFileSync(join(first.folder, 'model.json'), 'utf8'), before);
    await assert.rejects(prepareTraining({ ...request, source }, workshop.surroundings), {
      name: 'CorpusError',
      message: 'There is no tale.txt.',
    });
  });

  it('keeps its whole curve when the model was renamed in between, and so does a copy of it', async () => {
    const first = await workshop.prepare(steps);
    await train(first, new TrainingControls());
    const renamed = await renameModel(first.folder, 'another name');
    const copy = await duplicateModel(renamed.folder);
    for (const { folder, description } of [renamed, copy]) {
      const { started } = (await readRun(folder))!;
      assert.deepEqual({ folder: started.folder, name: started.name }, { folder, name: description.name });
      await train(await workshop.continue(folder, 0.002), new TrainingControls());
      const run = (await readRun(folder))!;
      assert.equal(run.evaluations[0]!.step, expected.evaluations[0]![0], 'the curve begins where it began');
      assert.equal((await readModel(folder)).description.name, description.name);
    }
  });

  it('keeps its vocabulary where the text has changed, and says so', async () => {
    const first = await workshop.prepare(steps);
    await train(first, new TrainingControls());
    changeText(first.folder);
    await train(await workshop.continue(first.folder, 0.002), new TrainingControls());
    const { message } = workshop.told('note').find(({ kind }) => kind === 'restarted')!;
    assert.match(message, /Since then, .* \(1 changed\); the model keeps its vocabulary/);
    const { description } = await readModel(first.folder);
    assert.deepEqual(description.tokenizer, first.description.tokenizer);
    assert.notEqual(description.corpus.fingerprint, first.description.corpus.fingerprint);
  });
});
