import fc from 'fast-check';
import assert from 'node:assert/strict';
import { linearTicks, logarithmicTicks, timeTicks } from '../../../../src/panel/charts/ticks';

describe('ticks of an axis', () => {
  it('are round numbers', () => {
    assert.deepEqual(linearTicks([0, 1], 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
    assert.deepEqual(linearTicks([1.32, 2.71], 4), [1.5, 2, 2.5]);
    assert.deepEqual(timeTicks([0, 200], 4), [0, 60, 120, 180]);
    assert.deepEqual(timeTicks([0, 7000], 4), [0, 1800, 3600, 5400]);
    assert.deepEqual(logarithmicTicks([1.3, 300], 5), [2, 5, 10, 20, 50, 100, 200]);
    assert.deepEqual(logarithmicTicks([1.3, 4], 5), [2, 3, 4]);
  });

  it('lie inside, rise, and are neither none nor too many', () => {
    const interval = fc
      .tuple(fc.double({ min: 0.001, max: 1e6, noNaN: true }), fc.double({ min: 1.2, max: 1e3, noNaN: true }))
      .map(([low, factor]) => [low, low * factor] as const);
    fc.assert(
      fc.property(interval, fc.integer({ min: 3, max: 12 }), ([low, high], count) => {
        const slack = (high - low) * 1e-6;
        for (const ticks of [linearTicks([low, high], count), timeTicks([low, high], count)]) {
          assert.ok(ticks.length <= 2 * count + 1);
          for (const [index, tick] of ticks.entries()) {
            assert.ok(tick >= low - slack && tick <= high + slack);
            assert.ok(index === 0 || tick > (ticks[index - 1] ?? Infinity));
          }
        }
        assert.ok(linearTicks([low, high], count).length > 0);
      }),
    );
  });

  it('are none of an empty interval', () => {
    assert.deepEqual(linearTicks([2, 2], 5), []);
    assert.deepEqual(logarithmicTicks([0, 5], 5), []);
    assert.deepEqual(timeTicks([3, 1], 5), []);
  });
});
