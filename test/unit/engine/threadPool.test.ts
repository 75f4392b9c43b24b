import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { EngineUnavailableError } from '../../../src/engine/engine';
import { compileKernels, type KernelBuild } from '../../../src/engine/wasm/kernelBuild';
import { ThreadGroup } from '../../../src/engine/wasm/threadGroup';
import { ThreadPool } from '../../../src/engine/wasm/threadPool';
import type { TrainerShape } from '../../../src/engine/wasm/workerContext';

const kernelFolder = join(process.cwd(), 'dist');

const shape: TrainerShape = {
  architecture: { vocabularySize: 9, embeddingSize: 4, hiddenSize: 6, layers: 1, tied: false },
  length: 3,
  streams: 4,
  dropout: { embedding: 0, hidden: 0, seed: 0 },
  precision: 'single',
};

/** A thread that wakes whoever waits, whatever word of the control block it waits at, and comes to the barrier only then. */
const lateCaller = `
  const { workerData: { control, arrived } } = require('node:worker_threads');
  const words = new Int32Array(control, 0, 11);
  const [atArrived, atGeneration] = [3, 4];
  const rest = (milliseconds) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
  while (Atomics.load(words, atArrived) === 0) rest(1);
  for (let calls = 0; calls < 50; calls++) {
    for (let index = 0; index < words.length; index++) Atomics.notify(words, index);
    rest(2);
  }
  Atomics.store(arrived, 0, 1);
  Atomics.store(words, atArrived, 0);
  Atomics.add(words, atGeneration, 1);
  Atomics.notify(words, atGeneration);
`;

describe('a group of threads', () => {
  it('has nobody wait for a thread that failed before', () => {
    const control = ThreadGroup.control(2);
    const [caller, other] = [new ThreadGroup(control, 0, 2), new ThreadGroup(control, 1, 2)];
    other.fail();
    assert.throws(() => caller.barrier(), /A thread of the built-in engine has failed/);
    assert.throws(() => other.barrier(), /has failed/);
    assert.ok(caller.hasFailed);
  });

  it('is not let through a barrier by a call that was meant for the one before', async () => {
    const control = ThreadGroup.control(2);
    const caller = new ThreadGroup(control, 0, 2);
    const arrived = new Int32Array(new SharedArrayBuffer(4));
    const other = new Worker(lateCaller, { eval: true, workerData: { control, arrived } });
    const ended = new Promise((resolve) => other.once('exit', resolve));
    caller.barrier();
    assert.equal(Atomics.load(arrived, 0), 1, 'the other thread has come to the barrier too');
    await ended;
  });

  it('gives up threads that show no sign of life', () => {
    const caller = new ThreadGroup(ThreadGroup.control(2), 0, 2, 50);
    assert.throws(() => caller.barrier(), /has failed/);
  });
});

describe('a pool', () => {
  let build: KernelBuild;
  before(async () => {
    build = await compileKernels(new Uint8Array(readFileSync(join(kernelFolder, 'kernels.simd.wasm'))));
  });

  it('says why a kernel thread has failed, and can be left all the same', async () => {
    // Many of them: which thread fails first, and what the others are about, is as it happens.
    const pool = await ThreadPool.start(8, kernelFolder);
    const attached = pool.attach(build, shape);
    pool.work(attached, 'derive');
    const unknown = { ...attached, trainer: 99 };
    assert.throws(() => pool.work(unknown, 'derive'), /has failed: There is no such trainer\./);
    assert.throws(() => pool.work(attached, 'derive'), /has failed/);
    assert.throws(() => pool.attach(build, shape), /has failed/);
    pool.detach(attached);
    pool.dispose();
  });

  it('has no thread wait for the caller when it is the one that fails', async () => {
    const pool = await ThreadPool.start(2, kernelFolder);
    const attached = pool.attach(build, shape);
    const kernels = { ...attached.context.kernels, add: () => assert.fail('no more') };
    const broken = { ...attached, context: { ...attached.context, kernels } };
    assert.throws(() => pool.work(broken, 'derive'), /no more/);
    pool.detach(attached);
    pool.dispose();
  });

  describe('with another script for its threads', () => {
    let folder: string;
    before(() => (folder = mkdtempSync(join(tmpdir(), 'textloom-pool-'))));
    after(() => rmSync(folder, { recursive: true, force: true }));

    it('does not wait for one that dies without a word', async () => {
      writeFileSync(
        join(folder, 'kernelThread.js'),
        "const { parentPort } = require('node:worker_threads'); parentPort.postMessage('ready'); setImmediate(process.exit);",
      );
      const pool = await ThreadPool.start(2, folder, 100);
      assert.throws(() => pool.attach(build, shape), /has failed/);
      pool.dispose();
    });

    it('is refused where a thread ends before it is ready', async () => {
      writeFileSync(join(folder, 'kernelThread.js'), '');
      await assert.rejects(ThreadPool.start(2, folder), isUnavailable);
      writeFileSync(join(folder, 'kernelThread.js'), "throw new Error('broken');");
      await assert.rejects(ThreadPool.start(2, folder), isUnavailable);
    });
  });

  it('is refused where the script of its threads is missing', async () => {
    await assert.rejects(ThreadPool.start(3, join(kernelFolder, 'nowhere')), isUnavailable);
  });
});

function isUnavailable(error: unknown): boolean {
  assert.ok(error instanceof EngineUnavailableError);
  assert.match(error.message, /threads of the built-in engine could not be started/);
  assert.match(error.remedy, /Reinstall Textloom/);
  return true;
}
