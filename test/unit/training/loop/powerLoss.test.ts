import { afterEach, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Disk, realDisk } from '../../../../src/model/disk';
import { modelFiles } from '../../../../src/model/modelFolder';
import { TrainingControls } from '../../../../src/training/loop/controls';
import { train } from '../../../../src/training/loop/train';
import { signatureOf } from '../../../../src/training/record/provenance';
import { Killed } from '../../model/failingDisk';
import { result } from '../result';
import { source, TrainingFixture } from '../trainingFixture';
import { watchedEngine } from '../watchedEngine';

const steps = 24;

/**
 * Steps of writing between two that are tried: all would take a minute. It has no divisor in common with the three that a
 * file takes, so each kind of them has its turn. Of those at its end, where the run stands as one that has ended while its
 * folder isn't as it will be, each is tried.
 */
const stride = 7;
const writesOfEnd = 15;

/** The last of those: the record is told that the run has ended. What only tells of a run never ends it. */
const lastOfRecord = 3;
const sound: Disk = { ...realDisk };

/** Cuts the power at a step of writing: it may have been half done, and nothing happens after it. @returns steps so far */
function cutPowerAt(last: number): () => number {
  let taken = 0;
  const check = (half?: () => void): void => {
    if (taken === last) half?.();
    if (taken++ >= last) throw new Killed();
  };
  realDisk.create = async (path, chunks) => {
    const bytes = Buffer.concat([...chunks]);
    check(() => writeFileSync(path, bytes.subarray(0, bytes.length / 2)));
    await sound.create(path, [bytes]);
  };
  realDisk.rename = async (from, to) => {
    check();
    await sound.rename(from, to);
  };
  realDisk.syncFolder = async (folder) => {
    check();
    await sound.syncFolder(folder);
  };
  realDisk.remove = async (path) => {
    if (taken <= last) await sound.remove(path);
  };
  return () => taken;
}

function restorePower(): void {
  Object.assign(realDisk, sound);
}

describe('a training whose power is cut', () => {
  let expected: Awaited<ReturnType<typeof result>>;
  let writes: number;
  /** A run whose every fifth step takes as long as what lies between two checkpoints. */
  const slow = (): { workshop: TrainingFixture; clock: () => number } => {
    let time = 0;
    const engine = watchedEngine((call, told) => {
      time += call % 5 === 0 ? 26_000 : 100;
      return told;
    });
    return { workshop: new TrainingFixture(engine), clock: () => time };
  };
  const trainSlowly = async ({ workshop, clock }: ReturnType<typeof slow>) => {
    const job = await workshop.prepare(steps);
    await train({ ...job, clock }, new TrainingControls());
    return job.folder;
  };

  before(async () => {
    // The user's key is written once, by whichever run comes first.
    await signatureOf(source(''));
    const taken = cutPowerAt(Infinity);
    const whole = slow();
    const folder = await trainSlowly(whole);
    writes = taken();
    restorePower();
    expected = await result(whole.workshop, folder);
    whole.workshop.dispose();
  });

  afterEach(restorePower);

  it('at a write goes on bit for bit, or has not begun', async function () {
    this.timeout(120_000);
    assert.ok(writes > 60, `${writes} steps of writing`);
    let resumed = 0;
    for (let at = 0; at < writes; at += at < writes - writesOfEnd ? stride : 1) {
      const dying = slow();
      cutPowerAt(at);
      if (at < writes - lastOfRecord) await assert.rejects(trainSlowly(dying), Killed);
      else await trainSlowly(dying);
      restorePower();
      const folder = join(dying.workshop.modelsFolder, 'tale');
      try {
        await train(await dying.workshop.continue(folder), new TrainingControls());
      } catch (error) {
        // Before its first checkpoint there is no run yet, only a folder of its name.
        assert.equal(resumed, 0, `cut at write ${at}: ${String(error)}`);
        continue;
      }
      resumed++;
      const reached = await result(dying.workshop, folder);
      assert.deepEqual(reached.tensors, expected.tensors, `cut at write ${at}`);
      assert.deepEqual(reached.best, expected.best, `cut at write ${at}`);
      assert.deepEqual(reached.evaluations, expected.evaluations, `cut at write ${at}`);
      dying.workshop.dispose();
    }
    assert.ok(resumed > 10);
  });

  it('loses at most thirty seconds', async () => {
    let time = 0;
    const workshop = new TrainingFixture(
      watchedEngine((_, told) => {
        time += 3000;
        return told;
      }),
    );
    const saved: number[] = [];
    realDisk.rename = async (from, to) => {
      await sound.rename(from, to);
      if (to.endsWith(modelFiles.checkpoint)) saved.push(time);
    };
    const job = await workshop.prepare(100);
    await train({ ...job, clock: () => time }, new TrainingControls());
    workshop.dispose();
    const longest = saved.slice(1).reduce((most, at, index) => Math.max(most, at - saved[index]!), 0);
    assert.ok(saved.length > 8 && longest <= 30_000, `${longest} ms between two checkpoints`);
  });
});

describe('a training on a machine that sleeps, or whose clock is set', () => {
  it('counts what it has trained alone, and ends when its time is over', async () => {
    let time = 0;
    const workshop = new TrainingFixture(
      watchedEngine((call, told) => {
        time += 1000;
        if (call % 10 === 0) time += 8 * 3_600_000;
        return told;
      }),
    );
    const job = await workshop.prepare(0, { budget: { kind: 'minutes', minutes: 0.5 } });
    const now = Date.now;
    try {
      Date.now = () => now() - 1e10;
      await train({ ...job, clock: () => time }, new TrainingControls());
    } finally {
      Date.now = now;
      workshop.dispose();
    }
    const { step, seconds } = workshop.told('finished')[0]!;
    // The step during which it slept isn't counted.
    assert.ok(step >= 30 && step <= 34, `${step} steps`);
    assert.ok(seconds >= 30 && seconds < 32);
  });
});
