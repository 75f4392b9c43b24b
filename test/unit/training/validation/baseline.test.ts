import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { buildCorpus } from '../../../../src/corpus/build';
import { defaultCorpusOptions } from '../../../../src/corpus/corpus';
import { Random } from '../../../../src/model/random';
import { fitBaseline } from '../../../../src/training/validation/baseline';
import { NgramTable } from '../../../../src/training/validation/ngramTable';
import { story } from '../story';
import { source } from '../trainingFixture';

const corpusOf = (text: string) => buildCorpus(source(text), { ...defaultCorpusOptions, tokenizer: 'char' });

describe('fitBaseline', () => {
  it('can do no better than chance on chance, and says that looking back does not help', async () => {
    const random = Random.seeded(1, 'noise');
    const text = Array.from({ length: 60_000 }, () => 'abcdefgh'[random.below(8)]).join('');
    const { order, natsPerCharacter } = await fitBaseline(await corpusOf(text));
    assert.equal(order, 0);
    assert.ok(Math.abs(natsPerCharacter - Math.log(8)) < 0.01, `${natsPerCharacter}`);
  });

  it('takes the order that the text repeats itself by', async () => {
    // Each letter follows from the two before it: a model of order 2 is sure, one of order 1 is not.
    const random = Random.seeded(2, 'noise');
    let [one, two] = [0, 1];
    let text = '';
    for (let i = 0; i < 60_000; i++) {
      [one, two] = [two, random.below(100) === 0 ? random.below(8) : (3 * one + two) % 8];
      text += 'abcdefgh'.charAt(two);
    }
    const { order, natsPerCharacter } = await fitBaseline(await corpusOf(text));
    assert.ok(order >= 2, `${order}`);
    assert.ok(natsPerCharacter < 0.15, `${natsPerCharacter}`);
  });

  it('gets prose well below the entropy of its letters', async () => {
    const { order, natsPerCharacter } = await fitBaseline(await corpusOf(story(20_000)));
    assert.ok(order >= 3 && natsPerCharacter < 0.6, `${order}: ${natsPerCharacter}`);
  });
});

describe('NgramTable', () => {
  it('counts like a map, however it grows', () => {
    const table = new NgramTable(16);
    const expected = new Map<string, number>();
    const random = Random.seeded(3, 'keys');
    for (let i = 0; i < 5000; i++) {
      if (table.isCrowded) table.grow();
      // Few different first words, so that slots collide.
      const [first, second] = [random.below(40), random.below(40)];
      table.add(first, second);
      expected.set(`${first} ${second}`, (expected.get(`${first} ${second}`) ?? 0) + 1);
    }
    for (const [key, count] of expected) {
      const [first = 0, second = 0] = key.split(' ').map(Number);
      assert.equal(table.counts[table.find(first, second)], count);
    }
    assert.equal(table.counts[table.find(1000, 1000)], 0);
  });
});
