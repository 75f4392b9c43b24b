import { afterEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Engine } from '../../../../src/engine/engine';
import { loadWasmEngine } from '../../../../src/engine/wasm/wasm';
import { parameter } from '../../../../src/model/architecture';
import { readModel } from '../../../../src/model/modelFolder';
import { restAfter, threadsOf } from '../../../../src/training/loop/allowance';
import { type LoopControl, TrainingControls } from '../../../../src/training/loop/controls';
import type { Allowance } from '../../../../src/training/loop/effort';
import { train } from '../../../../src/training/loop/train';
import { advanceRun, type Run, waitsForMains } from '../../../../src/training/record/run';
import { referenceEngine } from '../referenceEngine';
import { TrainingFixture } from '../trainingFixture';
import { watchedEngine } from '../watchedEngine';

const quiet = (threads: number): Allowance => ({ effort: 'quiet', threads });
const full = (threads: number): Allowance => ({ effort: 'full', threads });

/** Said of every run that comes to its end or is stopped, once it has been scored. */
const finishing = 'Learning the unseen text too, now that the model has been scored on it.';

describe('what a training takes of the machine', () => {
  it('is all that is allowed, or half of that, and never nothing', () => {
    assert.equal(threadsOf(full(0), 8), 8);
    assert.equal(threadsOf(full(3), 8), 3);
    assert.equal(threadsOf(quiet(0), 8), 4);
    assert.equal(threadsOf(quiet(3), 8), 1);
    assert.equal(threadsOf(quiet(1), 8), 1);
  });

  it('is halved by rests where threads cannot be fewer', () => {
    assert.equal(restAfter(full(1), 1, 40), 0);
    assert.equal(restAfter(quiet(4), 2, 40), 0);
    assert.equal(restAfter(quiet(1), 1, 40), 40);
    assert.equal(restAfter(quiet(4), 4, 40), 40, 'an engine that kept its threads');
    assert.equal(restAfter(quiet(1), 1, 60_000), 1000);
  });
});

describe('a training', () => {
  let workshop: TrainingFixture;
  afterEach(() => workshop.dispose());

  /** Trains with the real engine, and is sent controls from the moments at which an evaluation is told. */
  const trained = async (threads: number, controls: readonly LoopControl[]) => {
    const engine = await loadWasmEngine({ kernelFolder: join(process.cwd(), 'dist'), threads });
    workshop = new TrainingFixture(() => engine);
    const steering = new TrainingControls();
    const left = [...controls];
    const { report, ...surroundings } = workshop.surroundings;
    const job = await workshop.prepare(60, {}, 'tale', {
      ...surroundings,
      allowance: full(threads),
      report: (event) => {
        report(event);
        if (event.type !== 'evaluation') return;
        const control = left.shift();
        if (control !== undefined) void steering.send(control);
      },
    });
    await train(job, steering);
    assert.equal(left.length, 0);
    const { parameters } = await readModel(job.folder);
    const losses = workshop.told('evaluation').map(({ step, train, validation }) => [step, train, validation]);
    const notes = workshop.told('note').map(({ message }) => message);
    return { losses, notes, weights: parameter(parameters, 'lstm.weight_hh_l0').data };
  };

  it('computes the same bits while its threads come and go', async () => {
    const plain = await trained(2, []);
    workshop.dispose();
    const changed = await trained(2, [
      { type: 'allow', allowance: quiet(2) },
      { type: 'allow', allowance: full(3) },
      { type: 'allow', allowance: full(1) },
      { type: 'allow', allowance: full(2) },
    ]);
    assert.deepEqual(changed.losses, plain.losses);
    assert.deepEqual(changed.weights, plain.weights);
    assert.deepEqual(changed.notes, [
      'Runs quietly: 1 thread.',
      'Runs at full speed: 3 threads.',
      'Runs at full speed: 1 thread.',
      'Runs at full speed: 2 threads.',
      finishing,
    ]);
  });

  it('rests where its engine has one thread anyway', async () => {
    const { notes } = await trained(1, [{ type: 'allow', allowance: quiet(1) }]);
    assert.deepEqual(notes, ['Runs quietly: it rests half of the time.', finishing]);
  });

  it('keeps its trainer where its engine has the threads that it has', async () => {
    const engine = referenceEngine();
    let made = 0;
    const createTrainer: Engine['createTrainer'] = (...birth) => {
      made++;
      return engine.createTrainer(...birth);
    };
    workshop = new TrainingFixture(() => ({ ...engine, threads: 4, createTrainer }));
    const controls = new TrainingControls();
    const ended = train(await workshop.prepare(100_000), controls);
    for (const threads of [4, 3, 2]) await controls.send({ type: 'allow', allowance: quiet(threads) });
    // The end may make another, to finish the best weights.
    const madeInTraining = made;
    await controls.send({ type: 'stop' });
    await ended;
    assert.equal(madeInTraining, 1);
  });

  /** What becomes of a training that is sent these one after the other. */
  const steered = async (...sequence: readonly LoopControl[]): Promise<{ run: Run; phases: readonly string[] }> => {
    const controls = new TrainingControls();
    workshop = new TrainingFixture(watchedEngine((_, result) => result));
    const ended = train(await workshop.prepare(100_000), controls);
    const phases: string[] = [];
    const now = () => workshop.events.reduce<Run | null>(advanceRun, null)!;
    for (const control of sequence) {
      await controls.send(control);
      phases.push(waitsForMains(now()) ? 'on battery' : now().phase);
    }
    await controls.send({ type: 'stop' });
    await ended;
    return { run: now(), phases };
  };
  const draining: LoopControl = { type: 'battery', isDraining: true };
  const mains: LoopControl = { type: 'battery', isDraining: false };

  it('pauses on battery and resumes on AC power', async () => {
    const { phases, run } = await steered(draining, mains, mains);
    assert.deepEqual(phases, ['on battery', 'training', 'training']);
    assert.deepEqual(
      run.notes.map(({ message }) => message),
      ['Paused: on battery.', 'Resumed: on AC power again.', finishing],
    );
  });

  it('that was paused by the user is not resumed by AC power', async () => {
    const { phases } = await steered({ type: 'pause' }, draining, mains);
    assert.deepEqual(phases, ['paused', 'paused', 'paused']);
  });

  it('that is resumed by the user while on battery goes on there', async () => {
    const { phases } = await steered(draining, { type: 'resume' }, mains);
    assert.deepEqual(phases, ['on battery', 'training', 'training']);
  });
});
