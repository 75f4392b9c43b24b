import fc from 'fast-check';
import assert from 'node:assert/strict';
import {
  formatAge,
  formatBytes,
  formatCount,
  formatDuration,
  formatLoss,
  formatPercent,
  formatProbability,
  formatProgress,
  formatShortCount,
  formatSmall,
  plural,
  sparkline,
  speakDuration,
} from '../../../src/base/format';

describe('formats of numbers', () => {
  it('count in words from a million on', () => {
    assert.deepEqual([999, 12_345, 999_949, 999_950, 1_234_567, 34_000_000, 999_600_000].map(formatCount), [
      '999',
      '12,345',
      '999,949',
      '1.0 million',
      '1.2 million',
      '34 million',
      '1.0 billion',
    ]);
    assert.equal(plural(1, 'file'), '1 file');
    assert.equal(plural(2, 'file'), '2 files');
  });

  it('shorten counts to three digits and a magnitude', () => {
    assert.deepEqual([812, 999.6, 62_400, 999_600, 1_250_000, 612_345].map(formatShortCount), [
      '812',
      '1k',
      '62.4k',
      '1M',
      '1.25M',
      '612k',
    ]);
  });

  it('give sizes in decimal units', () => {
    assert.deepEqual([0, 940, 1500, 9960, 12_000, 999_700, 3_400_000, 412e6, 1.3e9].map(formatBytes), [
      '0 bytes',
      '940 bytes',
      '1.5 kB',
      '10 kB',
      '12 kB',
      '1.0 MB',
      '3.4 MB',
      '412 MB',
      '1.3 GB',
    ]);
  });

  it('give durations as a clock does', () => {
    assert.deepEqual([-3, 7, 59.7, 192, 3723].map(formatDuration), ['0:00', '0:07', '1:00', '3:12', '1:02:03']);
  });

  it('speak durations in words', () => {
    assert.deepEqual([192, 61, 7260, 0.2].map(speakDuration), [
      '3 minutes 12 seconds',
      '1 minute 1 second',
      '2 hours 1 minute',
      '0 seconds',
    ]);
  });

  it('give ages in whole units', () => {
    const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
    const ages = [-day, 30_000, 5 * minute, 3 * hour, day, 12 * day, 100 * day, 800 * day];
    assert.deepEqual(
      ages.map((age) => formatAge(0, age)),
      ['new', 'new', '5 min', '3 h', '1 day', '12 days', '3 months', '2 years'],
    );
  });

  it('give shares in whole percent, and progress as 100% only at the end', () => {
    assert.deepEqual([0.214, 0.999, 1.5].map(formatPercent), ['21%', '100%', '150%']);
    assert.deepEqual([-1, 0, 0.999, 1, 2].map(formatProgress), ['0%', '0%', '99%', '100%', '100%']);
  });

  it('give probabilities in as many digits as mean something', () => {
    assert.deepEqual([0.341, 0.0342, 0.0034, 0.0004, 0, 0.0995, 1].map(formatProbability), [
      '34%',
      '3.4%',
      '0.3%',
      '<0.1%',
      '0%',
      '10%',
      '100%',
    ]);
  });

  it('give losses the digits that matter at their size', () => {
    assert.deepEqual(
      [1.5234, 34.26, 812.4, 65_000].map((value) => formatLoss(value)),
      ['1.523', '34.3', '812', '65k'],
    );
    assert.equal(formatLoss(1.5234, 2), '1.52');
  });

  it('give rates of any size three digits', () => {
    assert.deepEqual([0.006, 0.00463, 0.00002, 0, 12_345].map(formatSmall), ['0.006', '0.00463', '2e-5', '0', '12.3k']);
  });

  it('never show a value that is no number', () => {
    const formats = [
      ...[formatBytes, formatCount, formatShortCount, formatDuration, formatSmall],
      ...[formatPercent, formatProgress, formatProbability, (value: number) => formatLoss(value)],
    ];
    for (const format of formats) {
      for (const value of [NaN, Infinity, -Infinity]) assert.equal(format(value), '–');
      fc.assert(
        fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: 0, max: 1e12 }), (value) => {
          assert.doesNotMatch(format(value), /NaN|Infinity|undefined/);
        }),
      );
    }
  });

  it('never round up to a thousand of a smaller unit', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: 1, max: 9e11 }), (value) => {
        assert.doesNotMatch(formatBytes(value), /^1000 [kMG]B/);
        assert.doesNotMatch(formatShortCount(value), /^1000/);
        assert.doesNotMatch(formatCount(value), /^1000 million/);
      }),
    );
  });

  it('draw a line from high to low', () => {
    assert.equal(sparkline([]), '');
    assert.equal(sparkline([1, 1]), '▁▁');
    assert.equal(sparkline([3, 2, 1]), '█▅▁');
    assert.equal(sparkline(Array.from({ length: 1000 }, (_, i) => -i)).length, 24);
  });
});
