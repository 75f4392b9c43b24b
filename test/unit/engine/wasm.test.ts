import { build } from 'esbuild';
import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Engine, EngineUnavailableError, type TrainerState } from '../../../src/engine/engine';
import { freshState } from '../../../src/engine/trainerState';
import { layOutForward } from '../../../src/engine/wasm/batchMemory';
import { bestInstructionSet, type InstructionSet, loadWasmEngine } from '../../../src/engine/wasm/wasm';
import { webAssembly } from '../../../src/engine/wasm/webAssembly';
import { type Architecture, type Batch, initialParameters, Random } from '../../../src/model/model';
import { assertClose, assertParametersClose, assertParametersEqual } from './closeness';
import { describeEngine } from './contract';
import { memoryHeld } from './memoryHeld';

const kernelFolder = join(process.cwd(), 'dist');

// Every build of the kernels that this run time can execute, alone and in a group.
describeEngine('wasm, one thread', () => loadWasmEngine({ kernelFolder, threads: 1 }));
describeEngine('wasm, three threads', () => loadWasmEngine({ kernelFolder, threads: 3 }));
describeEngine('wasm, plain SIMD, two threads', () =>
  loadWasmEngine({ kernelFolder, threads: 2, instructionSet: 'simd' }),
);

const architecture: Architecture = { vocabularySize: 70, embeddingSize: 20, hiddenSize: 37, layers: 2, tied: false };
const length = 7;
const streams = 9;
const dropout = { embedding: 0.1, hidden: 0.2, seed: 3 };
const update = {
  rate: 0.01,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  weightDecay: 0.01,
  clipNorm: 1,
  averageDecay: 0.9,
};

describe('the threads of engine wasm', () => {
  it('compute the same bits however many they are', async () => {
    const states: TrainerState[] = [];
    for (const threads of [1, 2, 5]) states.push(await trained({ threads }));
    for (const state of states.slice(1)) {
      assertParametersEqual(state.parameters, states[0]!.parameters, 'parameter');
      assert.deepEqual(state.carried, states[0]!.carried);
    }
  });

  it('compute the same bits with vectors paired as without', async () => {
    const sets: readonly InstructionSet[] =
      bestInstructionSet() === 'paired' ? ['paired', 'relaxed'] : ['simd', 'simd'];
    const [one, other] = [await trained({ instructionSet: sets[0]! }), await trained({ instructionSet: sets[1]! })];
    assertParametersEqual(one.parameters, other.parameters, 'parameter');
  });

  it('come close with every build of the kernels', async () => {
    const best = await trained({});
    const plain = await trained({ instructionSet: 'simd' });
    assertParametersClose(plain.parameters, best.parameters, 1e-3, 'parameter');
  });

  it('serve several trainers in turn', async () => {
    const engine = await loadWasmEngine({ kernelFolder, threads: 2 });
    const trainers = [0, 1].map(() => engine.createTrainer(architecture, birth(), { length, streams, dropout }));
    for (let step = 0; step < 3; step++) {
      const [one, other] = trainers.map((trainer) => trainer.train(batchOf(step), update));
      assert.deepEqual(one, other);
    }
    trainers[0]!.dispose();
    assert.ok(Number.isFinite(trainers[1]!.train(batchOf(3), update).loss));
    engine.dispose();
  });

  async function trained(options: Parameters<typeof loadWasmEngine>[0]): Promise<TrainerState> {
    const engine = await loadWasmEngine({ kernelFolder, threads: 2, ...options });
    const trainer = engine.createTrainer(architecture, birth(), { length, streams, dropout });
    for (let step = 0; step < 4; step++) trainer.train(batchOf(step), update);
    const state = trainer.state();
    engine.dispose();
    return state;
  }
});

describe('the memory of engine wasm', () => {
  let engine: Engine;
  before(async () => {
    engine = await loadWasmEngine({ kernelFolder, threads: 1 });
  });
  after(() => engine.dispose());

  it('is not added to by training steps', () => {
    const trainer = engine.createTrainer(architecture, birth(), { length, streams, dropout });
    const batch = batchOf(0);
    for (let step = 0; step < 50; step++) trainer.train(batch, update);
    const before = memoryHeld();
    for (let step = 0; step < 200; step++) trainer.train(batch, update);
    const { heapUsed, arrayBuffers } = memoryHeld();
    assert.ok(arrayBuffers <= before.arrayBuffers, `${arrayBuffers - before.arrayBuffers} bytes of buffers`);
    assert.ok(heapUsed - before.heapUsed < 200 * 4096, `${(heapUsed - before.heapUsed) / 200} bytes a step`);
    trainer.dispose();
  });

  for (const threads of [1, 2]) {
    it(`grows for a larger evaluation, whose losses are those of a smaller one, with threads: ${threads}`, async () => {
      const growing = await loadWasmEngine({ kernelFolder, threads });
      const trainer = growing.createTrainer(architecture, birth(architecture, 1), { length: 2, streams: 1, dropout });
      const large = randomBatch(4, 300, 40);
      large.resets.fill(1, 0, 40);
      const losses = new Float32Array(300 * 40);
      trainer.evaluate(large, 'current', losses);
      const one: Batch = {
        length: 300,
        streams: 1,
        inputs: large.inputs.filter((_, position) => position % 40 === 17),
        targets: large.targets.filter((_, position) => position % 40 === 17),
        resets: large.resets.filter((_, position) => position % 40 === 17),
      };
      const lossesOfOne = new Float32Array(300);
      trainer.evaluate(one, 'current', lossesOfOne);
      assertClose(
        lossesOfOne,
        losses.filter((_, position) => position % 40 === 17),
        1e-6,
        'losses',
      );
      assert.ok(Number.isFinite(trainer.train(randomBatch(5, 2, 1), update).loss));
      trainer.dispose();
      growing.dispose();
    });
  }

  it('is refused where a model would not fit', () => {
    const huge = { ...architecture, hiddenSize: 16, embeddingSize: 16 };
    assert.throws(
      () => engine.createTrainer(huge, birth(huge, 1), { length: 40_000_000, streams: 1, dropout }),
      (error: unknown) =>
        error instanceof EngineUnavailableError &&
        error.message.endsWith('need 44 GB, more than the built-in engine can get.') &&
        error.remedy.startsWith('Choose a smaller size or batch'),
    );
  });
});

describe('a batch whose logits do not fit into memory together', () => {
  const wide: Architecture = { vocabularySize: 5000, embeddingSize: 4, hiddenSize: 8, layers: 1, tied: false };
  const [length, streams, part] = [150, 9, 50];
  const parameters = initialParameters(wide, 3);
  const whole = randomBatch(11, length, streams, wide.vocabularySize);
  whole.resets.fill(0);
  const parts = [0, part, 2 * part].map((start) => timesOf(whole, start, start + part));
  const trainerFor = (engine: Engine, length: number) =>
    engine.createTrainer(wide, freshState(wide, parameters, streams), { length, streams, dropout: none });
  const none = { embedding: 0, hidden: 0, seed: 0 };
  let engine: Engine;
  before(async () => {
    assert.ok(layOutForward(wide, length, streams, length, 0).chunks.length > 1);
    assert.equal(layOutForward(wide, part, streams, part, 0).chunks.length, 1);
    engine = await loadWasmEngine({ kernelFolder, threads: 2 });
  });
  after(() => engine.dispose());

  it('has the losses of its parts', () => {
    const trainer = trainerFor(engine, part);
    whole.resets.fill(1, 0, streams);
    parts[0]!.resets.fill(1, 0, streams);
    const [long, short] = [new Float32Array(length * streams), new Float32Array(length * streams)];
    trainer.evaluate(whole, 'current', long);
    parts.forEach((batch, index) => {
      const start = index * part * streams;
      trainer.evaluate(batch, 'current', short.subarray(start, start + part * streams));
    });
    assertClose(short, long, 1e-6, 'losses');
    trainer.dispose();
  });

  it('has their mean loss and gradients, where each begins anew', () => {
    for (let start = 0; start < length; start += part) whole.resets.fill(1, start * streams, (start + 1) * streams);
    for (const { resets } of parts) resets.fill(1, 0, streams);
    const [long, short] = [trainerFor(engine, length), trainerFor(engine, part)];
    const inspection = long.inspect(whole, 0);
    const inspections = parts.map((batch) => short.inspect(batch, 0));
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    assertClose([inspection.loss], [mean(inspections.map(({ loss }) => loss))], 1e-6, 'loss');
    for (const [name, { data }] of inspection.gradients) {
      const expected = data.map((_, index) =>
        mean(inspections.map(({ gradients }) => gradients.get(name)!.data[index]!)),
      );
      assertClose(data, expected, 1e-4, `gradient of ${name}`);
    }
    long.dispose();
    short.dispose();
  });
});

describe('engine wasm without shared memory', () => {
  it('trains on one thread', async () => {
    const shared = globalThis.SharedArrayBuffer;
    Object.assign(globalThis, { SharedArrayBuffer: undefined });
    try {
      const engine = await loadWasmEngine({ kernelFolder, threads: 4 });
      assert.equal(engine.threads, 1);
      await engine.resize(3);
      assert.equal(engine.threads, 1);
      const trainer = engine.createTrainer(architecture, birth(), { length, streams, dropout });
      assert.ok(Number.isFinite(trainer.train(batchOf(0), update).loss));
      trainer.dispose();
      engine.dispose();
    } finally {
      Object.assign(globalThis, { SharedArrayBuffer: shared });
    }
  });
});

describe('a predictor of engine wasm', () => {
  it('loses less than 0.002 nats to quantized weights', async () => {
    const large: Architecture = { ...architecture, hiddenSize: 300, layers: 1 };
    const parameters = initialParameters(large, 1);
    // Weights as large as training makes them.
    for (const { shape, data } of parameters.values()) {
      if (shape.length > 1) for (let i = 0; i < data.length; i++) data[i] = data[i]! * 4;
    }
    const engine = await loadWasmEngine({ kernelFolder, threads: 1 });
    const trainer = engine.createTrainer(large, freshState(large, parameters, 1), { length: 60, streams: 1, dropout });
    const batch = randomBatch(8, 60, 1);
    batch.resets.fill(0).fill(1, 0, 1);
    const exact = new Float32Array(60);
    trainer.evaluate(batch, 'current', exact);
    const predictor = engine.createPredictor(large, parameters);
    const state = new Float32Array(predictor.stateSize);
    const logits = new Float32Array(large.vocabularySize);
    let worst = 0;
    for (let t = 0; t < 60; t++) {
      predictor.next(state, batch.inputs[t]!, logits);
      const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0);
      worst = Math.max(worst, Math.abs(Math.log(sum) - logits[batch.targets[t]!]! - exact[t]!));
    }
    assert.ok(worst < 0.002 && worst > 0, `${worst} nats`);
    engine.dispose();
  });

  for (const [name, sizes] of Object.entries({
    'a small vocabulary, worked out at once': { vocabularySize: 70 },
    'a large vocabulary, worked out as its tokens come': { vocabularySize: 700 },
    'a vocabulary too large for a table': { vocabularySize: 9000, embeddingSize: 5, hiddenSize: 480, layers: 1 },
  })) {
    it(`has the same bits whatever it has read before, with ${name}`, async () => {
      const model: Architecture = { ...architecture, ...sizes };
      const engine = await loadWasmEngine({ kernelFolder, threads: 1 });
      const parameters = initialParameters(model, 2);
      const random = Random.seeded(4, 'prompt');
      const tokens = Uint16Array.from({ length: 300 }, () => random.below(model.vocabularySize));
      const read = (sliceSizes: readonly number[], before: Uint16Array): Float32Array => {
        const predictor = engine.createPredictor(model, parameters);
        predictor.prime(new Float32Array(predictor.stateSize), before);
        const state = new Float32Array(predictor.stateSize);
        const logits = new Float32Array(model.vocabularySize);
        for (let at = 0, turn = 0; at < tokens.length; turn++) {
          const size = sliceSizes[turn % sliceSizes.length]!;
          if (size === 1) predictor.next(state, tokens[at]!, logits);
          else predictor.prime(state, tokens.subarray(at, at + size));
          at += size;
        }
        predictor.dispose();
        return state;
      };
      const whole = read([300], Uint16Array.of());
      assert.deepEqual(read([1], Uint16Array.of()), whole);
      assert.deepEqual(read([1, 16, 3, 40], tokens.slice(100, 250).reverse()), whole);
      engine.dispose();
    });
  }
});

describe('bad input to engine wasm', () => {
  let engine: Engine;
  before(async () => {
    engine = await loadWasmEngine({ kernelFolder, threads: 1 });
  });
  after(() => engine.dispose());

  it('is refused before it reaches memory', () => {
    const trainer = engine.createTrainer(architecture, birth(), { length, streams, dropout });
    const foreign = { ...batchOf(0), targets: batchOf(0).targets.fill(70, 5, 6) };
    assert.throws(() => trainer.train(foreign, update), /Token 70 is not in this model's vocabulary of 70/);
    assert.throws(() => trainer.train(randomBatch(1, 3, streams), update), /takes batches of 7 x 9, not of 3 x 9/);
    const predictor = engine.createPredictor(architecture, initialParameters(architecture, 1));
    const state = new Float32Array(predictor.stateSize);
    assert.throws(() => predictor.next(state, 70, new Float32Array(70)), /Token 70 is not in this model's vocabulary/);
    assert.throws(() => predictor.prime(new Float32Array(3), Uint16Array.of(1)), /state is of another model/);
    trainer.dispose();
  });

  it('of parameters names the one that does not fit', () => {
    const parameters = new Map(initialParameters(architecture, 1));
    parameters.delete('head.bias');
    const state = { ...birth(), parameters };
    assert.throws(() => engine.createTrainer(architecture, state, { length, streams, dropout }), /"head\.bias"/);
  });
});

describe('loading engine wasm', () => {
  it('says what is missing and what to do', async () => {
    await assert.rejects(loadWasmEngine({ kernelFolder: join(process.cwd(), 'no-such-folder') }), (error) => {
      assert.ok(error instanceof EngineUnavailableError);
      assert.match(error.message, /kernels of the built-in engine are missing/);
      assert.match(error.remedy, /Reinstall Textloom/);
      return true;
    });
  });

  it('is refused without the script of its threads', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'textloom-kernels-'));
    for (const file of ['kernels.simd.wasm', 'kernels.relaxed.wasm']) {
      copyFileSync(join(kernelFolder, file), join(folder, file));
    }
    await assert.rejects(loadWasmEngine({ kernelFolder: folder, threads: 2 }), EngineUnavailableError);
    (await loadWasmEngine({ kernelFolder: folder, threads: 1 })).dispose();
    rmSync(folder, { recursive: true });
  });

  it('tells its threads and instructions', async () => {
    const engine = await loadWasmEngine({ kernelFolder, threads: 2, instructionSet: 'simd' });
    assert.equal(engine.threads, 2);
    assert.equal(engine.details, 'WebAssembly kernels, SIMD, 2 threads');
    engine.dispose();
  });
});

describe('pairing of vectors', () => {
  it('is done without where V8 fails to compile such kernels', async () => {
    const engine = await loadWasmEngine({ kernelFolder, threads: 2, instructionSet: 'paired' });
    const { Module } = webAssembly;
    const failing = function (): never {
      throw new RangeError('No such experiment.');
    };
    Object.assign(webAssembly, { Module: failing });
    try {
      const trainer = engine.createTrainer(architecture, birth(), { length, streams, dropout });
      assert.ok(Number.isFinite(trainer.train(batchOf(0), update).loss));
      assert.doesNotMatch(engine.details, /paired/);
    } finally {
      Object.assign(webAssembly, { Module });
      engine.dispose();
    }
  });

  it('is refused where the processor has no vectors of 256 bits', async () => {
    const details = await detailsInProcess(process.arch === 'x64' ? ['--no-enable-avx2'] : []);
    assert.match(details, /^WebAssembly kernels, .*SIMD, 1 thread$/);
  });

  it('is refused where memory has no guard pages', async () => {
    assert.doesNotMatch(await detailsInProcess(['--disable-wasm-trap-handler']), /paired/);
  });

  it('is refused where it is forbidden', async () => {
    assert.doesNotMatch(await detailsInProcess([], { TEXTLOOM_PAIRING: 'off' }), /paired/);
  });

  /** What an engine says of itself, once it has been asked for a trainer, in a process with these options. */
  async function detailsInProcess(options: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), 'textloom-pairing-'));
    const outfile = join(folder, 'details.js');
    const contents = `
      import { loadWasmEngine } from './src/engine/wasm/wasm';
      import { freshState } from './src/engine/trainerState';
      import { initialParameters } from './src/model/model';
      const architecture = ${JSON.stringify(architecture)};
      const dropout = { embedding: 0, hidden: 0, seed: 0 };
      loadWasmEngine({ kernelFolder: ${JSON.stringify(kernelFolder)}, threads: 1 }).then((engine) => {
        const state = freshState(architecture, initialParameters(architecture, 1), 1);
        engine.createTrainer(architecture, state, { length: 2, streams: 1, dropout });
        console.log(engine.details);
      });`;
    try {
      const stdin = { contents, resolveDir: process.cwd(), loader: 'ts' } as const;
      await build({ stdin, outfile, bundle: true, platform: 'node', logLevel: 'silent' });
      const { stdout } = await promisify(execFile)(process.execPath, [...options, outfile], {
        env: { ...process.env, ...env },
      });
      return stdout.trim();
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
});

function birth(of: Architecture = architecture, ofStreams: number = streams): TrainerState {
  return freshState(of, initialParameters(of, 1), ofStreams);
}

function batchOf(seed: number): Batch {
  return randomBatch(seed, length, streams);
}

/** Random tokens with a few resets. */
function randomBatch(
  seed: number,
  length: number,
  streams: number,
  vocabularySize = architecture.vocabularySize,
): Batch {
  const random = Random.seeded(seed, 'batch');
  const size = length * streams;
  const token = (): number => random.below(vocabularySize);
  return {
    length,
    streams,
    inputs: Uint16Array.from({ length: size }, token),
    targets: Uint16Array.from({ length: size }, token),
    resets: Uint8Array.from({ length: size }, () => (random.uniform() < 0.1 ? 1 : 0)),
  };
}

/** Time steps `from` to `to` of a batch. */
function timesOf({ streams, inputs, targets, resets }: Batch, from: number, to: number): Batch {
  const [start, end] = [from * streams, to * streams];
  return {
    length: to - from,
    streams,
    inputs: inputs.slice(start, end),
    targets: targets.slice(start, end),
    resets: resets.slice(start, end),
  };
}
