import assert from 'node:assert/strict';
import { fillingOf } from '../../../bench/quality/peers';

describe("what zpaq's texts get before them", () => {
  it('is nothing where both are within one size class of its tables', () => {
    for (const [known, whole] of [
      [10, 1000],
      [900_000, 1_000_000],
      [2 ** 20, 1_200_000],
      [2 ** 21 + 1, 2 ** 22 - 9000],
    ] as const) {
      assert.equal(fillingOf(known, whole), 0);
    }
  });

  it('brings both past a border that is between them, or near the larger', () => {
    assert.equal(fillingOf(1_003_854, 1_115_394), 2 ** 20 - 1_003_854);
    assert.equal(fillingOf(1_000_000, 1_044_000), 2 ** 20 - 1_000_000);
    assert.equal(fillingOf(2_000_000, 2_200_000), 2 ** 21 - 2_000_000);
  });
});
