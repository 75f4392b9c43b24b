import fc from 'fast-check';
import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { buildCorpus } from '../../../../src/corpus/build';
import { type Corpus, defaultCorpusOptions } from '../../../../src/corpus/corpus';
import { fitBaseline } from '../../../../src/training/validation/baseline';
import { copiesNote, heldOutTargets } from '../../../../src/training/validation/heldOutTargets';
import { TextMaker } from '../../corpus/items/texts';
import { source } from '../trainingFixture';

const options = { ...defaultCorpusOptions, tokenizer: 'char', minimumCount: 1 } as const;

/** A corpus whose held-out block, from character 9,000 to 11,000, has a passage from further up at some place. */
async function withCopy(seed: number, copied: number, at: number): Promise<{ corpus: Corpus; from: number }> {
  const maker = new TextMaker(seed);
  const text = maker
    .many(900, () => maker.sentence())
    .join(' ')
    .slice(0, 30_000);
  const held = 9000;
  const passage = text.slice(2000, 2000 + copied);
  const from = at % (2000 - copied);
  const whole = text.slice(0, held + from) + passage + text.slice(held + from + copied);
  return { corpus: await buildCorpus(source(whole), options), from };
}

describe('what counts of the held-out text', () => {
  it('leaves out passages that stand in the training text, and hardly anything else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1e5), fc.integer({ min: 300, max: 1500 }), fc.nat(), async (seed, length, at) => {
        const { corpus, from } = await withCopy(seed, length, at);
        const { counts, passages, copied } = await heldOutTargets(corpus);
        assert.equal(passages, 20);
        assert.ok(copied <= length / 100 && copied > length / 100 - 2, `${copied} of ${length} characters`);
        counts!.subarray(17).forEach((counted, index) => {
          const position = index + 17;
          const isCopied = position > from && position <= from + length;
          if (counted === 0) assert.ok(isCopied, `${position}`);
          if (isCopied && position > from + 100 && position <= from + length - 100) assert.equal(counted, 0);
        });
        assert.match(
          copiesNote({ counts, passages, copied, textTokens: 2000 }, false) ?? '',
          /^\d+ of 20 unseen passages stand in the training text too and don't count\.$|^$/,
        );
      }),
      { numRuns: 15 },
    );
  });

  it('is all of it where nothing is copied, and where everything is', async () => {
    const maker = new TextMaker(1);
    const own = await heldOutTargets(
      await buildCorpus(source(maker.many(300, () => maker.sentence()).join(' ')), options),
    );
    const counts = [...own.counts!];
    assert.deepEqual(counts, [...Array<number>(17).fill(0), ...Array<number>(counts.length - 17).fill(1)]);
    assert.deepEqual([own.copied, copiesNote(own, false)], [0, null]);
    const block = maker.sentences(20, 20);
    const again = await heldOutTargets(await buildCorpus(source(`${block}\n`.repeat(20)), options));
    assert.ok(again.counts!.subarray(17).every((counted) => counted === 1));
    assert.equal(again.copied, again.passages);
    assert.match(
      copiesNote(again, false)!,
      /stand in the training text too: the score says little about text that is new/,
    );
  });

  it('leaves out the ends of items, and tells of those that a list has more than once', async () => {
    const maker = new TextMaker(2);
    const [some, others] = [maker.many(150, () => maker.title()), maker.many(300, () => maker.title())];
    const text = [...others, ...maker.many(600, () => maker.pick(some))].join('\n');
    const corpus = await buildCorpus(source(text), { ...options, documents: 'lines' });
    const found = await heldOutTargets(corpus);
    const decode = (ids: Uint16Array) => corpus.tokenizer.decode(ids);
    const [held, trained] = [corpus.validation, corpus.training].map((sequence) => {
      const ids = new Uint16Array(sequence.length);
      sequence.read(0, ids);
      return ids;
    });
    const lines = new Set(decode(trained!).split('\n'));
    const counted = held!.filter((_, position) => found.counts![position] === 1);
    const items = decode(held!).split('\n').slice(0, -1);
    assert.deepEqual(decode(counted), decode(held!));
    assert.equal(counted.length, held!.length - items.length);
    assert.equal(found.passages, items.length);
    assert.equal(found.copied, items.filter((item) => lines.has(item)).length);
    assert.equal(found.textTokens, corpus.validationCharacters);
    assert.match(copiesNote(found, true)!, new RegExp(`^${found.copied} of ${found.passages} unseen items stand in`));
  });

  it('is what the line to beat is measured on', async () => {
    const { corpus } = await withCopy(3, 1600, 100);
    const all = await fitBaseline(corpus);
    const fair = await fitBaseline(corpus, undefined, await heldOutTargets(corpus));
    assert.ok(
      fair.natsPerCharacter > all.natsPerCharacter + 0.3,
      `${fair.natsPerCharacter} and ${all.natsPerCharacter}`,
    );
  });
});
