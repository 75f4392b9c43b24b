import fc from 'fast-check';
import assert from 'node:assert/strict';
import { buildCorpus } from '../../../../src/corpus/build';
import { type Corpus, type CorpusOptions, defaultCorpusOptions } from '../../../../src/corpus/corpus';
import { createTokenizer } from '../../../../src/corpus/tokenizers/create';
import type { Tokenizer, TokenizerKind } from '../../../../src/corpus/tokenizers/tokenizer';
import { trainTokenizer } from '../../../../src/corpus/tokenizers/train';
import { partPieces } from '../../../../src/corpus/tokens/partPieces';
import { spellingNats } from '../../../../src/corpus/tokens/spelling';
import { split } from '../../../../src/corpus/tokens/split';
import { spansIn } from '../../../../src/generation/copies/copyWatch';
import { indexCorpus } from '../../../../src/generation/copies/indexCorpus';
import { makePrompt } from '../../../../src/generation/prompt';
import { tokenizerKinds } from '../../../../src/model/tokenizerKinds';
import { TextTokens } from '../../../../src/scoring/textTokens';
import { prose, sourceOf } from '../sources';
import { folderWith } from '../temporaryFolder';

const kinds = Object.keys(tokenizerKinds) as TokenizerKind[];
const words = 'déjà vu à Orléans; Zürich, ångström, naïve; 한글과 각; người Việt; ﬁn. ';
const composed = `${words.repeat(30)}\n${prose(3000)}\n`.normalize('NFC');
const decomposed = composed.normalize('NFD');
const options = { maximumVocabulary: 400, minimumCount: 1, normalization: 'nfc' } as const;

/** Text of letters, marks and Hangul, in whatever order and form. */
const anyText = fc
  .array(
    fc.constantFrom(
      ...Array.from('aeoécA \n'),
      '\u0301',
      '\u0323',
      '\u0308',
      'Ω',
      'Å',
      '각',
      'ᄀ',
      'ᅡ',
      'ᆨ',
      'क',
      '\u093c',
      '😀',
    ),
  )
  .map((symbols) => symbols.join(''));

for (const kind of kinds) {
  describe(`a ${kind} tokeniser that composes`, () => {
    const tokenizer = trainTokenizer(kind, [decomposed], options);
    const plain = trainTokenizer(kind, [composed], { maximumVocabulary: 400, minimumCount: 1 });

    it('learns and reads text of either form alike, and writes it composed', () => {
      assert.notEqual(composed, decomposed);
      assert.deepEqual(tokenizer.description, { ...plain.description, normalization: 'nfc' });
      assert.deepEqual(tokenizer.encode(decomposed), plain.encode(composed));
      assert.deepEqual(tokenizer.encode(composed), plain.encode(composed));
      assert.equal(tokenizer.decode(tokenizer.encode(decomposed)), composed);
      assert.deepEqual(tokenizer.unknownPieces('Ώ'.normalize('NFD')), plain.unknownPieces('Ώ'));
    });

    it('is the same again after it was saved and loaded', () => {
      const loaded = createTokenizer(JSON.parse(JSON.stringify(tokenizer.description)) as typeof tokenizer.description);
      assert.deepEqual(loaded.description, tokenizer.description);
      assert.deepEqual(loaded.encode(decomposed), tokenizer.encode(composed));
    });

    it('has its costs shared among the characters as they were', () => {
      fc.assert(
        fc.property(anyText, (text) => {
          const read = new TextTokens(tokenizer, text);
          assert.deepEqual(read.tokens, tokenizer.encode(text));
          assert.equal(read.characterCount, Array.from(text).length);
          const costs = Float64Array.from(read.tokens, (token, i) => 1 + token + i / 7);
          const { bits, starts } = read.part({ first: 0, end: costs.length }, costs);
          const total = costs.reduce((sum, cost) => sum + cost, 0);
          assert.equal(bits.length, text.length);
          assert.equal(starts.length, text.length);
          let shared = 0;
          for (let unit = 0; unit < text.length; unit += text.codePointAt(unit)! > 0xffff ? 2 : 1) {
            shared += bits[unit]! * Math.LN2;
          }
          assert.ok(Math.abs(shared - total) <= 1e-5 * Math.max(1, total), `${shared} of ${total}`);
        }),
      );
    });

    it('tells what each part of a text costs that is not composed, where it stands', () => {
      const text = `one e\u0301 two a\u0323\u0301\r\nthree`;
      const read = new TextTokens(tokenizer, text);
      const costs = Float64Array.from(read.tokens, (_, i) => i);
      const whole = read.part({ first: 0, end: costs.length }, costs);
      assert.equal(whole.bits.length, text.length);
      const wanted = [
        { start: 4, end: 6 },
        { start: text.indexOf('three'), end: text.length },
      ];
      const told = read.pieces(wanted).map((piece) => read.part(piece, costs));
      for (const [index, { start, bits }] of told.entries()) {
        const { start: from, end } = wanted[index]!;
        assert.ok(start <= from && start + bits.length >= end, `${start} and ${bits.length} for ${from} to ${end}`);
        assert.deepEqual(bits, whole.bits.slice(start, start + bits.length));
      }
      const [e, accent] = whole.bits.slice(4);
      assert.equal(e, accent, 'both are of the character that is read');
    });
  });
}

describe('a text that is composed as it is read', () => {
  const plain: CorpusOptions = { ...defaultCorpusOptions, tokenizer: 'char', minimumCount: 1 };
  const composing: CorpusOptions = { ...plain, normalization: 'nfc' };
  const ids = ({ training, validation }: Corpus) => {
    return [training, validation].map((sequence) => {
      const tokens = new Uint16Array(sequence.length);
      sequence.read(0, tokens);
      return tokens;
    });
  };

  it('makes the corpus that it would make had it been written so', async () => {
    const [one, other] = [composed, decomposed].map((text) => sourceOf(folderWith({ 'a.md': text })));
    const written = await buildCorpus(one!, plain);
    const read = await buildCorpus(other!, composing);
    assert.deepEqual(read.tokenizer.description, { ...written.tokenizer.description, normalization: 'nfc' });
    const [all, wanted] = [read, written].map((corpus) => ids(corpus).reduce((sum, { length }) => sum + length, 0));
    assert.equal(all, wanted);
    // As it is on disk: what is held out is measured by its own characters.
    const { length: characters } = Array.from(decomposed);
    assert.equal(read.summary.characters, characters);
    const [plan] = split([{ name: 'a.md', characters }], composing.validationShare, composing.seed);
    const parts = [...partPieces([decomposed], plan!)].map(({ part, text }) => ({ part, text: text.normalize('NFC') }));
    assert.deepEqual(
      parts.map(({ part }) => part),
      ['training', 'validation', 'training'],
    );
    assert.equal(parts.map(({ text }) => text).join(''), composed);
    const [before, heldOut, after] = parts.map(({ text }) => text);
    const decoded = ids(read).map((tokens) => read.tokenizer.decode(tokens));
    assert.deepEqual(decoded, [`${before}${after}`, heldOut]);
  });

  it('is another corpus than the same text as it is, in the cache too', async () => {
    const cacheFolder = folderWith({});
    const source = sourceOf(folderWith({ 'a.md': decomposed }));
    const sizes = [];
    for (const each of [plain, composing, plain, composing]) {
      const corpus = await buildCorpus(source, each, { cacheFolder });
      sizes.push(corpus.tokenizer.vocabularySize);
    }
    assert.equal(sizes[0], sizes[2]);
    assert.equal(sizes[1], sizes[3]);
    const prints = await Promise.all(
      [plain, composing].map(async (each) => (await buildCorpus(source, each)).fingerprint),
    );
    assert.notEqual(prints[0], prints[1]);
  });

  it('is found again where a model copies it', async () => {
    const source = sourceOf(folderWith({ 'a.md': decomposed }));
    const passage = composed.slice(3, 120);
    const found = spansIn(passage, await indexCorpus(source, {}, composing), 50);
    assert.ok(found.length > 0 && found.every(({ document }) => document === 'a.md'));
    assert.deepEqual(spansIn(passage, await indexCorpus(source, {}), 50), []);
  });
});

describe('a prompt of a model that composes', () => {
  const tokenizer: Tokenizer = trainTokenizer('char', [composed], options);

  it('is composed too, and nothing in it is called unknown that is known', () => {
    const [one, other] = [composed, decomposed].map((text) => makePrompt(tokenizer, text.slice(0, 20), true));
    assert.deepEqual(one!.unknownCharacters, []);
    assert.deepEqual(other!.unknownCharacters, []);
    assert.deepEqual(makePrompt(tokenizer, 'é Ώ'.normalize('NFD'), true).unknownCharacters, ['Ώ']);
    assert.equal(spellingNats(tokenizer, decomposed), 0);
  });

  it('has its new symbols learned composed, and the vocabulary stays one that composes', () => {
    const { description } = tokenizer;
    const added = tokenizer.unknownPieces(`é Ώ`.normalize('NFD'));
    assert.deepEqual(added, ['Ώ']);
    const extended = tokenizer.extendedBy(['Ώ'.normalize('NFD')]);
    assert.deepEqual(extended, tokenizer.extendedBy(added));
    assert.equal(createTokenizer(extended).vocabularySize, createTokenizer(description).vocabularySize + 1);
    assert.equal(extended.normalization, 'nfc');
    assert.deepEqual(createTokenizer(extended).unknownPieces('Ώ'.normalize('NFD')), []);
  });
});
