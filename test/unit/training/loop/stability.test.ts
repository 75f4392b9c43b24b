import { afterEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { readModel } from '../../../../src/model/modelFolder';
import { TrainingControls } from '../../../../src/training/loop/controls';
import { StabilityWatch } from '../../../../src/training/loop/stability';
import { train } from '../../../../src/training/loop/train';
import { TrainingFixture } from '../trainingFixture';
import { watchedEngine } from '../watchedEngine';

describe('a training that blows up', () => {
  let workshop: TrainingFixture;
  afterEach(() => workshop.dispose());

  it('goes back to where all was well with half the rate, says so, and comes to its end', async () => {
    workshop = new TrainingFixture(watchedEngine((call, result) => (call === 40 ? { ...result, loss: NaN } : result)));
    const job = await workshop.prepare(80);
    assert.deepEqual(await train(job, new TrainingControls()), { kind: 'completed' });
    const [note, ...others] = workshop.told('note');
    assert.deepEqual(
      others.map(({ kind }) => kind),
      ['finishing'],
    );
    assert.equal(note!.kind, 'rolled back');
    assert.match(note!.message, /blew up at step 39: went back to step \d+, with half the rate/);
    const twice = workshop.told('evaluation').filter(({ step }) => step > note!.step && step < 80);
    const plain = new TrainingFixture();
    await train(await plain.prepare(80), new TrainingControls());
    for (const { step, rate } of twice) {
      const before = plain.told('evaluation').find((evaluation) => evaluation.step === step)!;
      assert.ok(Math.abs(rate - before.rate / 2) < 1e-12);
    }
    assert.ok(twice.length > 0);
    plain.dispose();
  });

  it('is given up after three roll-backs, and its best model stays', async () => {
    workshop = new TrainingFixture(
      watchedEngine((call, result) => (call >= 40 ? { ...result, gradientNorm: Infinity } : result)),
    );
    const job = await workshop.prepare(80);
    const end = await train(job, new TrainingControls());
    assert.ok(end.kind === 'failed' && end.message.includes('lower learning rate'));
    assert.equal(workshop.told('note').length, 3);
    const { description } = await readModel(job.folder);
    assert.ok(description.best!.step > 0 && description.best!.step < 40);
    assert.deepEqual(workshop.told('finished')[0]!.outcome, end);
  });

  it('is told from one whose folder has gone: one sentence, no exception', async () => {
    workshop = new TrainingFixture(
      watchedEngine((call, result) => {
        if (call === 30) rmSync(workshop.modelsFolder, { recursive: true });
        return result;
      }),
    );
    const end = await train(await workshop.prepare(80), new TrainingControls());
    assert.ok(end.kind === 'failed' && end.message.includes('its folder has gone'), JSON.stringify(end));
    assert.deepEqual(workshop.told('finished')[0]!.outcome, end);
  });
});

describe('StabilityWatch', () => {
  const feed = (losses: readonly number[]) => {
    const watch = new StabilityWatch();
    return losses.findIndex((loss) => watch.hasDiverged({ loss, gradientNorm: 1 }));
  };

  it('notices a loss that triples and stays', () => {
    const at = feed([...Array<number>(100).fill(2), ...Array<number>(100).fill(9)]);
    assert.ok(at >= 100 && at < 150);
  });

  it('lets single hard pages pass, and losses below a nat', () => {
    assert.equal(feed(Array.from({ length: 300 }, (_, i) => (i % 20 === 0 ? 15 : 2))), -1);
    assert.equal(feed([...Array<number>(100).fill(0.2), ...Array<number>(100).fill(1.5)]), -1);
  });

  it('goes on from a saved state', () => {
    const watch = new StabilityWatch();
    for (let i = 0; i < 100; i++) watch.hasDiverged({ loss: 2, gradientNorm: 1 });
    const later = new StabilityWatch(JSON.parse(JSON.stringify(watch.state)) as typeof watch.state);
    for (let i = 0; i < 100; i++) {
      const result = { loss: 9, gradientNorm: 1 };
      assert.equal(later.hasDiverged(result), watch.hasDiverged(result));
    }
  });
});
