import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { EngineUnavailableError } from '../../../src/engine/engine';
import { loadNative } from '../../../src/engine/tensorflow/load';
import { locateTensorFlow } from '../../../src/engine/tensorflow/locate';
import { loadTensorFlowEngine } from '../../../src/engine/tensorflow/tensorflow';
import { freshState } from '../../../src/engine/trainerState';
import { initialParameters } from '../../../src/model/model';
import { writeLine } from '../../harness/report';
import { describeEngine } from './contract';

const packageFolder = locateTensorFlow([
  ...(process.env['TEXTLOOM_TENSORFLOW'] === undefined ? [] : [process.env['TEXTLOOM_TENSORFLOW']]),
  process.cwd(),
  join(process.cwd(), '.cache', 'tensorflow'),
]);

// Set-up brings TensorFlow wherever it can be had. Where it can't, what remains to be tested is that this is said well.
if (packageFolder !== undefined) {
  describeEngine('tensorflow', () => loadTensorFlowEngine({ packageFolder, threads: 2 }));
  describe('memory of TensorFlow', () => describeMemory(packageFolder));
}
const tested = packageFolder === undefined ? 'wasm alone: TensorFlow is not set up here' : 'wasm and tensorflow';
writeLine({ event: 'note', text: `Engines tested: ${tested}.` });

function describeMemory(packageFolder: string): void {
  const architecture = { vocabularySize: 13, embeddingSize: 4, hiddenSize: 6, layers: 2, tied: true };
  const [length, streams] = [5, 3];
  const positions = length * streams;
  const update = {
    rate: 1e-3,
    beta1: 0.9,
    beta2: 0.99,
    epsilon: 1e-8,
    weightDecay: 0.1,
    clipNorm: 1,
    averageDecay: 0.9,
  };

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
