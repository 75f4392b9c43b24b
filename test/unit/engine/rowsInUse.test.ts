import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { RowsInUse } from '../../../src/engine/tensorflow/rowsInUse';

describe('rows of the embedding in use', () => {
  for (const vocabularySize of [2, 1024, 1025, 65_536]) {
    it(`lead back to every token of a vocabulary of ${vocabularySize}`, () => {
      const inUse = new RowsInUse(vocabularySize, 300);
      const batches = fc.array(fc.integer({ min: 0, max: vocabularySize - 1 }), { minLength: 300, maxLength: 300 });
      fc.assert(
        fc.property(batches, (tokens) => {
          const { rows, positions } = inUse.find(Uint16Array.from(tokens));
          assert.deepEqual(
            Array.from(positions, (position) => rows[position]),
            tokens,
          );
          assert.ok(rows.every((row) => row < vocabularySize));
        }),
      );
    });
  }

  it('are few where few of many tokens occur', () => {
    const tokens = Uint16Array.from({ length: 2000 }, (_, position) => (position * 7919) % 150);
    assert.equal(new RowsInUse(60_000, 2000).find(tokens).rows.length, 256);
  });
});
