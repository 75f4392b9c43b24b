import fc from 'fast-check';
import assert from 'node:assert/strict';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatLoss,
  formatPercent,
  formatSmall,
  speakDuration,
} from '../../../../src/panel/page/format';

describe('numbers of the panel', () => {
  it('shows losses with the digits that matter at their size', () => {
    assert.equal(formatLoss(1.5234), '1.523');
    assert.equal(formatLoss(34.26), '34.3');
    assert.equal(formatLoss(812.4), '812');
    assert.equal(formatLoss(65_000), '65k');
  });

  it('shows durations as a clock does', () => {
    assert.equal(formatDuration(7), '0:07');
    assert.equal(formatDuration(192), '3:12');
    assert.equal(formatDuration(59.7), '1:00');
    assert.equal(formatDuration(3723), '1:02:03');
    assert.equal(formatDuration(-3), '0:00');
  });

  it('speaks durations in words', () => {
    assert.equal(speakDuration(192), '3 minutes 12 seconds');
    assert.equal(speakDuration(61), '1 minute 1 second');
    assert.equal(speakDuration(7260), '2 hours 1 minute');
    assert.equal(speakDuration(0.2), '0 seconds');
  });

  it('shortens counts to three digits and a magnitude', () => {
    assert.equal(formatCount(812), '812');
    assert.equal(formatCount(999.6), '1000');
    assert.equal(formatCount(62_400), '62.4k');
    assert.equal(formatCount(999_600), '1M');
    assert.equal(formatCount(1_250_000), '1.25M');
    assert.equal(formatCount(612_345), '612k');
  });

  it('shows sizes and shares', () => {
    assert.equal(formatBytes(412 * 2 ** 20), '412 MB');
    assert.equal(formatBytes(1.3 * 2 ** 30), '1.3 GB');
    assert.equal(formatPercent(0.214), '21\u202f%');
  });

  it('shows rates of any size', () => {
    assert.equal(formatSmall(0.006), '0.006');
    assert.equal(formatSmall(0.00463), '0.00463');
    assert.equal(formatSmall(0.00002), '2e-5');
    assert.equal(formatSmall(0), '0');
    assert.equal(formatSmall(12_345), '12.3k');
  });

  it('never shows a value that is no number', () => {
    const formats = [formatBytes, formatCount, formatDuration, formatLoss, formatPercent, formatSmall];
    for (const format of formats) {
      for (const value of [NaN, Infinity, -Infinity]) assert.equal(format(value), '–');
      fc.assert(
        fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: 0, max: 1e12 }), (value) => {
          assert.doesNotMatch(format(value), /NaN|Infinity|undefined/);
        }),
      );
    }
  });
});
