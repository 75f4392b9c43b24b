import { afterEach, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, renameSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Engine, EngineUnavailableError, type Trainer } from '../../../../src/engine/engine';
import { readCheckpoint } from '../../../../src/model/checkpoint';
import { LineLog, readJsonLines } from '../../../../src/model/jsonLines';
import { modelFiles, readModel } from '../../../../src/model/modelFolder';
import { StorageError } from '../../../../src/model/disk';
import { TrainingControls } from '../../../../src/training/loop/controls';
import { train } from '../../../../src/training/loop/train';
import { lockFile } from '../../../../src/model/modelFiles';
import { isBeingTrained } from '../../../../src/training/record/lockOwner';
import { lockRun } from '../../../../src/training/record/runLock';
import { picture } from '../../model/picture';
import { referenceEngine } from '../referenceEngine';
import { story } from '../story';
import { hardeningEngine } from '../hardeningEngine';
import { TrainingFixture } from '../trainingFixture';
import { watchedEngine } from '../watchedEngine';

describe('a training run', () => {
  let workshop: TrainingFixture;
  beforeEach(() => (workshop = new TrainingFixture()));
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
    assert.equal(finished[0]!.lstm, best.natsPerCharacter);
  });

  it('tells its events in order: started, evaluations with samples, finished', async () => {
    const job = await workshop.prepare(120);
    await train(job, new TrainingControls());
    const types = workshop.events.map(({ type }) => type);
    assert.equal(types[0], 'started');
    assert.equal(types.at(-1), 'finished');
    const evaluations = workshop.told('evaluation');
    assert.ok(evaluations.length >= 5);
    // The last tenth goes into what is learned after the last score.
    assert.equal(evaluations.at(-1)!.step, 108);
    assert.equal(workshop.told('finished')[0]!.step, 120);
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
    workshop = new TrainingFixture(failing);
    const job = await workshop.prepare(5);
    const controls = new TrainingControls();
    await assert.rejects(train(job, controls), /cannot be ended|has failed/);
    assert.equal(disposed, 2, 'the trainer and the engine');
    assert.equal(workshop.told('finished')[0]?.outcome.kind, 'failed');
    await controls.send({ type: 'stop' });
    await (await lockRun(job.folder)).release();
  });

  for (const how of ['end', 'discard', 'suspend'] as const) {
    it(`saves nothing more once another process has taken it over, and says so, whether it is to ${how} or not`, async () => {
      const controls = new TrainingControls();
      // Steps that were taken before it was looked for are told still, to whoever follows the run.
      const saved = (folder: string) => picture(folder).filter(([name]) => name !== '.run.jsonl.tmp');
      let before: ReturnType<typeof saved> | undefined;
      workshop = new TrainingFixture(
        watchedEngine((call, told) => {
          if (call !== 15) return told;
          writeFileSync(join(job.folder, lockFile), '{"id":"another","process":1,"parent":1,"host":"elsewhere"}');
          before = saved(job.folder);
          if (how !== 'end') void controls.send({ type: how });
          return told;
        }),
      );
      const job = await workshop.prepare(60);
      const end = await train(job, controls);
      assert.ok(end.kind === 'failed' && end.message.includes('has taken this training over'), JSON.stringify(end));
      assert.deepEqual(workshop.told('finished')[0]?.outcome, end);
      assert.deepEqual(saved(job.folder), before);
    });
  }

  it('goes on though its logs cannot be written, and says so once', async () => {
    for (const broken of [[modelFiles.metrics], [modelFiles.samples, modelFiles.run], ['.run.jsonl.tmp']]) {
      const place = new TrainingFixture();
      const job = await place.prepare(40);
      for (const name of broken) mkdirSync(join(job.folder, name));
      assert.deepEqual(await train(job, new TrainingControls()), { kind: 'completed' });
      const said = place.told('note').filter(({ kind }) => kind === 'not logged');
      // What other windows follow a run by is for those alone.
      assert.equal(said.length, broken.includes('.run.jsonl.tmp') ? 0 : 1, broken.join());
      assert.deepEqual((await readModel(job.folder)).description.best?.step !== undefined, true);
      const again = await place.continue(job.folder, 0.0001);
      assert.equal((await train(again, new TrainingControls())).kind, 'completed');
      place.dispose();
    }
  });

  it('writes what its log lacks with the next line that it can', async () => {
    const path = join(workshop.folder, 'log.jsonl');
    const log = new LineLog(path);
    await log.add({ step: 1 });
    renameSync(path, `${path}.moved`);
    mkdirSync(path);
    await assert.rejects(log.add({ step: 2 }), StorageError);
    await assert.rejects(log.add({ step: 3 }));
    rmdirSync(path);
    writeFileSync(path, '{"step":1}\n{"st');
    await log.add({ step: 4 });
    assert.deepEqual(
      await readJsonLines(path),
      [1, 2, 3, 4].map((step) => ({ step })),
    );
  });

  describe('with a model that the machine has no room for', () => {
    const roomless = (): Engine => {
      const engine = referenceEngine();
      const dispose = engine.dispose.bind(engine);
      return {
        ...engine,
        createTrainer: () => {
          throw new EngineUnavailableError('wasm', 'It needs 9 GB.', 'Choose a smaller size.');
        },
        dispose: () => {
          disposed++;
          dispose();
        },
      };
    };
    let disposed: number;
    beforeEach(() => (disposed = 0));

    it('leaves nothing of a new one, and lets everything go', async () => {
      workshop = new TrainingFixture(roomless);
      const job = await workshop.prepare(20);
      const controls = new TrainingControls();
      await assert.rejects(train(job, controls), EngineUnavailableError);
      await controls.send({ type: 'pause' });
      assert.deepEqual([existsSync(job.folder), disposed], [false, 1]);
      assert.deepEqual(workshop.events, []);
    });

    it('leaves one that goes on as it was, to be taken up again', async () => {
      const controls = new TrainingControls();
      const first = await workshop.prepare(20);
      void controls.send({ type: 'suspend' });
      await train(first, controls);
      const small = new TrainingFixture(roomless);
      await assert.rejects(train(await small.continue(first.folder), new TrainingControls()), EngineUnavailableError);
      assert.equal(await isBeingTrained(first.folder), false);
      assert.deepEqual(await train(await workshop.continue(first.folder), new TrainingControls()), {
        kind: 'completed',
      });
      small.dispose();
    });
  });

  it('scores raw and averaged weights, and keeps the better', async () => {
    for (const better of ['averaged', 'current'] as const) {
      const place = new TrainingFixture(() => {
        const engine = referenceEngine();
        return {
          ...engine,
          createTrainer: (...made: Parameters<Engine['createTrainer']>): Trainer => {
            const trainer = engine.createTrainer(...made);
            const evaluate = trainer.evaluate.bind(trainer);
            trainer.evaluate = (batch, weights, losses, reader) => {
              evaluate(batch, weights, losses, reader);
              if (weights !== better) losses.forEach((loss, at) => (losses[at] = loss + 1));
            };
            const weights = trainer.weights.bind(trainer);
            trainer.weights = (kind) => {
              given.push(kind);
              return weights(kind);
            };
            return trainer;
          },
        };
      });
      const given: string[] = [];
      const job = await place.prepare(40);
      await train(job, new TrainingControls());
      assert.deepEqual(new Set(place.told('evaluation').map(({ weights }) => weights)), new Set([better]));
      if (better === 'averaged') assert.deepEqual(new Set(given.slice(0, -1)), new Set([better]));
      else assert.deepEqual(new Set(given), new Set([better]));
      const { description, parameters } = await readModel(job.folder);
      assert.equal(description.best!.weights, better);
      assert.equal(description.best!.step, 36);
      const { averaged, parameters: raw, scored } = (await readCheckpoint(job.folder))!;
      // What comes of the rest are the newest weights, where that has done them no harm.
      if (better === 'averaged') {
        assert.deepEqual([parameters, scored, description.finishing], [averaged, undefined, undefined]);
        assert.match(place.told('note').at(-1)!.message, /has not been learned: that did the model no good/);
      } else {
        assert.deepEqual(scored, raw);
        assert.deepEqual(description.finishing, { steps: 4 });
        assert.notDeepEqual(parameters, raw);
      }
      place.dispose();
    }
  });

  it('ends early where the held-out text no longer gets easier', async () => {
    workshop = new TrainingFixture(hardeningEngine);
    const job = await workshop.prepare(400);
    assert.deepEqual(await train(job, new TrainingControls()), { kind: 'early stop' });
    const evaluations = workshop.told('evaluation');
    const { patience } = job.start.progress.hyperparameters;
    const best = evaluations.findLastIndex((told) => told.best);
    assert.equal(evaluations.length - 1 - best, patience);
    const { description } = await readModel(job.folder);
    assert.equal(description.best!.step, evaluations[best]!.step);
    assert.ok(description.trained.steps < 400);
    assert.deepEqual(workshop.told('finished')[0]!.outcome, { kind: 'early stop' });
  });

  it('writes a line of metrics for each evaluation, with every number of it', async () => {
    let time = 0;
    workshop = new TrainingFixture(
      watchedEngine((_, result) => {
        time += 100;
        return { ...result, gradientNorm: 0.25 };
      }),
    );
    const job = await workshop.prepare(60);
    await train({ ...job, clock: () => time }, new TrainingControls());
    const lines = (await readJsonLines(join(job.folder, modelFiles.metrics))) as Record<string, unknown>[];
    const evaluations = workshop.told('evaluation');
    assert.equal(lines.length, evaluations.length);
    for (const [at, { type, ...evaluation }] of evaluations.entries()) {
      const { bitsPerCharacter, perplexity, gradientNorm, memory, ...line } = lines[at]!;
      assert.equal(type, 'evaluation');
      assert.deepEqual(line, evaluation);
      assert.equal(bitsPerCharacter, evaluation.natsPerCharacter / Math.LN2);
      assert.equal(perplexity, Math.exp(evaluation.natsPerCharacter));
      const isLater = workshop.told('progress').some(({ step }) => step <= evaluation.step && at > 0);
      if (isLater) assert.equal(gradientNorm, 0.25);
      if (isLater) assert.ok(typeof memory === 'number' && memory > 1e6);
    }
    const last = lines.at(-1)!;
    assert.deepEqual([last['step'], last['tokens']], [54, 54 * 8 * 4]);
    assert.ok(Math.abs(Number(last['seconds']) - 5.4) < 1e-6);
    assert.equal(last['gradientNorm'], 0.25);
    assert.ok(Math.abs(Number(last['tokensPerSecond']) - (8 * 4) / 0.1) < 1e-6);
  });

  it('repeats bit for bit with the same seed, and not with another', async () => {
    const losses = async (seed: number) => {
      const place = new TrainingFixture();
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
