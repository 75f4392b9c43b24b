import assert from 'node:assert/strict';
import { buildCorpus } from '../../../../src/corpus/build';
import { type CorpusOptions, defaultCorpusOptions, type TokenSequence } from '../../../../src/corpus/corpus';
import { requireWritable } from '../../../../src/corpus/requirements';
import { createTokenizer } from '../../../../src/corpus/tokenizers/create';
import { unknownShare } from '../../../../src/corpus/tokens/unknownShare';
import { keptNotice, learnedNotice } from '../../../../src/training/prepare/unknownNotice';
import { prose, sourceOf } from '../../corpus/sources';
import { folderWith } from '../../corpus/temporaryFolder';

/** Words that come but once, a line each. */
const names = Array.from({ length: 700 }, (_, i) =>
  `n${i.toString(36)}${(i * 7919).toString(36)}`.replace(/\d/g, 'x'),
).map(
  (name, i) =>
    `${name}${'abcdefghij'[i % 10]}${'klmnopqrst'[Math.floor(i / 10) % 10]}${'uvwxyz'[Math.floor(i / 100) % 6]}`,
);

async function noticed(text: string, options: Partial<CorpusOptions>) {
  const all = { ...defaultCorpusOptions, ...options };
  const corpus = await buildCorpus(sourceOf(folderWith({ 'a.md': text })), all);
  return { learned: learnedNotice(corpus, all), kept: keptNotice(corpus), corpus };
}

describe('text that a vocabulary lacks', () => {
  it('is counted, of a long sequence in blocks of it', () => {
    const of = (length: number, isUnknown: (place: number) => boolean): TokenSequence => ({
      length,
      read: (offset, into) => {
        assert.ok(offset + into.length <= length);
        into.forEach((_, i) => (into[i] = isUnknown(offset + i) ? 1 : 2));
      },
    });
    assert.equal(unknownShare(of(0, () => true)), 0);
    assert.equal(unknownShare(of(10, (place) => place < 3)), 0.3);
    assert.equal(unknownShare(of(5000, (place) => place === 4999)), 1 / 5000);
    const share = unknownShare(of(30_000_000, (place) => place < 10_000_000));
    assert.ok(Math.abs(share - 1 / 3) < 0.01, `${share}`);
  });

  it('is not worth a word where it is little', async () => {
    const { learned, kept } = await noticed(prose(20_000), { tokenizer: 'word' });
    assert.deepEqual([learned, kept], [null, null]);
    assert.equal((await noticed(names.join('\n'), { tokenizer: 'char' })).learned, null);
    assert.equal((await noticed(names.join('\n'), { tokenizer: 'bpe' })).learned, null);
  });

  it('is most of a list of names, of which a word model can write none', async () => {
    const { learned, corpus } = await noticed(names.join('\n'), { tokenizer: 'word' });
    assert.equal(learned, 'Hardly a word comes twice: characters would do better.');
    assert.throws(() => requireWritable(corpus.tokenizer), {
      name: 'CorpusError',
      message: 'No word of this text comes twice, so the model could write nothing: use characters instead.',
    });
    for (const kind of ['byte', 'char'] as const) {
      requireWritable(createTokenizer(kind === 'byte' ? { kind } : { kind, symbols: ['a'] }));
    }
  });

  it('may be for want of room', async () => {
    const often = Array.from({ length: 3000 }, (_, i) => names[(i * i + (i >> 3)) % names.length]).join(' ');
    const { learned } = await noticed(often, { tokenizer: 'word', vocabularySize: 256 });
    assert.match(learned!, /^\d+ % of the text is of words that its vocabulary has no room for: a larger one, /);
  });

  it('is another alphabet to a model that keeps its vocabulary', async () => {
    const { kept } = await noticed(`${prose(3000)}${'Κάτι που δεν έχει δει. '.repeat(40)}`, {
      vocabulary: { kind: 'char', symbols: Array.from(new Set(prose(3000))) },
    });
    assert.match(
      kept!,
      /^\d+ % of its text is of characters that it does not know: go on with an extended vocabulary \(--extend in the terminal\), and it learns them\.$/,
    );
  });
});
