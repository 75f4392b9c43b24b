import fc from 'fast-check';
import assert from 'node:assert/strict';
import { buildCorpus } from '../../../../src/corpus/build';
import { type Corpus, type CorpusOptions, defaultCorpusOptions } from '../../../../src/corpus/corpus';
import { itemsText } from '../../../../src/corpus/items/itemsText';
import { summarize, surveyCorpus } from '../../../../src/corpus/survey/survey';
import { endOfDocument } from '../../../../src/corpus/tokenizers/tokenizer';
import { indexCorpus } from '../../../../src/generation/copies/indexCorpus';
import { itemFormOf } from '../../../../src/model/itemForm';
import { textsOf } from '../sources';
import { folderWith } from '../temporaryFolder';
import { TextMaker } from './texts';

const options: CorpusOptions = { ...defaultCorpusOptions, minimumCount: 1, documents: 'auto' };

/** The items of both parts of a corpus, decoded. */
function partsOf({ training, validation, tokenizer }: Corpus): { training: string[]; validation: string[] } {
  const itemsIn = (sequence: Corpus['training']) => {
    const ids = new Uint16Array(sequence.length);
    sequence.read(0, ids);
    assert.equal(ids[0] ?? endOfDocument, endOfDocument);
    const texts: string[] = [];
    for (let start = 0; start < ids.length;) {
      const next = ids.indexOf(endOfDocument, start + 1);
      const end = next < 0 ? ids.length : next;
      texts.push(tokenizer.decode(ids.subarray(start + 1, end)));
      start = end;
    }
    return texts;
  };
  return { training: itemsIn(training), validation: itemsIn(validation) };
}

/** A list with some names that come twice. */
function names(seed: number, count = 1500): string[] {
  const maker = new TextMaker(seed);
  const list = maker.many(count, (i) => `${maker.name()}${i % 9 === 0 ? maker.name() : ''}`);
  return list.map((name) => (maker.below(20) === 0 ? maker.pick(list) : name)).sort();
}

describe('a corpus of a list', () => {
  it('has each line in one of its parts, a tenth held out at random', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1e6), fc.constantFrom('char', 'bpe', 'byte'), async (seed, tokenizer) => {
        const list = names(seed);
        const source = textsOf('/', { name: 'names.txt', text: list.join('\n') });
        const corpus = await buildCorpus(source, { ...options, tokenizer, maximumVocabulary: 4000 });
        const { training, validation } = partsOf(corpus);
        assert.deepEqual([...training, ...validation].sort(), list.map((name) => `${name}\n`).sort());
        assert.ok(Math.abs(validation.length / list.length - 0.1) < 0.04, `${validation.length} held out`);
        // In the order of an alphabet, the last tenth would begin with its last letters.
        assert.ok(new Set(validation.map((item) => item[0])).size > 4);
        const characters = list.join('').length + list.length;
        assert.equal(corpus.summary.characters, characters);
        assert.equal(corpus.validationCharacters, validation.join('').length);
        assert.deepEqual(corpus.itemRanges, [{ start: 0, end: corpus.training.length }]);
        assert.deepEqual(corpus.heldOutItemRanges, [{ start: 0, end: corpus.validation.length }]);
        assert.equal(corpus.documents[0]!.items!.heldOut, validation.length);
        assert.deepEqual(itemFormOf(corpus.summary), { unit: 'lines' });
      }),
      { numRuns: 8 },
    );
  });

  it('draws each line by itself, though it comes twice, and keeps it where it is when others come', async () => {
    const once = Array.from({ length: 3000 }, (_, i) => `n${i.toString(36)}`);
    const build = async (list: readonly string[]) =>
      partsOf(
        await buildCorpus(textsOf('/', { name: 'x.txt', text: list.join('\n') }), { ...options, documents: 'lines' }),
      );
    const twice = await build([...once, ...once.slice(0, 1000)]);
    const trained = new Set(twice.training);
    const repeated = twice.validation.filter((item) => trained.has(item));
    assert.ok(repeated.length > 120 && repeated.length < 240, `${repeated.length}`);
    const before = new Set((await build(once)).validation);
    const after = (await build(once.flatMap((name, i) => (i % 100 === 0 ? [`more${i}`, name] : [name])))).validation;
    const moved = after.filter((item) => !item.startsWith('more') && !before.has(item));
    assert.ok(moved.length <= 6, `${moved.length} moved`);
  });

  it('says how many there are, in plain words', async () => {
    const list = names(4);
    const corpus = await buildCorpus(textsOf('/', { name: 'a/names.txt', text: `${list.join('\n')}\n\n` }), options);
    assert.equal(itemsText(corpus.summary.items!), '1,500 names, one a line');
    const maker = new TextMaker(3);
    const tunes = maker.many(120, (i) => maker.tune(i)).join('\n\n\n');
    const book = await buildCorpus(textsOf('/', { name: 'x.abc', text: tunes }), options);
    assert.equal(itemsText(book.summary.items!), '120 tunes, with blank lines between them');
    const { training, validation } = partsOf(book);
    for (const tune of [...training, ...validation]) assert.match(tune, /^X:\d+\nT:[^]+[^\n]\n\n$/);
    const dense = maker.many(120, (i) => maker.tune(i)).join('\n');
    const denseBook = await buildCorpus(textsOf('/', { name: 'x.abc', text: dense }), options);
    assert.equal(itemsText(denseBook.summary.items!), '120 tunes, each from a line with X: on');
    assert.deepEqual(itemFormOf(denseBook.summary), { unit: 'blocks', separator: '' });
    const parts = partsOf(denseBook);
    assert.ok(parts.validation.length > 3);
    assert.equal(parts.training.length + parts.validation.length, 120);
    for (const tune of [...parts.training, ...parts.validation])
      assert.match(tune, /^X:\d+\nT:(?:(?!\nX:)[^])+[^\n]\n\n$/);
    const copies = await indexCorpus(textsOf('/', { name: 'x.abc', text: dense }), {}, { documents: 'auto' });
    assert.deepEqual(copies.parts.items?.form, { unit: 'blocks', separator: '' });
    const jokes = maker.many(90, () => maker.sentence()).join('\n%\n');
    const survey = await surveyCorpus(textsOf('/', { name: 'x.txt', text: jokes }));
    assert.equal(itemsText(summarize(survey, 'auto').items!), '90 items, with lines of % between them');
    assert.equal(summarize(survey, 'files').items, undefined);
  });

  it('holds some out, and trains on some, however few or however alike they are', async () => {
    for (const list of [names(1, 60), Array.from({ length: 900 }, (_, i) => ['yes', 'no', 'perhaps'][i % 3]!)]) {
      const text = `${list.join('\n')}\n`.padEnd(2100, 'never\n').replace(/[^\n]+$/, '');
      const corpus = await buildCorpus(textsOf('/', { name: 'x.txt', text }), { ...options, documents: 'lines' });
      const { training, validation } = partsOf(corpus);
      const share = validation.length / (training.length + validation.length);
      assert.ok(share > 0.05 && share < 0.15, `${share}`);
    }
  });

  it('is what it always was where documents are files, or the text is no list', async () => {
    const list = { name: 'names.txt', text: names(2).join('\n') };
    const maker = new TextMaker(5);
    const prose = { name: 'prose.txt', text: maker.many(60, () => maker.wrapped()).join('\n\n') };
    const before: CorpusOptions = { ...defaultCorpusOptions, minimumCount: 1 };
    const both = [await buildCorpus(textsOf('/', list, prose), before)];
    both.push(await buildCorpus(textsOf('/', list, prose), { ...before, documents: 'files' }));
    assert.equal(both[0]!.fingerprint, both[1]!.fingerprint);
    for (const { itemRanges, summary } of both) assert.deepEqual([itemRanges, summary.items], [undefined, undefined]);
    const whole = await buildCorpus(textsOf('/', prose), before);
    const looked = await buildCorpus(textsOf('/', prose), options);
    assert.equal(whole.fingerprint, looked.fingerprint);
    assert.deepEqual(partsOf(looked), partsOf(whole));
    assert.notEqual(
      (await buildCorpus(textsOf('/', list), options)).fingerprint,
      (await buildCorpus(textsOf('/', list), before)).fingerprint,
    );
  });

  it('stays beside other text, which is split as ever', async () => {
    const maker = new TextMaker(6);
    const prose = { name: 'b.txt', text: maker.many(200, () => maker.wrapped()).join('\n\n') };
    const lists = [
      { name: 'a.txt', text: names(7).join('\n') },
      { name: 'c.txt', text: names(8).join('\n') },
    ];
    const corpus = await buildCorpus(textsOf('/', lists[0]!, prose, lists[1]!), options);
    const [first, second] = corpus.itemRanges!;
    const ids = new Uint16Array(second!.start - first!.end);
    corpus.training.read(first!.end, ids);
    const trained = corpus.tokenizer.decode(ids);
    const { heldOut } = corpus.documents[1]!;
    assert.equal(trained.length, prose.text.length - heldOut);
    assert.ok(Math.abs(heldOut / prose.text.length - 0.1) < 0.03, `${heldOut} of ${prose.text.length}`);
    assert.equal(trained.slice(-2000), prose.text.slice(-2000));
    const [one, other] = corpus.heldOutItemRanges!;
    assert.deepEqual([one!.start, other!.end], [0, corpus.validation.length]);
    assert.equal(other!.start - one!.end, 1 + heldOut);
    assert.equal(itemFormOf(corpus.summary), null, 'most of it is prose');
  });

  it('comes up as often as its folder weighs', async () => {
    const list = names(9, 3000);
    const source = textsOf('/', { name: 'names.txt', text: list.join('\n') });
    const once = partsOf(await buildCorpus(source, options));
    for (const weight of [0.25, 1, 2.5]) {
      const weighed = partsOf(await buildCorpus(source, { ...options, weights: { 'names.txt': weight } }));
      assert.deepEqual(weighed.validation, once.validation);
      assert.ok(Math.abs(weighed.training.length / once.training.length - weight) < 0.05);
      if (weight >= 1) assert.deepEqual(new Set(weighed.training), new Set(once.training));
    }
  });

  it('comes out of the cache as it went in', async () => {
    const cacheFolder = folderWith({});
    const source = textsOf('/', { name: 'names.txt', text: names(3).join('\n') });
    const [made, kept] = [
      await buildCorpus(source, options, { cacheFolder }),
      await buildCorpus(source, options, { cacheFolder }),
    ];
    assert.deepEqual(partsOf(kept), partsOf(made));
    assert.deepEqual([kept.itemRanges, kept.summary, kept.documents], [made.itemRanges, made.summary, made.documents]);
  });
});
