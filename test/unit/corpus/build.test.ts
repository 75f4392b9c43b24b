import fc from 'fast-check';
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildCorpus, buildFromSurvey } from '../../../src/corpus/build';
import {
  type Corpus,
  CorpusError,
  type CorpusOptions,
  defaultCorpusOptions,
  type TokenSequence,
} from '../../../src/corpus/corpus';
import { surveyCorpus } from '../../../src/corpus/survey/survey';
import { endOfDocument, unknown } from '../../../src/corpus/tokenizers/tokenizer';
import { BatchStream } from '../../../src/corpus/tokens/batches';
import { prose, sourceOf, textsOf } from './sources';
import { folderWith } from './temporaryFolder';

const options: CorpusOptions = { ...defaultCorpusOptions, minimumCount: 1 };

function idsOf(sequence: TokenSequence): Uint16Array {
  const ids = new Uint16Array(sequence.length);
  sequence.read(0, ids);
  return ids;
}

/** Names of documents and their code points, held out or not. */
function sizes({ documents }: Corpus) {
  return documents.map(({ name, characters }) => ({ name, characters }));
}

/** The texts between the ends of documents. */
function textsIn(corpus: Corpus, part: 'training' | 'validation'): string[] {
  const texts: string[] = [];
  let from = 1;
  const ids = idsOf(corpus[part]);
  assert.equal(ids[0], endOfDocument);
  for (let i = 1; i <= ids.length; i++) {
    if (i < ids.length && ids[i] !== endOfDocument) continue;
    texts.push(corpus.tokenizer.decode(ids.subarray(from, i)));
    from = i + 1;
  }
  return texts;
}

describe('buildCorpus', () => {
  for (const tokenizer of ['char', 'byte', 'bpe', 'word'] as const) {
    it(`holds out exactly a share of a single file, trains on its end, and loses nothing as ${tokenizer}`, async () => {
      const text = `${prose(9_000).replaceAll('\n', ' ')}${'😀 naïve 語\n'.repeat(125)}`;
      const root = folderWith({ 'a.txt': text });
      const corpus = await buildCorpus(sourceOf(root), { ...options, tokenizer, maximumVocabulary: 2000 });
      const symbols = Array.from(text);
      const [from, count] = [2048, symbols.length - Math.floor(symbols.length * 0.9)];
      const heldOut = symbols.slice(from, from + count).join('');
      const rest = [...symbols.slice(0, from), ...symbols.slice(from + count)].join('');
      assert.deepEqual(textsIn(corpus, 'training'), [rest]);
      if (tokenizer !== 'word') assert.deepEqual(textsIn(corpus, 'validation'), [heldOut]);
      assert.equal(corpus.validationCharacters, count);
      assert.deepEqual(sizes(corpus), [{ name: 'a.txt', characters: symbols.length }]);
      assert.equal(corpus.tokenizer.description.kind, tokenizer);
    });
  }

  it('takes blocks of each large document, and small ones whole', async () => {
    const documents = Array.from({ length: 80 }, (_, i) => ({ name: `${i}.md`, text: prose(1000, i) }));
    documents.push({ name: 'novel.md', text: prose(50_000, 99).replaceAll('\n', ' ') });
    const corpus = await buildCorpus(textsOf('/', ...documents), options);
    const held = textsIn(corpus, 'validation');
    assert.equal(held.filter((text) => documents.some((document) => document.text === text)).length, 8);
    const novel = documents.at(-1)!.text;
    assert.equal(held.at(-1), novel.slice(9000, 11_000) + novel.slice(29_000, 31_000));
    assert.equal(held.length, 9);
    assert.equal(corpus.validationCharacters, 12_000);
    const other = await buildCorpus(textsOf('/', ...documents), { ...options, seed: 7 });
    assert.notDeepEqual(textsIn(other, 'validation'), held);
    const same = await buildCorpus(textsOf('/', ...documents), options);
    assert.deepEqual(textsIn(same, 'validation'), held);
  });

  it('learns the vocabulary from the training part alone', async () => {
    const text = prose(10_000).replaceAll('\n', ' ');
    const root = folderWith({ 'a.txt': `${text.slice(0, 2048)}${'Ω'.repeat(1_000)}${text.slice(3048)}` });
    const corpus = await buildCorpus(sourceOf(root), options);
    assert.ok(corpus.tokenizer.description.kind === 'char');
    assert.ok(!corpus.tokenizer.description.symbols.includes('Ω'));
    assert.ok(
      idsOf(corpus.validation)
        .subarray(1)
        .every((id) => id === unknown),
    );
  });

  it('never shows a held-out position to training', async () => {
    // Each position has a symbol of its own, so an id tells where it comes from, and what was held out is unknown.
    const sizes = fc.oneof(
      fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 60 }),
      fc.array(fc.integer({ min: 1, max: 25_000 }), { minLength: 1, maxLength: 3 }),
    );
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.nat(),
        fc.double({ min: 0.02, max: 0.5, noNaN: true }),
        async (lengths, seed, share) => {
          const total = lengths.reduce((sum, length) => sum + length, 0);
          fc.pre(total >= 2000 && total < 60_000);
          let next = 0x20000;
          const documents = lengths.map((length, i) => ({
            name: `${i}.txt`,
            text: String.fromCodePoint(...Array.from({ length }, () => next++)),
          }));
          const corpus = await buildCorpus(textsOf('/', ...documents), {
            tokenizer: 'char',
            maximumVocabulary: 65_536,
            minimumCount: 1,
            validationShare: share,
            seed,
          });
          assert.ok(idsOf(corpus.validation).every((id) => id === unknown || id === endOfDocument));
          const trained = new Set<number>();
          const stream = new BatchStream(corpus.training, { length: 50, streams: 3, resetProbability: 0.1, seed });
          while (stream.epochs <= 1.1) {
            const { inputs, targets } = stream.next();
            for (const id of [...inputs, ...targets]) trained.add(id);
          }
          assert.ok(!trained.has(unknown));
          trained.delete(endOfDocument);
          assert.equal(trained.size + corpus.validationCharacters, total);
          const wanted = total * share;
          assert.ok(
            corpus.validationCharacters > wanted / 3 && corpus.validationCharacters < 1.4 * wanted + lengths.length + 1,
          );
        },
      ),
      { numRuns: 15 },
    );
  }).timeout(20_000);

  it('says what is missing where there is too little text', async () => {
    const folder = folderWith({ 'a.md': 'short', 'b.png': 'x' });
    const error = async (source: Parameters<typeof buildCorpus>[0]): Promise<[string, string]> => {
      const failure: unknown = await buildCorpus(source, options).then(
        () => null,
        (reason: unknown) => reason,
      );
      assert.ok(failure instanceof CorpusError);
      return [failure.reason, failure.message];
    };
    assert.deepEqual(await error(sourceOf(folder)), [
      'too small',
      'The text has 5 characters, and training needs at least 2,000 characters: pick more files.',
    ]);
    assert.deepEqual(await error(sourceOf(folderWith({}))), [
      'empty',
      'There is no text here: pick a folder or files that have some.',
    ]);
    assert.deepEqual(await error(sourceOf(folderWith({ 'a.png': 'x', 'b.lock': 'x', 'c.png': 'x' }))), [
      'empty',
      'No text is left to train on, since every file was left out (binary: a.png, c.png; lock file: b.lock): name files in "also" of textloom.json or with --also, or such a rule in "keep" or with --keep, to have them read all the same.',
    ]);
    assert.deepEqual(await error(sourceOf(folder, { paths: [join(folder, 'gone')] })), [
      'missing',
      'There is no gone.',
    ]);
  });

  it('goes on without a file that goes away, or changes, before it is tokenised', async () => {
    const root = folderWith({ 'a.md': prose(3000), 'b.md': prose(3000, 1), 'c.md': prose(3000, 2) });
    const survey = await surveyCorpus(sourceOf(root));
    rmSync(join(root, 'b.md'));
    writeFileSync(join(root, 'c.md'), prose(2500, 3));
    const corpus = await buildFromSurvey(survey, options);
    assert.deepEqual(sizes(corpus), [
      { name: 'a.md', characters: 3000 },
      { name: 'c.md', characters: 2500 },
    ]);
    assert.deepEqual(corpus.summary.skipped, [{ reason: 'unreadable', files: 1, examples: ['b.md'] }]);
    assert.equal(corpus.summary.characters, 5500);
    const read = textsIn(corpus, 'training').join('') + textsIn(corpus, 'validation').join('');
    assert.equal(read.length, 5500);
  });

  it('ends with the reason when it is cancelled on the way', async () => {
    const root = folderWith({ 'a.md': prose(3000) });
    const control = new AbortController();
    const reason = new Error('enough');
    const building = buildCorpus(sourceOf(root), options, {
      signal: control.signal,
      report: ({ phase }) => {
        if (phase === 'tokenising') control.abort(reason);
      },
    });
    await assert.rejects(building, reason);
  });

  it('has the same fingerprint for the same texts and options, and another for others', async () => {
    const files = { 'a.md': prose(3000), 'b.md': prose(3000, 1) };
    const of = async (texts: Record<string, string>, changed: Partial<CorpusOptions> = {}) =>
      (await buildCorpus(sourceOf(folderWith(texts)), { ...options, ...changed })).fingerprint;
    const fingerprint = await of(files);
    assert.match(fingerprint, /^[0-9a-f]{64}$/);
    assert.equal(await of(files), fingerprint);
    const others = [
      await of({ ...files, 'a.md': `${files['a.md']}.` }),
      await of({ 'a.md': files['b.md'], 'b.md': files['a.md'] }),
      await of({ 'a.md': files['a.md'], 'c.md': files['b.md'] }),
      await of(files, { seed: 1 }),
      await of(files, { tokenizer: 'byte' }),
      await of(files, { validationShare: 0.2 }),
    ];
    assert.equal(new Set([fingerprint, ...others]).size, 7);
  });

  it('has the same fingerprint for an unsaved text as for the file once saved', async () => {
    const text = prose(3000);
    const saved = await buildCorpus(sourceOf(folderWith({ 'a.md': text })), options);
    const unsaved = await buildCorpus(textsOf('/', { name: 'a.md', text }), options);
    assert.equal(unsaved.fingerprint, saved.fingerprint);
  });

  it("builds the same corpus twice of this project's own sources", async () => {
    const source = sourceOf(process.cwd(), { paths: [join(process.cwd(), 'src', 'corpus')] });
    const [first, second] = [await buildCorpus(source, options), await buildCorpus(source, options)];
    assert.deepEqual(idsOf(first.training), idsOf(second.training));
    const names = first.documents.map(({ name }) => name);
    assert.ok(names.includes('src/corpus/build.ts'));
    const characters = names.reduce((sum, name) => sum + Array.from(readFileSync(name, 'utf8')).length, 0);
    assert.equal(first.summary.characters, characters);
  });
});
