import assert from 'node:assert/strict';
import { buildCorpus } from '../../../../src/corpus/build';
import { type Corpus, CorpusError, type CorpusOptions, defaultCorpusOptions } from '../../../../src/corpus/corpus';
import { endOfDocument } from '../../../../src/corpus/tokenizers/tokenizer';
import { roundsOf, weigher } from '../../../../src/corpus/tokens/weights';
import { prose, sourceOf } from '../sources';
import { folderWith } from '../temporaryFolder';

const options: CorpusOptions = { ...defaultCorpusOptions, tokenizer: 'char', minimumCount: 1 };

/** The documents of a sequence, in order. */
function documentsIn({ tokenizer, training }: Corpus): string[] {
  const ids = new Uint16Array(training.length);
  training.read(0, ids);
  const texts: number[][] = [];
  for (const id of ids) {
    if (id === endOfDocument) texts.push([]);
    else texts.at(-1)!.push(id);
  }
  return texts.map((text) => tokenizer.decode(text));
}

describe('weights of folders', () => {
  it('count by the longest path that holds a document', () => {
    const weights = { 'notes/': 2, 'notes/old': 0.5, './letters/a.md': 3, '.': 0.1 };
    assert.equal(weigher(weights)('notes/a.md'), 2);
    assert.equal(weigher(weights)('notes/old/a.md'), 0.5);
    assert.equal(weigher(weights)('letters/a.md'), 3);
    assert.equal(weigher(weights)('letters/b.md'), 0.1);
    assert.equal(weigher(weights)('notesbook/a.md'), 0.1);
    assert.equal(weigher({ notes: 2 })('a.md'), 1);
  });

  it('make rounds: whole ones, and a share of a large document or of many small ones', () => {
    const split = { heldOut: [{ start: 0, end: 10_000 }] };
    const large = { name: 'a', characters: 100_000 };
    assert.deepEqual(roundsOf(large, split, 1, 0), [Infinity]);
    assert.deepEqual(roundsOf(large, split, 2.5, 0), [Infinity, Infinity, 45_000]);
    assert.deepEqual(roundsOf(large, split, 0.25, 0), [22_500]);
    assert.deepEqual(roundsOf(large, { heldOut: [{ start: 0, end: Infinity }] }, 2, 0), []);
    const drawn = Array.from({ length: 1000 }, (_, i) =>
      roundsOf({ name: `${i}`, characters: 1000 }, { heldOut: [] }, 0.25, 0),
    );
    const share4 = drawn.filter((rounds) => rounds.length === 1).length;
    assert.ok(share4 > 200 && share4 < 300, `${share4} of 1000`);
  });

  it('read heavy documents again after all have come up once, and hold out the same as without', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [`${i % 2 === 0 ? 'notes' : 'other'}/${i}.md`, prose(500, i)]),
    );
    const source = sourceOf(folderWith(files));
    const plain = await buildCorpus(source, options);
    const weighted = await buildCorpus(source, { ...options, weights: { notes: 2 } });
    const once = documentsIn(plain);
    const notes = new Set(
      Object.entries(files)
        .filter(([name]) => name.startsWith('notes'))
        .map(([, text]) => text),
    );
    const heavy = once.filter((text) => notes.has(text));
    assert.ok(heavy.length > 20);
    assert.deepEqual(documentsIn(weighted), [...once, ...heavy]);
    assert.equal(weighted.validation.length, plain.validation.length);
    assert.deepEqual(weighted.tokenizer.description, plain.tokenizer.description);
    assert.deepEqual(weighted.summary, plain.summary);
    assert.notEqual(weighted.fingerprint, plain.fingerprint);
    const unweighted = await buildCorpus(source, { ...options, weights: {} });
    assert.equal(unweighted.fingerprint, plain.fingerprint);
  });

  it('read the beginning of a light large document, and hold out all of its blocks all the same', async () => {
    const text = prose(50_000);
    const source = sourceOf(folderWith({ 'a.md': text }));
    const plain = await buildCorpus(source, options);
    const light = await buildCorpus(source, { ...options, weights: { 'a.md': 0.2 } });
    assert.equal(light.training.length, 1 + 9200);
    assert.equal(documentsIn(light)[0], documentsIn(plain)[0]!.slice(0, 9200));
    assert.equal(light.validationCharacters, plain.validationCharacters);
    assert.ok(Math.abs(plain.validationCharacters - 4000) < 200);
    assert.equal(light.summary.characters, 50_000);
  });

  it('hold for a large text, which stays in its file', async function () {
    this.timeout(120_000);
    const megabytes = { notes: 12, archive: 24, other: 4 };
    const files = Object.entries(megabytes).map(([folder, size], i) => {
      return [`${folder}/large.txt`, prose(2 ** 20, i).repeat(size)] as const;
    });
    const source = sourceOf(folderWith(Object.fromEntries(files)), { filters: { maximumFileSize: 1e9 } });
    const plain = await buildCorpus(source, options);
    const weighted = await buildCorpus(source, { ...options, weights: { notes: 3, archive: 0.25 } });
    try {
      const share = plain.documents.map(({ characters, heldOut }) => characters - heldOut);
      const [archive, notes, other] = share as [number, number, number];
      assert.equal(plain.training.length, 3 + archive + notes + other);
      const light = weighted.training.length - 5 - 3 * notes - other;
      // How much is held out is known to some lines only before the text is read.
      assert.ok(Math.abs(light - archive / 4) < 1000, `${light} and ${archive / 4}`);
      assert.equal(weighted.validation.length, plain.validation.length);
      // The second and the third time, the notes are the same as the first.
      const [first, last] = [new Uint16Array(5000), new Uint16Array(5000)];
      weighted.training.read(light + 2, first);
      weighted.training.read(weighted.training.length - notes, last);
      assert.deepEqual(last, first);
    } finally {
      plain.dispose();
      weighted.dispose();
    }
  });

  it('are refused in a sentence where they leave nothing to train on', async () => {
    const source = sourceOf(folderWith({ 'a.md': prose(3000) }));
    const seed = [0, 1, 2, 3].find((seed) => {
      const document = { name: 'a.md', characters: 3000 };
      return roundsOf(document, { heldOut: [] }, 0.01, seed).length === 0;
    })!;
    const weights = { '.': 0.01 };
    await assert.rejects(buildCorpus(source, { ...options, weights, seed }), (error) => {
      return error instanceof CorpusError && error.message.includes('raise them');
    });
  });

  it('have a corpus of their own each in the cache', async () => {
    const cacheFolder = folderWith({});
    const source = sourceOf(folderWith({ 'a.md': prose(50_000) }));
    const lengths = [];
    for (const weight of [1, 2, 1, 2]) {
      const corpus = await buildCorpus(source, { ...options, weights: { 'a.md': weight } }, { cacheFolder });
      lengths.push(corpus.training.length);
    }
    const [once = 0] = lengths;
    assert.ok(once > 45_000 && once < 47_000);
    assert.deepEqual(lengths, [once, 2 * once, once, 2 * once]);
  });
});
