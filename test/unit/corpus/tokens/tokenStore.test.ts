import fc from 'fast-check';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { TokenStore } from '../../../../src/corpus/tokens/tokenStore';
import { folderWith } from '../temporaryFolder';

const blocks = fc.array(fc.uint16Array({ max: 255, maxLength: 50 }), { maxLength: 20 });

describe('TokenStore', () => {
  for (const vocabularySize of [256, 65_536]) {
    it(`gives back what was added, in memory or in a file, with ${vocabularySize} ids`, () => {
      return fc.assert(
        fc.asyncProperty(blocks, fc.nat(200), fc.nat(1000), async (added, limit, place) => {
          const store = new TokenStore(vocabularySize, join(folderWith({}), 'made', 'ids'), limit);
          const scale = vocabularySize > 256 ? 257 : 1;
          const ids = added.map((block) => block.map((id) => id * scale));
          for (const block of ids) {
            store.append(block);
            if (store.full) await store.flush();
          }
          const sequence = await store.sequence();
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
    it(`takes ids back (${limit === 1 ? 'file' : 'memory'})`, async () => {
      const store = new TokenStore(1000, join(folderWith({}), 'ids'), limit);
      store.append(Uint16Array.of(1, 2, 3));
      if (store.full) await store.flush();
      store.truncate(1);
      store.append(Uint16Array.of(9));
      const ids = new Uint16Array(2);
      (await store.sequence()).read(0, ids);
      assert.equal(store.inMemory, limit > 1);
      assert.deepEqual([...ids], [1, 9]);
      store.close();
    });

    it(`refuses to read past the end (${limit === 1 ? 'file' : 'memory'})`, async () => {
      const store = new TokenStore(1000, join(folderWith({}), 'ids'), limit);
      store.append(Uint16Array.of(1, 2, 3));
      const sequence = await store.sequence();
      assert.throws(() => sequence.read(2, new Uint16Array(2)), RangeError);
      assert.throws(() => sequence.read(-1, new Uint16Array(1)), RangeError);
      store.close();
    });
  }

  it('holds as many ids as there are, though many are on their way to the file and some are taken back', async () => {
    const store = new TokenStore(1000, join(folderWith({}), 'ids'), 1000);
    const kept: number[] = [];
    for (let document = 0; document < 12; document++) {
      const before = store.length;
      for (let piece = 0; piece < 4; piece++) {
        const first = document * 4 + piece;
        store.append(Uint16Array.from({ length: 100_001 }, (_, i) => (first * 31 + i) % 1000));
        if (store.full) await store.flush();
        kept.push(first);
      }
      if (document % 3 !== 1) continue;
      store.truncate(before);
      kept.length -= 4;
    }
    const sequence = await store.sequence();
    assert.equal(sequence.length, kept.length * 100_001);
    const ids = new Uint16Array(100_001);
    kept.forEach((first, index) => {
      sequence.read(index * ids.length, ids);
      assert.ok(
        ids.every((id, i) => id === (first * 31 + i) % 1000),
        `block ${index}`,
      );
    });
    store.close();
  });
});
