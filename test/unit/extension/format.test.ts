import assert from 'node:assert/strict';
import {
  formatAge,
  formatBytes,
  formatCount,
  formatDuration,
  formatPercent,
  plural,
  sparkline,
} from '../../../src/extension/format';

describe('numbers said to a user', () => {
  it('are counted in words from a million on', () => {
    assert.deepEqual([999, 12_345, 1_234_567, 34_000_000].map(formatCount), [
      '999',
      '12,345',
      '1.2 million',
      '34 million',
    ]);
    assert.equal(plural(1, 'file'), '1 file');
    assert.equal(plural(2, 'file'), '2 files');
  });

  it('have the units of sizes and times', () => {
    assert.deepEqual([0, 940, 1500, 12_000, 3_400_000].map(formatBytes), [
      '0 bytes',
      '940 bytes',
      '1.5 KB',
      '12 KB',
      '3.4 MB',
    ]);
    assert.deepEqual([-1, 45.4, 174, 3600, 4800].map(formatDuration), ['0 s', '45 s', '3 min', '1 h', '1 h 20 min']);
  });

  it('have an age in whole units', () => {
    const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
    const ages = [-day, 30_000, 5 * minute, 3 * hour, day, 12 * day, 100 * day, 800 * day];
    assert.deepEqual(
      ages.map((age) => formatAge(0, age)),
      ['new', 'new', '5 min', '3 h', '1 day', '12 days', '3 months', '2 years'],
    );
  });

  it('reach 100 % only at the end', () => {
    assert.deepEqual([-1, 0, 0.999, 1, 2].map(formatPercent), ['0%', '0%', '99%', '100%', '100%']);
  });

  it('draw a line from high to low', () => {
    assert.equal(sparkline([]), '');
    assert.equal(sparkline([1, 1]), '▁▁');
    assert.equal(sparkline([3, 2, 1]), '█▅▁');
    assert.equal(sparkline(Array.from({ length: 1000 }, (_, i) => -i)).length, 24);
  });
});
