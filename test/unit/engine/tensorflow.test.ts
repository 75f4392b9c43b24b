import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { EngineUnavailableError } from '../../../src/engine/engine';
import { locateTensorFlow } from '../../../src/engine/tensorflow/locate';
import { loadTensorFlowEngine } from '../../../src/engine/tensorflow/tensorflow';
import { describeEngine } from './contract';

const packageFolder = locateTensorFlow([
  ...(process.env['TEXTLOOM_TENSORFLOW'] === undefined ? [] : [process.env['TEXTLOOM_TENSORFLOW']]),
  process.cwd(),
  join(process.cwd(), '.cache', 'tensorflow'),
]);

// Set-up brings TensorFlow wherever it can be had. Where it can't, what remains to be tested is that this is said well.
if (packageFolder !== undefined) {
  describeEngine('tensorflow', () => loadTensorFlowEngine({ packageFolder, threads: 2 }));
} else {
  console.log('TensorFlow is not installed on this machine: only its absence is tested.');
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
