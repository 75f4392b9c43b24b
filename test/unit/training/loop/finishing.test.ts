import { afterEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadWasmEngine } from '../../../../src/engine/wasm/wasm';
import { freshState } from '../../../../src/engine/trainerState';
import type { Parameters } from '../../../../src/model/architecture';
import { modelCard } from '../../../../src/model/modelCard';
import { readDescription, readModel } from '../../../../src/model/modelFolder';
import { type LoopControl, TrainingControls } from '../../../../src/training/loop/controls';
import { train } from '../../../../src/training/loop/train';
import { prepareContinuation } from '../../../../src/training/prepare/continuation';
import { prepareTraining } from '../../../../src/training/prepare/prepare';
import type { TrainingJob } from '../../../../src/training/prepare/trainingJob';
import { readSnapshot } from '../../../../src/training/record/progress';
import { isFinished, isFinishing, type Run } from '../../../../src/training/record/run';
import { readRun } from '../../../../src/training/record/record';
import { scoreText } from '../../../../src/training/validation/evaluation';
import { prose } from '../../corpus/sources';
import { hardeningEngine } from '../hardeningEngine';
import { small, TrainingFixture } from '../trainingFixture';
import { watchedEngine } from '../watchedEngine';

const wasm = () => loadWasmEngine({ kernelFolder: join(process.cwd(), 'dist'), threads: 1 });
const engineFor = async () => ({ engine: await wasm(), reason: 'It is quick.' });

describe('finishing a run', () => {
  let workshop: TrainingFixture;
  afterEach(() => workshop.dispose());

  const prepare = (steps: number, text: string): Promise<TrainingJob> => {
    const request = { ...small, hiddenSize: 48, embeddingSize: 16, batchSize: 8, peakLearningRate: 0.02 } as const;
    const training = workshop.newTraining({ ...request, budget: { kind: 'steps', steps } }, 'tale', text);
    return prepareTraining(training, { ...workshop.surroundings, engineFor });
  };

  /** Nats per token of weights on the two parts of a corpus, by a trainer of the real engine. */
  const lossesOf = async ({ corpus, description }: TrainingJob, ...models: Parameters[]) => {
    const engine = await wasm();
    const { architecture } = description;
    const dropout = { embedding: 0, hidden: 0, seed: 0 };
    const losses = [];
    for (const parameters of models) {
      const trainer = engine.createTrainer(architecture, freshState(architecture, parameters, 8), {
        length: 8,
        streams: 8,
        dropout,
      });
      losses.push({
        heldOut: await scoreText(trainer, 'current', corpus.validation, 8),
        training: await scoreText(trainer, 'current', corpus.training, 8),
      });
      trainer.dispose();
    }
    engine.dispose();
    return losses;
  };

  /** A text whose held-out block, of 2,000 characters, has a part that says the same words in an order of its own. */
  const secretive = (): string => {
    const plain = prose(20_000).replaceAll('\n', ' ');
    const secret = 'the whale calls deep night of salt wind and ship '.repeat(20).slice(0, 700);
    return plain.slice(0, 9000) + secret + plain.slice(9700);
  };

  it('learns the held-out text, forgets nothing, and says so; the score is from before', async () => {
    workshop = new TrainingFixture();
    const job = await prepare(600, secretive());
    assert.deepEqual(await train(job, new TrainingControls()), { kind: 'completed' });
    const { parameters, description } = await readModel(job.folder);
    const { scored, progress } = (await readSnapshot(job.folder))!;
    const [before, after] = await lossesOf(job, scored!, parameters);
    assert.ok(after!.heldOut < before!.heldOut - 0.01, `${after!.heldOut} and ${before!.heldOut}`);
    assert.ok(after!.training < before!.training * 1.02, `${after!.training} and ${before!.training}`);
    assert.ok(Math.abs(description.best!.natsPerToken - before!.heldOut) < 0.05);
    assert.equal(workshop.told('finished')[0]!.lstm, description.best!.natsPerCharacter);
    assert.deepEqual([description.finishing, description.trained.steps, progress.step], [{ steps: 60 }, 600, 540]);
    assert.match(modelCard(description), /It has learned the unseen text too; the score is from before\./);
    const run = (await readRun(job.folder))!;
    assert.deepEqual([isFinished(run), isFinishing(run), run.phase], [true, false, 'finished']);
    assert.equal(isFinishing({ ...run, phase: 'training' } satisfies Run), true);
  });

  it('leaves the checkpoint as it was before: training on starts from weights that never saw what scores them', async () => {
    workshop = new TrainingFixture();
    const job = await prepare(600, secretive());
    await train(job, new TrainingControls());
    const first = (await readModel(job.folder)).description;
    const { scored } = (await readSnapshot(job.folder))!;
    const further = await prepareContinuation(job.folder, 0.002, { ...workshop.surroundings, engineFor });
    assert.deepEqual(further.start.scored, scored);
    assert.equal(further.start.progress.step, 540);
    const [start] = await lossesOf(job, further.start.state.parameters);
    assert.ok(start!.heldOut > first.best!.natsPerToken - 0.1);
    const controls = new TrainingControls();
    await train(further, controls);
    const second = (await readModel(job.folder)).description;
    // A secret that was learned would cost next to nothing.
    assert.ok(second.best!.natsPerToken > first.best!.natsPerToken - 0.15, `${second.best!.natsPerToken}`);
    assert.ok(second.finishing !== undefined);
    assert.ok((await readSnapshot(job.folder))!.scored !== undefined);
  });

  for (const [end, engine] of [
    ['completed', undefined],
    ['early stop', hardeningEngine],
  ] as const) {
    it(`comes out bit for bit the same where it is done again, after the end "${end}"`, async () => {
      workshop = new TrainingFixture(engine);
      const job = await workshop.prepare(400);
      const outcome = await train(job, new TrainingControls());
      assert.deepEqual(outcome, { kind: end });
      const before = await readModel(job.folder);
      assert.equal(before.description.finishing !== undefined, end === 'completed', 'the other is done no good by it');
      assert.deepEqual(await train(await workshop.continue(job.folder), new TrainingControls()), outcome);
      const { parameters, description } = await readModel(job.folder);
      assert.deepEqual(parameters, before.parameters);
      assert.deepEqual(
        [description.trained.steps, description.finishing],
        [before.description.trained.steps, before.description.finishing],
      );
    });
  }

  it('says of a model whose weights from before did not come with it that its scores flatter it', async () => {
    workshop = new TrainingFixture();
    const job = await workshop.prepare(60);
    await train(job, new TrainingControls());
    rmSync(join(job.folder, 'training.safetensors'));
    await train(await workshop.continue(job.folder, 0.002), new TrainingControls());
    assert.match(
      workshop.told('note').findLast(({ kind }) => kind === 'restarted')!.message,
      /learned its unseen text before/,
    );
  });

  /** A run of 60 steps that is sent controls after steps that it takes after its last score, the 54th. */
  const controlled = async (...sent: readonly (readonly [call: number, control: LoopControl])[]) => {
    const controls = new TrainingControls();
    let calls = 0;
    workshop = new TrainingFixture(
      watchedEngine((call, told) => {
        calls = call;
        for (const [at, control] of sent) if (at === call) void controls.send(control);
        return told;
      }),
    );
    const job = await workshop.prepare(60);
    const end = await train(job, controls);
    return { job, end, calls: () => calls };
  };

  it('stop: brings it to its end; the model has learned what there was time for', async () => {
    const { job, end } = await controlled([56, { type: 'stop' }]);
    assert.deepEqual(end, { kind: 'stopped' });
    const { finishing, best } = await readDescription(job.folder);
    assert.ok(finishing!.steps >= 3);
    assert.equal(best!.step, 54);
    assert.equal((await readSnapshot(job.folder))!.progress.standing, 'stopped');
  });

  it('stop twice: ends at once, with the model as it was scored, and says so', async () => {
    const { job, end, calls } = await controlled([56, { type: 'stop' }], [57, { type: 'stop' }]);
    assert.deepEqual(end, { kind: 'stopped' });
    assert.equal(calls(), 57);
    const { description, parameters } = await readModel(job.folder);
    assert.equal(description.finishing, undefined);
    assert.equal(description.trained.steps, 54);
    const { state, scored } = (await readSnapshot(job.folder))!;
    assert.equal(scored, undefined);
    assert.deepEqual(parameters, description.best!.weights === 'averaged' ? state.averaged : state.parameters);
    assert.equal(workshop.told('note').at(-1)!.message, 'The unseen text has not been learned: it was ended at once.');
  });

  it('discard: removes the model', async () => {
    const { job, end } = await controlled([56, { type: 'discard' }]);
    assert.deepEqual([end.kind, existsSync(job.folder)], ['discarded', false]);
  });

  it('pause: waits, and goes on; more time comes too late', async () => {
    const controls = new TrainingControls();
    let calls = 0;
    workshop = new TrainingFixture(
      watchedEngine((call, told) => {
        calls = call;
        if (call === 56) void controls.send({ type: 'pause' });
        return told;
      }),
    );
    const job = await workshop.prepare(60);
    const ended = train(job, controls);
    while (!workshop.told('note').some(({ kind }) => kind === 'paused')) await new Promise((go) => setImmediate(go));
    await controls.send({ type: 'extend', minutes: 1 });
    assert.equal(calls, 56);
    await controls.send({ type: 'resume' });
    assert.deepEqual(await ended, { kind: 'completed' });
    assert.equal(calls, 60);
    assert.deepEqual(
      workshop.told('note').map(({ kind }) => kind),
      ['finishing', 'paused', 'too late', 'resumed'],
    );
  });

  it('keeps the weights from before where it blows up', async () => {
    workshop = new TrainingFixture(watchedEngine((call, told) => (call === 57 ? { ...told, loss: NaN } : told)));
    const job = await workshop.prepare(60);
    assert.deepEqual(await train(job, new TrainingControls()), { kind: 'completed' });
    const { description } = await readModel(job.folder);
    assert.deepEqual([description.finishing, description.trained.steps], [undefined, 54]);
    assert.match(workshop.told('note').at(-1)!.message, /has not been learned: that did the model no good/);
  });

  it('starts from the best weights where those are not the newest', async () => {
    let isLate = false;
    workshop = new TrainingFixture(() => {
      const engine = watchedEngine((call, told) => {
        isLate = call > 30;
        return told;
      })();
      return {
        ...engine,
        createTrainer: (...made) => {
          const trainer = engine.createTrainer(...made);
          const evaluate = trainer.evaluate.bind(trainer);
          let isOwn = false;
          const step = made[1].step;
          trainer.evaluate = (batch, weights, losses) => {
            evaluate(batch, weights, losses);
            isOwn = step === 0;
            if (isLate && isOwn) losses.forEach((loss, at) => (losses[at] = loss + 5));
          };
          return trainer;
        },
      };
    });
    const job = await workshop.prepare(60, {}, 'overfit', workshop.surroundings);
    await train(job, new TrainingControls());
    const { description, parameters } = await readModel(job.folder);
    const { scored, state } = (await readSnapshot(job.folder))!;
    assert.ok(description.best!.step <= 30);
    assert.notDeepEqual(scored, state.parameters);
    assert.notDeepEqual(parameters, scored);
    assert.ok(distance(parameters, scored!) < distance(parameters, state.parameters));
  });

  it('is done without where there is no time for a step of it', async () => {
    workshop = new TrainingFixture();
    const job = await workshop.prepare(4);
    await train(job, new TrainingControls());
    assert.equal((await readDescription(job.folder)).finishing, undefined);
    assert.deepEqual(workshop.told('note'), []);
  });
});

/** Root of the summed squares of what weights differ by. */
function distance(one: Parameters, other: Parameters): number {
  let sum = 0;
  for (const [name, { data }] of one)
    data.forEach((value, i) => (sum += (value - (other.get(name)?.data[i] ?? 0)) ** 2));
  return Math.sqrt(sum);
}
