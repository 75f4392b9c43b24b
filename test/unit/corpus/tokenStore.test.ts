import assert from 'node:assert/strict';
import fc from 'fast-check';
import { join } from 'node:path';
import { TokenStore } from '../../../src/corpus/tokenStore';
import { folderWith } from './temporaryFolder';

const blocks = fc.array(fc.uint16Array({ max: 255, maxLength: 50 }), { maxLength: 20 });

describe('TokenStore', () => {
  for (const vocabularySize of [256, 65_536]) {
    it(`gives back what was added, in memory or in a file, with ${vocabularySize} ids`, () => {
      fc.assert(
        fc.property(blocks, fc.nat(200), fc.nat(1000), (added, limit, place) => {
          const store = new TokenStore(vocabularySize, join(folderWith({}), 'made', 'ids'), limit);
          const scale = vocabularySize > 256 ? 257 : 1;
          const ids = added.map((block) => block.map((id) => id * scale));
          for (const block of ids) store.append(block);
          const sequence = store.sequence();
          const all = ids.flatMap((block) => [...block]);
          assert.equal(sequence.length, all.length);
          const offset = Math.min(place, all.length);
          const part = new Uint16Array(Math.min(30, all.length - offset));
          sequence.read(offset, part);
          assert.deepEqual([...part], all.slice(offset, offset + part.length));
          store.close();
        }),
        { numRuns: 60 },
      );
    });
  }

  for (const limit of [1, 1000]) {
    it(`takes ids back (${limit === 1 ? 'file' : 'memory'})`, () => {
      const store = new TokenStore(1000, join(folderWith({}), 'ids'), limit);
      store.append(Uint16Array.of(1, 2, 3));
      store.truncate(1);
      store.append(Uint16Array.of(9));
      const ids = new Uint16Array(2);
      store.sequence().read(0, ids);
      assert.deepEqual([...ids], [1, 9]);
      store.close();
    });

    it(`refuses to read past the end (${limit === 1 ? 'file' : 'memory'})`, () => {
      const store = new TokenStore(1000, join(folderWith({}), 'ids'), limit);
      store.append(Uint16Array.of(1, 2, 3));
      const sequence = store.sequence();
      assert.throws(() => sequence.read(2, new Uint16Array(2)), RangeError);
      assert.throws(() => sequence.read(-1, new Uint16Array(1)), RangeError);
      store.close();
    });
  }
});
