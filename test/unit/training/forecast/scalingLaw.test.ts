import fc from 'fast-check';
import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { likelyLoss } from '../../../../src/training/forecast/scalingLaw';

const traits = { probe: { natsPerCharacter: 2.1, early: 2.6, operations: 1e11 }, baseline: 1.6, trainingTokens: 1e6 };

describe('the law of the loss', () => {
  it('starts at the probe and falls as more is put in, ever more slowly', () => {
    const losses = [1e11, 1e12, 1e13, 1e14].map((operations) => likelyLoss(traits, { operations }));
    assert.ok(Math.abs(losses[0]! - 2.1) < 1e-9);
    const gains = losses.slice(1).map((loss, index) => losses[index]! - loss);
    assert.ok(
      gains.every((gain, index) => gain > 0 && gain < (gains[index - 1] ?? Infinity)),
      losses.join(' '),
    );
  });

  it('expects more of more text', () => {
    const work = { operations: 1e14 };
    assert.ok(likelyLoss({ ...traits, trainingTokens: 1e8 }, work) < likelyLoss(traits, work));
    assert.ok(likelyLoss({ ...traits, trainingTokens: 3e4 }, work) > likelyLoss(traits, work));
  });

  it('is a sensible number for any corpus', () => {
    const nats = fc.double({ min: 0.05, max: 6, noNaN: true });
    const input = fc.record({
      late: nats,
      early: nats,
      baseline: nats,
      trainingTokens: fc.integer({ min: 500, max: 2 ** 31 }),
      operations: fc.double({ min: 1e8, max: 1e18, noNaN: true }),
    });
    fc.assert(
      fc.property(input, ({ late, early, baseline, trainingTokens, operations }) => {
        const probe = { natsPerCharacter: late, early, operations: 1e11 };
        const loss = likelyLoss({ probe, baseline, trainingTokens }, { operations });
        assert.ok(loss > 0 && loss <= late * 1.0001, String(loss));
      }),
    );
  });
});
