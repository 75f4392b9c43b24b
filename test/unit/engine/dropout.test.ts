import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { dropoutKey, dropoutThreshold, isKept } from '../../../src/engine/dropout';
import { fillDropoutMask } from '../../../src/engine/tensorflow/dropoutMask';

const size = 100_000;

function mask(rate: number, key: number): Float32Array {
  const values = new Float32Array(size);
  fillDropoutMask(values, key, rate);
  return values;
}

describe('dropout', () => {
  for (const rate of [0.05, 0.5, 0.9]) {
    it(`drops ${rate} of the elements and keeps the mean`, () => {
      const values = mask(rate, dropoutKey(1, 2, 3));
      const dropped = values.filter((value) => value === 0).length;
      assert.ok(Math.abs(dropped / size - rate) < 0.01);
      assert.ok(Math.abs(values.reduce((sum, value) => sum + value, 0) / size - 1) < 0.05);
    });
  }

  it('draws anew for another seed, step or site', () => {
    const masks = [dropoutKey(1, 2, 3), dropoutKey(2, 2, 3), dropoutKey(1, 3, 3), dropoutKey(1, 2, 4)];
    const [one, ...others] = masks.map((key) => mask(0.5, key));
    for (const other of others) {
      const same = other.filter((value, index) => value === one![index]).length;
      assert.ok(Math.abs(same / size - 0.5) < 0.01);
    }
  });

  it('of some rows of a matrix is what dropout of the whole matrix has there', () => {
    const [key, width, rate] = [dropoutKey(5, 6, 0), 10, 0.3];
    const indices = Int32Array.of(7, 0, 9_999, 7);
    const some = new Float32Array(indices.length * width);
    fillDropoutMask(some, key, rate, { indices, width });
    const whole = mask(rate, key);
    indices.forEach((row, place) =>
      assert.deepEqual(
        some.subarray(place * width, (place + 1) * width),
        whole.subarray(row * width, (row + 1) * width),
      ),
    );
  });

  it('drops an element by the hash of its seed, step and place alone', () => {
    const key = dropoutKey(3, 4, 1);
    const values = mask(0.25, key);
    const threshold = dropoutThreshold(0.25);
    values.forEach((value, index) => assert.equal(value !== 0, isKept(key, index, threshold)));
  });
});
