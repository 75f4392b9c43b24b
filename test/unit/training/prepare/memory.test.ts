import fc from 'fast-check';
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { memoryNeeded, memoryThere, requireMemory, TooLargeError } from '../../../../src/training/prepare/memory';
import { TrainingFixture } from '../trainingFixture';

const gigabyte = 2 ** 30;

function sizes(hiddenSize: number, layers: number) {
  return {
    architecture: { vocabularySize: 100, embeddingSize: 64, hiddenSize, layers, tied: false },
    sequenceLength: 32,
    batchSize: 32,
  };
}

describe('the memory of a training', () => {
  it('is at least that of its weights, and grows with every size', () => {
    const size = fc.integer({ min: 1, max: 4096 });
    fc.assert(
      fc.property(size, fc.integer({ min: 1, max: 16 }), size, (hiddenSize, layers, more) => {
        const needed = memoryNeeded(sizes(hiddenSize, layers));
        assert.ok(needed > 4 * 4 * 4 * hiddenSize * hiddenSize * layers);
        assert.ok(memoryNeeded(sizes(hiddenSize + more, layers)) > needed);
        assert.ok(memoryNeeded(sizes(hiddenSize, layers + 1)) > needed);
        assert.ok(memoryNeeded({ ...sizes(hiddenSize, layers), sequenceLength: 33 }) > needed);
      }),
    );
  });

  it('is compared with what there is, in one sentence', () => {
    assert.ok(memoryThere() > gigabyte / 4);
    requireMemory(sizes(896, 1), 4 * gigabyte);
    assert.throws(() => requireMemory(sizes(16_384, 16), 8 * gigabyte), {
      name: 'TooLargeError',
      message:
        /^To train 16 layers of 16,384 units takes about 1,\d{3} GB, and there are 8 GB here: take fewer or smaller layers, or a smaller batch\.$/,
    });
  });

  it('refuses before text is read, an engine is loaded or a folder is made', async () => {
    const fixture = new TrainingFixture(() => assert.fail('An engine was loaded.'));
    await assert.rejects(fixture.prepare(5, { hiddenSize: 16_384, layers: 16 }), TooLargeError);
    assert.ok(!existsSync(fixture.modelsFolder));
    fixture.dispose();
  });
});
