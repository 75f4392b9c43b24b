import assert from 'node:assert/strict';
import { buildCorpus } from '../../../../src/corpus/build';
import { type CorpusOptions, defaultCorpusOptions } from '../../../../src/corpus/corpus';
import { createTokenizer } from '../../../../src/corpus/tokenizers/create';
import type { TokenizerKind } from '../../../../src/corpus/tokenizers/tokenizer';
import { spellingNats } from '../../../../src/corpus/tokens/spelling';
import { fitBaseline } from '../../../../src/training/validation/baseline';
import { prose, textsOf } from '../sources';

let drawn = 0;

/** A word that hardly comes again. */
function rareWord(): string {
  drawn += 7919;
  return Array.from({ length: 8 }, (_, i) => 'abcdefghijklmnop'[(drawn >>> (2 * i)) % 16]).join('');
}

/** Prose with words that come up but once, as names and numbers do. */
const text = prose(60_000).replace(/\bharpoon\b/g, () => rareWord());

const corpusOf = (tokenizer: TokenizerKind, options: Partial<CorpusOptions> = {}) =>
  buildCorpus(textsOf('/', { name: 'a.md', text }), { ...defaultCorpusOptions, ...options, tokenizer });

describe('the spelling of unknown tokens', () => {
  it('costs nothing where nothing is unknown', async () => {
    for (const kind of ['char', 'byte', 'bpe'] as const) assert.equal((await corpusOf(kind)).spellingNats, 0);
  });

  it('names what is unknown, token by token', () => {
    const char = createTokenizer({ kind: 'char', symbols: ['a', 'b'] });
    assert.deepEqual(char.unknownPieces('abc😀a'), ['c', '😀']);
    const word = createTokenizer({ kind: 'word', words: ['the', ' sea'] });
    assert.deepEqual(word.unknownPieces('the whale, the sea'), [' whale', ',', ' the']);
  });

  it('costs a new symbol as much as one of all code points, and a known one its share', () => {
    const char = createTokenizer({ kind: 'char', symbols: [] });
    const all = Math.log(0x110000 - 0x800);
    assert.ok(Math.abs(spellingNats(char, 'a') - all) < 1e-9);
    assert.ok(Math.abs(spellingNats(char, 'aa') - (all + Math.log(2))) < 1e-9);
    const word = createTokenizer({ kind: 'word', words: [] });
    assert.ok(spellingNats(word, 'a') > 2 * all, 'a word has an end');
  });

  it('keeps words from looking better than characters by leaving words out', async () => {
    const bits = async (kind: TokenizerKind, options: Partial<CorpusOptions> = {}) => {
      const corpus = await corpusOf(kind, options);
      const { natsPerCharacter } = await fitBaseline(corpus);
      return { told: natsPerCharacter, unspelt: natsPerCharacter - corpus.spellingNats / corpus.validationCharacters };
    };
    const char = await bits('char');
    const fewWords = await bits('word', { maximumVocabulary: 4 });
    assert.ok(fewWords.unspelt < char.told, 'a tokeniser of two words seems to do better');
    assert.ok(fewWords.told > char.told, `${fewWords.told} is not above ${char.told}`);
    const words = await bits('word');
    assert.ok(words.told < fewWords.told, 'more words are better');
  });
});

describe('the size of a vocabulary', () => {
  it('is wished of byte pairs and words, and leaves characters alone', async () => {
    const sizeOf = async (kind: TokenizerKind, vocabularySize: number) => {
      const corpus = await corpusOf(kind, { vocabularySize });
      return { size: corpus.tokenizer.vocabularySize, fingerprint: corpus.fingerprint };
    };
    assert.equal((await sizeOf('bpe', 300)).size, 300);
    assert.equal((await sizeOf('word', 256)).size <= 256, true);
    assert.equal((await sizeOf('char', 256)).size, (await corpusOf('char')).tokenizer.vocabularySize);
    assert.notEqual((await sizeOf('bpe', 300)).fingerprint, (await sizeOf('bpe', 400)).fingerprint);
    assert.equal((await sizeOf('bpe', 4096)).fingerprint, (await corpusOf('bpe')).fingerprint);
  });
});
