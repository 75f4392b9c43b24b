import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { buildCorpus } from '../../../../src/corpus/build';
import { defaultCorpusOptions } from '../../../../src/corpus/corpus';
import { TrainingControls } from '../../../../src/training/loop/controls';
import { train } from '../../../../src/training/loop/train';
import { prepareTraining } from '../../../../src/training/prepare/prepare';
import { excerpt } from '../../../../src/training/validation/evaluation';
import { LanguageTally } from '../../../../src/training/validation/languages';
import { story } from '../story';
import { small, TrainingFixture } from '../trainingFixture';

const filters = { include: [], exclude: [], respectGitignore: true, maximumFileSize: 1e9 };
const numbers = Array.from({ length: 9000 }, (_, i) => String((i * 7919) % 10)).join('');
const source = {
  paths: [],
  root: '/',
  documents: [
    { name: 'tale.md', text: story(30_000) },
    { name: 'digits.txt', text: numbers },
    { name: 'sequel.md', text: story(20_000, 4) },
  ],
  filters,
};

describe('losses by language', () => {
  it('go to the language of the document that a token is in', async () => {
    const corpus = await buildCorpus(source, { ...defaultCorpusOptions, tokenizer: 'char' });
    const tally = LanguageTally.of(corpus)!;
    const ids = new Uint16Array(corpus.validation.length);
    corpus.validation.read(0, ids);
    // A digit costs 2 nats, all else 1, the separators as well: so the languages can be told apart.
    const cost = (position: number) =>
      /\d/.test(corpus.tokenizer.decode(ids.subarray(position, position + 1))) ? 2 : 1;
    for (let position = 1; position < ids.length; position++) tally.add(position, cost(position));
    const losses = tally.take();
    assert.deepEqual(
      losses.map(({ language, characters }) => [language, characters]),
      [
        ['md', corpus.documents[0]!.heldOut + corpus.documents[2]!.heldOut],
        ['txt', 900],
      ],
    );
    assert.ok(Math.abs(losses[0]!.natsPerCharacter - 1) < 0.01, `${losses[0]!.natsPerCharacter}`);
    assert.ok(Math.abs(losses[1]!.natsPerCharacter - 2) < 0.01, `${losses[1]!.natsPerCharacter}`);
    assert.deepEqual(tally.take(), []);
  });

  it('are left out where there is one language', async () => {
    const one = { ...source, documents: source.documents.slice(0, 1) };
    assert.equal(LanguageTally.of(await buildCorpus(one, defaultCorpusOptions)), null);
  });

  it('are told with each evaluation', async () => {
    const workshop = new TrainingFixture();
    const request = workshop.newTraining({ ...small, budget: { kind: 'steps', steps: 30 } });
    await train(await prepareTraining({ ...request, source }, workshop.surroundings), new TrainingControls());
    const evaluations = workshop.told('evaluation');
    for (const { languages, natsPerCharacter } of evaluations) {
      const names = languages!.map(({ language }) => language);
      assert.deepEqual(names, ['md', 'txt']);
      const all = languages!.reduce((sum, { characters }) => sum + characters, 0);
      const mean = languages!.reduce((sum, each) => sum + (each.natsPerCharacter * each.characters) / all, 0);
      assert.ok(Math.abs(mean - natsPerCharacter) < 0.15, `${mean} and ${natsPerCharacter}`);
    }
    workshop.dispose();
  });
});

describe('an excerpt', () => {
  it('knows where its tokens come from', () => {
    const whole = Uint16Array.from({ length: 5000 }, (_, i) => i);
    const sequence = {
      length: whole.length,
      read: (offset: number, into: Uint16Array) => into.set(whole.subarray(offset, offset + into.length)),
    };
    for (const limit of [160, 777, 9999]) {
      const part = excerpt(sequence, limit);
      const ids = new Uint16Array(part.length);
      part.read(0, ids);
      ids.forEach((id, position) => assert.equal(part.origin(position), id));
    }
  });
});
