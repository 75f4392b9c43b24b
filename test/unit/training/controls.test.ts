import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, it } from 'mocha';
import { readModel } from '../../../src/model/modelFolder';
import { type LoopControl, TrainingControls } from '../../../src/training/controls';
import { readRun } from '../../../src/training/record';
import { train } from '../../../src/training/train';
import { watchedEngine } from './watchedEngine';
import { Workshop } from './workshop';

describe('controls of a training', () => {
  let workshop: Workshop;
  afterEach(() => workshop.dispose());

  /** A run of some steps that is sent a control after one of them. */
  const controlled = async (steps: number, at: number, control: LoopControl) => {
    const controls = new TrainingControls();
    let obeyed = false;
    workshop = new Workshop(
      watchedEngine((call, result) => {
        if (call === at) void controls.send(control).then(() => (obeyed = true));
        return result;
      }),
    );
    const job = await workshop.prepare(steps);
    return { job, end: await train(job, controls), obeyed: () => obeyed };
  };

  it('stop: ends at once, evaluates what there is and keeps it', async () => {
    const { job, end, obeyed } = await controlled(10_000, 7, { type: 'stop' });
    assert.deepEqual(end, { kind: 'stopped' });
    const { description } = await readModel(job.folder);
    assert.equal(description.trained.steps, 7);
    assert.equal(description.best!.step, 7);
    assert.equal(workshop.told('finished')[0]!.outcome.kind, 'stopped');
    assert.ok(obeyed());
  });

  it('stop before the first step leaves a model all the same', async () => {
    workshop = new Workshop();
    const job = await workshop.prepare(50);
    const controls = new TrainingControls();
    void controls.send({ type: 'stop' });
    await train(job, controls);
    assert.equal((await readModel(job.folder)).description.trained.steps, 0);
  });

  it('discard: removes a new model', async () => {
    const { job, end } = await controlled(10_000, 7, { type: 'discard' });
    assert.deepEqual(end, { kind: 'discarded' });
    assert.equal(existsSync(job.folder), false);
  });

  it('discard of a continuation: gives back the model as it was, to the byte', async () => {
    workshop = new Workshop();
    const first = await workshop.prepare(40);
    await train(first, new TrainingControls());
    const before = contents(first.folder);
    const controls = new TrainingControls();
    const job = await workshop.continue(first.folder, 1);
    const ended = train(job, controls);
    await delay(200);
    await controls.send({ type: 'discard' });
    assert.deepEqual(await ended, { kind: 'discarded' });
    assert.deepEqual(contents(first.folder), before);
  });

  it('pause: takes no step and counts no second until resumed; a stop works meanwhile', async () => {
    const controls = new TrainingControls();
    let calls = 0;
    let time = 0;
    workshop = new Workshop(
      watchedEngine((call, result) => {
        calls = call;
        time += 100;
        if (call === 20) void controls.send({ type: 'pause' });
        return result;
      }),
    );
    const job = { ...(await workshop.prepare(10_000)), clock: () => time };
    const ended = train(job, controls);
    await delay(300);
    assert.equal(calls, 20);
    assert.equal((await readRun(job.folder))!.phase, 'training', 'the checkpoint is from before the note');
    assert.equal(workshop.told('note').at(-1)!.kind, 'paused');
    time += 3_600_000;
    await controls.send({ type: 'resume' });
    const steps = () => calls;
    while (steps() < 30) await delay(5);
    await controls.send({ type: 'pause' });
    const atPause = calls;
    await controls.send({ type: 'stop' });
    await ended;
    assert.equal(calls, atPause);
    const { seconds, step } = workshop.told('finished')[0]!;
    assert.ok(Math.abs(seconds - step / 10) < 0.5, `${seconds} s for ${step} steps of 0.1 s`);
    assert.deepEqual(
      workshop.told('note').map(({ kind }) => kind),
      ['paused', 'resumed', 'paused'],
    );
  });

  it('scale rate: changes the rate from then on', async () => {
    await controlled(200, 20, { type: 'scale rate', factor: 0.1 });
    const rates = workshop.told('evaluation').map(({ step, rate }) => ({ step, rate }));
    const [before, after] = [rates.findLast(({ step }) => step < 20)!, rates.find(({ step }) => step > 20)!];
    assert.ok(after.rate < before.rate / 5);
    assert.match(workshop.told('note')[0]!.message, /0\.1 times/);
  });

  it('extend: trains longer', async () => {
    let time = 0;
    const controls = new TrainingControls();
    workshop = new Workshop(
      watchedEngine((call, result) => {
        time += 1000;
        if (call === 5) void controls.send({ type: 'extend', minutes: 0.5 });
        return result;
      }),
    );
    const job = await workshop.prepare(0, { budget: { kind: 'minutes', minutes: 0.5 } });
    assert.deepEqual(await train({ ...job, clock: () => time }, controls), { kind: 'completed' });
    const { step, seconds } = workshop.told('finished')[0]!;
    assert.equal(step, 60);
    assert.equal(seconds, 60);
  });

  it('are settled when the run is over', async () => {
    workshop = new Workshop();
    const controls = new TrainingControls();
    await train(await workshop.prepare(5), controls);
    await controls.send({ type: 'pause' });
  });
});

/** Every file of a folder by its name. */
function contents(folder: string): Record<string, string> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'base64')]));
}
