import { afterEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { loadWasmEngine } from '../../../../src/engine/wasm/wasm';
import { readModel } from '../../../../src/model/modelFolder';
import { type LoopControl, TrainingControls } from '../../../../src/training/loop/controls';
import { train } from '../../../../src/training/loop/train';
import { prepareContinuation } from '../../../../src/training/prepare/continuation';
import { prepareTraining } from '../../../../src/training/prepare/prepare';
import type { NoteEvent } from '../../../../src/training/record/events';
import { readSnapshot } from '../../../../src/training/record/progress';
import { readRun } from '../../../../src/training/record/record';
import { story } from '../story';
import { small, TrainingFixture } from '../trainingFixture';
import { watchedEngine } from '../watchedEngine';

describe('controls of a training', () => {
  let workshop: TrainingFixture;
  afterEach(() => workshop.dispose());

  /** A run of some steps that is sent a control after one of them. */
  const controlled = async (steps: number, at: number, control: LoopControl) => {
    const controls = new TrainingControls();
    let obeyed = false;
    workshop = new TrainingFixture(
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
    assert.equal(description.best!.step, 7);
    // One more, with the text that was held out until then.
    assert.equal(description.trained.steps, 8);
    assert.deepEqual(description.finishing, { steps: 1 });
    assert.equal(workshop.told('finished')[0]!.outcome.kind, 'stopped');
    assert.ok(obeyed());
  });

  it('stop before the first step leaves a model all the same', async () => {
    workshop = new TrainingFixture();
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
    workshop = new TrainingFixture();
    const first = await workshop.prepare(40);
    await train(first, new TrainingControls());
    const before = contents(first.folder);
    const controls = new TrainingControls();
    const job = await workshop.continue(first.folder, 1);
    const ended = train(job, controls);
    await delay(200);
    await controls.send({ type: 'discard' });
    assert.deepEqual(await ended, { kind: 'discarded', restored: true });
    assert.deepEqual(workshop.told('finished').at(-1)?.outcome, { kind: 'discarded', restored: true });
    assert.deepEqual(contents(first.folder), before);
  });

  it('pause: takes no step and counts no second until resumed; a stop works meanwhile', async () => {
    const controls = new TrainingControls();
    let calls = 0;
    let time = 0;
    workshop = new TrainingFixture(
      watchedEngine((call, result) => {
        calls = call;
        time += 100;
        if (call === 20) void controls.send({ type: 'pause' });
        return result;
      }),
    );
    const job = { ...(await workshop.prepare(10_000)), clock: () => time };
    const ended = train(job, controls);
    while (workshop.told('note').length === 0) await delay(5);
    await delay(300);
    assert.equal(calls, 20);
    assert.equal(workshop.told('note').at(-1)!.kind, 'paused');
    assert.equal((await readRun(job.folder))!.phase, 'paused', 'after a crash it is known that it was paused');
    time += 3_600_000;
    await controls.send({ type: 'resume' });
    assert.equal((await readRun(job.folder))!.phase, 'training');
    const steps = () => calls;
    while (steps() < 30) await delay(5);
    await controls.send({ type: 'pause' });
    const atPause = calls;
    await controls.send({ type: 'stop' });
    await ended;
    const { best, finishing } = (await readModel(job.folder)).description;
    assert.equal(best!.step, atPause);
    assert.equal(calls, atPause + finishing!.steps);
    const { seconds, step } = workshop.told('finished')[0]!;
    assert.ok(Math.abs(seconds - step / 10) < 0.5, `${seconds} s for ${step} steps of 0.1 s`);
    assert.deepEqual(
      workshop.told('note').map(({ kind }) => kind),
      ['paused', 'resumed', 'paused', 'finishing'],
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
    workshop = new TrainingFixture(
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

  describe('while the last score is found out', () => {
    const engineFor = async () => ({
      engine: await loadWasmEngine({ kernelFolder: join(process.cwd(), 'dist'), threads: 1 }),
      reason: 'It is quick.',
    });
    /**
     * A run whose held-out text is longer than what the evaluations on the way see, sent controls once its last part has come
     * to a note.
     */
    const scored = async (control?: LoopControl, others: Partial<Record<NoteEvent['kind'], LoopControl[]>> = {}) => {
      const controls = new TrainingControls();
      workshop = new TrainingFixture();
      const { report, ...surroundings } = workshop.surroundings;
      const recipe = { ...small, budget: { kind: 'steps', steps: 1200 } } as const;
      const job = await prepareTraining(workshop.newTraining(recipe, 'tale', story(60_000)), {
        ...surroundings,
        engineFor,
        report: (event) => {
          report(event);
          if (event.type !== 'note') return;
          if (control && event.kind === 'scoring') void controls.send(control);
          for (const other of others[event.kind]?.splice(0) ?? []) void controls.send(other);
        },
      });
      const end = await train(job, controls);
      const evaluated = workshop.told('evaluation').findLast(({ best }) => best)!;
      return { folder: job.folder, end, evaluated };
    };

    const goOn = async (folder: string) =>
      train(await prepareContinuation(folder, 0, { ...workshop.surroundings, engineFor }), new TrainingControls());

    it('says so, and scores more than on the way', async () => {
      const { folder, end, evaluated } = await scored();
      assert.equal(end.kind, 'completed');
      const { best } = (await readModel(folder)).description;
      assert.notEqual(best!.natsPerToken, evaluated.validation);
      assert.ok(Math.abs(best!.natsPerToken - evaluated.validation) < 0.2);
      assert.deepEqual(
        workshop.told('note').map(({ kind }) => kind),
        ['scoring', 'finishing'],
      );
      assert.equal(workshop.told('finished')[0]!.lstm, best!.natsPerCharacter);
    });

    it('stop: makes do with the score that is known', async () => {
      const { folder, end, evaluated } = await scored({ type: 'stop' });
      assert.equal(end.kind, 'stopped');
      assert.equal((await readModel(folder)).description.best!.natsPerToken, evaluated.validation);
    });

    it('pause: waits there; what a step takes changes with the next; what is about steps alone comes too late', async () => {
      const { end, folder } = await scored(
        { type: 'allow', allowance: { effort: 'quiet', threads: 1 } },
        {
          scoring: [{ type: 'pause' }, { type: 'extend', minutes: 5 }],
          paused: [
            { type: 'scale rate', factor: 2 },
            { type: 'battery', isDraining: true },
          ],
          'too late': [{ type: 'resume' }],
        },
      );
      assert.equal(end.kind, 'completed');
      assert.deepEqual(
        workshop.told('note').map(({ kind }) => kind),
        ['scoring', 'paused', 'too late', 'too late', 'resumed', 'finishing', 'effort changed'],
      );
      assert.equal((await readSnapshot(folder))!.progress.rateScale, 1);
    });

    for (const [kind, control] of [
      ['stopped', { type: 'stop' }],
      ['discarded', { type: 'discard' }],
      ['suspended', { type: 'suspend' }],
    ] as const) {
      it(`${control.type} ends a pause`, async () => {
        const { end } = await scored({ type: 'pause' }, { paused: [control] });
        assert.equal(end.kind, kind);
      });
    }

    it('discard: removes the model', async () => {
      const { folder, end } = await scored({ type: 'discard' });
      assert.deepEqual([end.kind, existsSync(folder)], ['discarded', false]);
    });

    it('suspend: leaves the scoring to the next session', async () => {
      const { folder, end, evaluated } = await scored({ type: 'suspend' });
      assert.equal(end.kind, 'suspended');
      assert.equal(workshop.told('finished').length, 0);
      assert.deepEqual(await goOn(folder), { kind: 'completed' });
      const { best, trained } = (await readModel(folder)).description;
      assert.equal(trained.steps, 1200);
      assert.notEqual(best!.natsPerToken, evaluated.validation);
    });
  });

  it('pause while the memory is fitted: waits there', async () => {
    const controls = new TrainingControls();
    workshop = new TrainingFixture();
    const { report, ...surroundings } = workshop.surroundings;
    const job = await workshop.prepare(60, {}, 'tale', {
      ...surroundings,
      report: (event) => {
        report(event);
        if (event.type === 'evaluation' && event.step === 54) void controls.send({ type: 'pause' });
        if (event.type === 'note' && event.kind === 'paused') void controls.send({ type: 'resume' });
      },
    });
    assert.deepEqual(await train(job, controls), { kind: 'completed' });
    assert.deepEqual(
      workshop.told('note').map(({ kind }) => kind),
      ['paused', 'resumed', 'finishing'],
    );
  });

  it('sent when the run is over are answered at once', async () => {
    workshop = new TrainingFixture();
    const controls = new TrainingControls();
    await train(await workshop.prepare(5), controls);
    await controls.send({ type: 'pause' });
  });
});

/** Every file of a folder by its name. */
function contents(folder: string): Record<string, string> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'base64')]));
}
