import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Engine } from '../../../src/engine/engine';
import { readModel } from '../../../src/model/modelFolder';
import { TrainingControls } from '../../../src/training/controls';
import { lockRun } from '../../../src/training/runLock';
import { train } from '../../../src/training/train';
import { story } from './story';
import { watchedEngine } from './watchedEngine';
import { Workshop } from './workshop';

describe('train', () => {
  let workshop: Workshop;
  beforeEach(() => (workshop = new Workshop()));
  afterEach(() => workshop.dispose());

  it('learns more than how often each character comes, and keeps the model', async () => {
    const job = await workshop.prepare(200);
    const outcome = await train(job, new TrainingControls());
    assert.deepEqual(outcome, { kind: 'completed' });
    const { description } = await readModel(job.folder);
    const { best } = description;
    const orderZero = entropy(story(6000));
    assert.ok(
      best !== null && best.natsPerCharacter < 0.95 * orderZero,
      `${String(best?.natsPerCharacter)}, ${orderZero}`,
    );
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

  it('frees the folder and whoever waits for it, even if its engine fails and cannot be ended', async () => {
    workshop.dispose();
    let disposed = 0;
    const broken = watchedEngine(() => {
      throw new Error('A thread has failed.');
    });
    const failing = (): Engine => {
      const engine = broken();
      const dispose = (): void => {
        disposed++;
        throw new Error('It cannot be ended.');
      };
      return {
        ...engine,
        dispose,
        createTrainer: (...birth) => Object.assign(engine.createTrainer(...birth), { dispose }),
      };
    };
    workshop = new Workshop(failing);
    const job = await workshop.prepare(5);
    const controls = new TrainingControls();
    await assert.rejects(train(job, controls), /cannot be ended|has failed/);
    assert.equal(disposed, 2, 'the trainer and the engine');
    assert.equal(workshop.told('finished')[0]?.outcome.kind, 'failed');
    await controls.send({ type: 'stop' });
    await (await lockRun(job.folder)).release();
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

/** Nats per character of a model that knows how often each character comes in a text, and nothing else. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log(count / text.length), 0);
}
