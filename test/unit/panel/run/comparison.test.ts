import assert from 'node:assert/strict';
import { againstBaseline } from '../../../../src/panel/run/comparison';

describe('the comparison with the n-gram model', () => {
  it('goes both ways', () => {
    const run = { baseline: { type: 'baseline', order: 5, natsPerCharacter: 2 } } as const;
    assert.equal(againstBaseline(run, 1.6), '20\u202f% better than a 5-gram model');
    assert.equal(againstBaseline(run, 2.001), 'level with a 5-gram model');
    assert.equal(againstBaseline(run, 3), '50\u202f% behind a 5-gram model');
    assert.equal(againstBaseline(run, 4), 'still far behind a 5-gram model');
    assert.equal(againstBaseline({ baseline: null }, 3), null);
  });
});
