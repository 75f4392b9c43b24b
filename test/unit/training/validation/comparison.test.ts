import assert from 'node:assert/strict';
import { againstBaseline } from '../../../../src/training/validation/comparison';

describe('the comparison with the baseline', () => {
  it('goes both ways', () => {
    const baseline = { order: 5, natsPerCharacter: 2 };
    assert.deepEqual(
      [1.6, 1.988, 1.991, 2.001, 2.2, 3, 4].map((nats) => againstBaseline(nats, baseline)),
      [
        '20% better than the 5-gram baseline',
        '1% better than the 5-gram baseline',
        'as good as the 5-gram baseline',
        'as good as the 5-gram baseline',
        '10% worse than the 5-gram baseline',
        '50% worse than the 5-gram baseline',
        'far behind the 5-gram baseline',
      ],
    );
  });

  it('says nothing where there is no baseline, or none that can be compared with', () => {
    assert.equal(againstBaseline(3, null), null);
    assert.equal(againstBaseline(3, { order: 0, natsPerCharacter: 0 }), null);
  });
});
