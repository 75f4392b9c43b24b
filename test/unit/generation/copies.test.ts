import fc from 'fast-check';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wholeCopy } from '../../../src/generation/copies/copyExtent';
import { copyFile, readCopyIndex, saveCopyIndex } from '../../../src/generation/copies/copyFile';
import { type CopyIndex, CopyIndexBuilder } from '../../../src/generation/copies/copyIndex';
import { type Copy, CopyWatch } from '../../../src/generation/copies/copyWatch';
import { gramLength } from '../../../src/generation/copies/fingerprints';
import { Random } from '../../../src/model/model';

/** A text without repetitions. */
function noise(length: number, seed: number): string {
  const random = Random.seeded(seed, 'noise');
  return Array.from({ length }, () => String.fromCharCode(97 + random.below(26))).join('');
}

function indexOf(documents: Readonly<Record<string, string>>, units = 1000): CopyIndex {
  const builder = new CopyIndexBuilder(units);
  for (const [name, text] of Object.entries(documents)) {
    builder.startDocument(name);
    for (let i = 0; i < text.length; i += 100) builder.add(text.slice(i, i + 100));
  }
  return builder.finish();
}

function copiesIn(text: string, index: CopyIndex, shortest = 30): readonly Copy[] {
  const watch = new CopyWatch(index, shortest);
  for (let i = 0; i < text.length; i += 7) watch.push(text.slice(i, i + 7));
  return watch.copies();
}

const documents = { 'a.md': noise(3000, 1), 'b/c.md': noise(2000, 2), 'short.md': noise(30, 3) };
const index = indexOf(documents);
/** Any passage this long shares a fingerprint at its start and one at its end. */
const certain = gramLength + 16 - 1;

describe('copies', () => {
  it('finds every passage that is long enough, where it stands, to within a window on both sides', () => {
    const place = fc.record({
      name: fc.constantFrom('a.md' as const, 'b/c.md' as const),
      offset: fc.integer({ min: 0, max: 1800 }),
      length: fc.integer({ min: certain, max: 200 }),
      before: fc.integer({ min: 0, max: 100 }),
      seed: fc.integer({ min: 1000 }),
    });
    fc.assert(
      fc.property(place, ({ name, offset, length, before, seed }) => {
        const copied = documents[name].slice(offset, offset + length);
        const text = `${noise(before, seed)}|${copied}|${noise(60, seed + 1)}`;
        const [copy, ...others] = copiesIn(text, index, gramLength);
        assert.equal(others.length, 0);
        assert.ok(copy !== undefined, 'found');
        assert.equal(copy.document, name);
        const start = before + 1;
        assert.ok(copy.start >= start && copy.start < start + 16);
        assert.ok(copy.start + copy.length <= start + copied.length);
        assert.ok(copy.start + copy.length > start + copied.length - 16);
        assert.equal(copy.offset - offset, copy.start - start);
      }),
    );
  });

  it('finds nothing in a text of its own', () => {
    assert.deepEqual(copiesIn(noise(20_000, 99), index, 1), []);
  });

  it('tells where a copy of one document goes over into a copy of another', () => {
    const text = documents['a.md'].slice(500, 620) + documents['b/c.md'].slice(40, 200);
    assert.deepEqual(
      copiesIn(text, index).map(({ document }) => document),
      ['a.md', 'b/c.md'],
    );
  });

  it('does not take two documents that follow each other for one', () => {
    const text = documents['a.md'].slice(-40) + documents['b/c.md'].slice(0, 40);
    for (const { length } of copiesIn(text, index, gramLength)) assert.ok(length <= 40);
  });

  it('follows a passage that stands in several places to the one that it is copied from', () => {
    const refrain = noise(60, 7);
    const verses = Array.from({ length: 5 }, (_, i) => refrain + noise(80, 70 + i));
    const song = indexOf({ 'song.txt': verses.join('') });
    const [copy] = copiesIn(verses[3]!, song, 100);
    assert.ok(copy !== undefined);
    assert.equal(copy.offset - copy.start, 3 * 140);
  });

  it('says how long the passage is that is being written, and once more as it ends', () => {
    const watch = new CopyWatch(index, gramLength);
    const lengths = [noise(50, 8), documents['a.md'].slice(100, 300), noise(50, 9), noise(50, 10)].map((piece) => {
      watch.push(piece);
      return watch.recent().map(({ length }) => length);
    });
    const [before, during, atEnd, after] = lengths;
    assert.deepEqual(before, []);
    assert.ok(during!.length === 1 && during![0]! > 200 - 32 && during![0]! <= 200);
    assert.ok(atEnd!.length === 1 && atEnd![0]! >= during![0]! && atEnd![0]! <= 200);
    assert.deepEqual(after, []);
  });

  it('measures a passage from end to end by its document, wherever that has moved', () => {
    const text = `${noise(40, 20)}|${documents['b/c.md'].slice(500, 580)}|${noise(40, 21)}`;
    const [copy] = copiesIn(text, index, gramLength);
    for (const before of ['', 'A line that is new.\n']) {
      const { start, length, offset } = wholeCopy(copy!, text, before + documents['b/c.md']);
      assert.deepEqual([start, length, offset], [41, 80, 500 + before.length]);
    }
    assert.equal(wholeCopy(copy!, text, noise(3000, 30)), copy);
  });

  it('keeps a bounded number of fingerprints, however large the corpus', () => {
    const large = indexOf({ 'a.md': noise(200_000, 4) }, 100_000_000);
    assert.ok(large.parts.window > 90);
    assert.ok(large.parts.hashes.length < (2 * 200_000) / 90);
  });

  describe('on disk', () => {
    let folder: string;
    beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'textloom-copies-'))));
    afterEach(() => rmSync(folder, { recursive: true }));

    it('comes back as it was', async () => {
      await saveCopyIndex(folder, index);
      assert.deepEqual((await readCopyIndex(folder))?.parts, index.parts);
      await saveCopyIndex(folder, indexOf({}));
      assert.equal((await readCopyIndex(folder))?.parts.hashes.length, 0);
    });

    it('is left alone where it is missing, cut off, or not what it says', async () => {
      assert.equal(await readCopyIndex(folder), null);
      await saveCopyIndex(folder, index);
      const content = readFileSync(join(folder, copyFile));
      for (const end of [0, 10, content.indexOf('\n') + 1, content.length - 1]) {
        writeFileSync(join(folder, copyFile), content.subarray(0, end));
        assert.equal(await readCopyIndex(folder), null, `cut off at ${end}`);
      }
      writeFileSync(join(folder, copyFile), '{"formatVersion":2,"window":16,"fingerprints":0,"documents":[]}\n');
      assert.equal(await readCopyIndex(folder), null);
    });
  });
});
