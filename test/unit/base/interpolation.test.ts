import assert from 'node:assert/strict';
import { interpolate, interpolateOverLog } from '../../../src/base/interpolation';

describe('interpolation', () => {
  const points = [
    [100, 1],
    [200, 2],
    [400, 1],
  ] as const;

  it('is linear between the points and constant beyond them', () => {
    const places = [-5, 50, 100, 150, 200, 300, 400, 1000];
    assert.deepEqual(
      places.map((x) => interpolate(points, x)),
      [1, 1, 1, 1.5, 2, 1.5, 1, 1],
    );
  });

  it('is linear over the logarithm where that is asked for', () => {
    const expected = [1, 1, 1.5, 2, 1.5, 1, 1];
    const found = [0, 100, Math.sqrt(100 * 200), 200, Math.sqrt(200 * 400), 400, 1000].map((x) =>
      interpolateOverLog(points, x),
    );
    found.forEach((y, at) => assert.ok(Math.abs(y - expected[at]!) < 1e-12, String(y)));
  });

  it('of one point is that point, and of none an error', () => {
    assert.deepEqual([interpolate([[3, 7]], 1), interpolate([[3, 7]], 5)], [7, 7]);
    assert.throws(() => interpolate([], 1), RangeError);
  });
});
