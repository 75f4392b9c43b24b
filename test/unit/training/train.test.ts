import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { readModel } from '../../../src/model/modelFolder';
import { TrainingControls } from '../../../src/training/controls';
import { train } from '../../../src/training/train';
import { Workshop } from './workshop';

describe('train', () => {
  let workshop: Workshop;
  beforeEach(() => (workshop = new Workshop()));
  afterEach(() => workshop.dispose());

  it('learns more than how often each character comes, and keeps the model', async () => {
    const job = await workshop.prepare(400);
    const outcome = await train(job, new TrainingControls());
    assert.deepEqual(outcome, { kind: 'completed' });
    const { description } = await readModel(job.folder);
    const { best } = description;
    assert.ok(best !== null && best.natsPerCharacter < 2.2, `reached ${String(best?.natsPerCharacter)}`);
    const finished = workshop.told('finished');
    assert.equal(finished.length, 1);
    assert.equal(finished[0]!.natsPerCharacter, best.natsPerCharacter);
  });

  it('tells its events in order: started, evaluations with samples, finished', async () => {
    const job = await workshop.prepare(120);
    await train(job, new TrainingControls());
    const types = workshop.events.map(({ type }) => type);
    assert.equal(types[0], 'started');
    assert.equal(types.at(-1), 'finished');
    const evaluations = workshop.told('evaluation');
    assert.ok(evaluations.length >= 5);
    assert.equal(evaluations.at(-1)!.step, 120);
    const samples = workshop.told('sample');
    assert.equal(samples.length, 2 * evaluations.length);
    assert.equal(new Set(samples.map(({ prompt }) => prompt)).size, 1);
  });

  it('repeats bit for bit with the same seed, and not with another', async () => {
    const losses = async (seed: number) => {
      const place = new Workshop();
      try {
        await train(await place.prepare(60, { seed }), new TrainingControls());
        return place.told('evaluation').map(({ validation, train }) => [validation, train]);
      } finally {
        place.dispose();
      }
    };
    const first = await losses(3);
    assert.deepEqual(await losses(3), first);
    assert.notDeepEqual(await losses(4), first);
  });
});
