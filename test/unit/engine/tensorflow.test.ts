import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { EngineUnavailableError } from '../../../src/engine/engine';
import { locateTensorFlow } from '../../../src/engine/tensorflow/install/locate';
import { loadNative } from '../../../src/engine/tensorflow/load';
import { loadTensorFlowEngine } from '../../../src/engine/tensorflow/tensorflow';
import { freshState } from '../../../src/engine/trainerState';
import { loadWasmEngine } from '../../../src/engine/wasm/wasm';
import { initialParameters, Random } from '../../../src/model/model';
import { writeLine } from '../../harness/report';
import { assertClose, assertParametersClose } from './closeness';
import { describeEngine } from './contract';
import { memoryHeld } from './memoryHeld';

const packageFolder = locateTensorFlow([
  ...(process.env['TEXTLOOM_TENSORFLOW'] === undefined ? [] : [process.env['TEXTLOOM_TENSORFLOW']]),
  process.cwd(),
  join(process.cwd(), '.cache', 'tensorflow'),
]);

const update = {
  rate: 1e-3,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  weightDecay: 0.1,
  clipNorm: 1,
  averageDecay: 0.9,
};

// Set-up brings TensorFlow wherever it can be had. Where it can't, what remains to be tested is that this is said well.
if (packageFolder !== undefined) {
  describeEngine('tensorflow', () => loadTensorFlowEngine({ packageFolder, threads: 2 }));
  describe('memory of TensorFlow', () => {
    describeMemory(packageFolder);
    describeLongRun(packageFolder);
  });
  describe('both engines', () => describeBoth(packageFolder));
}

const tested = packageFolder === undefined ? 'wasm alone: TensorFlow is not set up here' : 'wasm and tensorflow';
writeLine({ event: 'note', text: `Engines tested: ${tested}.` });

/** The engines against each other, on a batch of no particular kind. */
function describeBoth(packageFolder: string): void {
  it('come to the same in ten steps', async () => {
    const engines = [
      await loadTensorFlowEngine({ packageFolder, threads: 2 }),
      await loadWasmEngine({ kernelFolder: join(process.cwd(), 'dist'), threads: 2 }),
    ];
    const architecture = { vocabularySize: 83, embeddingSize: 21, hiddenSize: 45, layers: 2, tied: false };
    const [length, streams] = [11, 7];
    const random = Random.seeded(12, 'both engines');
    const token = () => random.below(architecture.vocabularySize);
    const batch = {
      length,
      streams,
      inputs: Uint16Array.from({ length: length * streams }, token),
      targets: Uint16Array.from({ length: length * streams }, token),
      resets: Uint8Array.from({ length: length * streams }, () => (random.uniform() < 0.1 ? 1 : 0)),
    };
    const parameters = initialParameters(architecture, 2);
    const dropout = { embedding: 0.1, hidden: 0.2, seed: 4 };
    const [one, other] = engines.map((engine) => {
      const state = freshState(architecture, parameters, streams);
      const trainer = engine.createTrainer(architecture, state, { length, streams, dropout });
      const inspection = trainer.inspect(batch, 0);
      const losses = Array.from({ length: 10 }, () => trainer.train(batch, update).loss);
      const result = { ...inspection, losses, state: trainer.state() };
      trainer.dispose();
      engine.dispose();
      return result;
    });
    assertClose(one!.logits, other!.logits, 1e-4, 'logits');
    assertParametersClose(one!.gradients, other!.gradients, 1e-4, 'gradient of');
    assertClose(one!.losses, other!.losses, 1e-4, 'losses');
    assertParametersClose(one!.state.parameters, other!.state.parameters, 1e-3, 'trained');
    assertClose(one!.state.carried, other!.state.carried, 1e-3, 'carried state');
  });
}

function describeMemory(packageFolder: string): void {
  const architecture = { vocabularySize: 13, embeddingSize: 4, hiddenSize: 6, layers: 2, tied: true };
  const [length, streams] = [5, 3];
  const positions = length * streams;
  it('holds as many tensors after many steps as after one, and none once disposed', async () => {
    const { native } = await loadNative({ packageFolder });
    const held = () => [native.binding.getNumOfTensors(), native.binding.getNumOfSavedModels()];
    const before = held();
    const engine = await loadTensorFlowEngine({ packageFolder });
    const parameters = initialParameters(architecture, 1);
    const dropout = { embedding: 0.1, hidden: 0.1, seed: 1 };
    const state = freshState(architecture, parameters, streams);
    const trainer = engine.createTrainer(architecture, state, { length, streams, dropout });
    const predictor = engine.createPredictor(architecture, parameters);
    const step = (number: number) => {
      const tokens = Uint16Array.from({ length: positions }, (_, position) => (position * number) % 13);
      // Resets before the first step and inside, or none: each has ways of its own.
      const resets = Uint8Array.from({ length: positions }, (_, position) => (position % 7 === number % 2 ? 1 : 0));
      const batch = {
        length,
        streams,
        inputs: tokens,
        targets: tokens,
        resets: number % 3 === 0 ? resets : resets.fill(0),
      };
      trainer.train(batch, update);
      trainer.evaluate({ ...batch, resets: resets.fill(1) }, 'averaged', new Float32Array(positions));
      trainer.inspect(batch, number);
      predictor.next(new Float32Array(predictor.stateSize), number % 13, new Float32Array(13));
    };
    for (let number = 1; number <= 3; number++) step(number);
    const early = held();
    for (let number = 4; number <= 40; number++) step(number);
    assert.deepEqual(held(), early);
    trainer.dispose();
    predictor.dispose();
    engine.dispose();
    assert.deepEqual(held(), before);
  });
}

function describeLongRun(packageFolder: string): void {
  it('holds no more after ten thousand steps than after three thousand', async () => {
    const { native } = await loadNative({ packageFolder });
    const engine = await loadTensorFlowEngine({ packageFolder });
    const architecture = { vocabularySize: 7, embeddingSize: 3, hiddenSize: 4, layers: 1, tied: false };
    const state = freshState(architecture, initialParameters(architecture, 1), 2);
    const dropout = { embedding: 0, hidden: 0, seed: 1 };
    const trainer = engine.createTrainer(architecture, state, { length: 2, streams: 2, dropout });
    const tokens = Uint16Array.of(1, 2, 3, 4);
    const batch = { length: 2, streams: 2, inputs: tokens, targets: tokens, resets: new Uint8Array(4) };
    const train = (steps: number) => {
      for (let step = 0; step < steps; step++) trainer.train(batch, update);
      return { tensors: native.binding.getNumOfTensors(), bytes: memoryHeld().rss };
    };
    const early = train(3000);
    const late = train(7000);
    assert.equal(late.tensors, early.tensors);
    // Tensors are counted; this is for what is not a tensor. The allocator itself takes some megabytes more.
    assert.ok(late.bytes - early.bytes < 7000 * 4096, `${late.bytes - early.bytes} bytes more`);
    trainer.dispose();
    engine.dispose();
  }).timeout(240_000);
}

describe('loading TensorFlow', () => {
  it('says where it looked and what to do when it is absent', async () => {
    const nowhere = join(process.cwd(), 'no', 'such', 'package');
    await assert.rejects(loadTensorFlowEngine({ packageFolder: nowhere }), (error) => {
      assert.ok(error instanceof EngineUnavailableError);
      assert.equal(error.engine, 'tensorflow');
      assert.match(error.message, /^TensorFlow could not be loaded from .*no.such.package: [^\n]+$/);
      assert.match(error.remedy, /Install/);
      return true;
    });
  });
});
