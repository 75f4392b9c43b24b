import assert from 'node:assert/strict';
import { BpeTokenizer } from '../../../src/corpus/tokenizers/bpe';
import { ByteTokenizer } from '../../../src/corpus/tokenizers/byte';
import { CharTokenizer } from '../../../src/corpus/tokenizers/char';
import type { Tokenizer } from '../../../src/corpus/tokenizers/tokenizer';
import { WordTokenizer } from '../../../src/corpus/tokenizers/word';
import { Chooser } from '../../../src/generation/choices';
import { makePrompt } from '../../../src/generation/generation';
import { PromptReader } from '../../../src/generation/promptReader';
import { ScriptedPredictor } from './scriptedPredictor';

/** A model that gives the tokens of `texts` (which start alike) these probabilities, and each other token 1e-9. */
function chooserOf(tokenizer: Tokenizer, texts: Readonly<Record<string, number>>): Chooser {
  const predictor = new ScriptedPredictor(tokenizer.vocabularySize, () => 0);
  const encoded = Object.entries(texts).map(([text, weight]) => ({ tokens: [...tokenizer.encode(text)], weight }));
  const read = new Map<string, number[]>();
  predictor.next = (state, token, logits) => {
    // The state's two numbers name what was read.
    const before = read.get(state.join()) ?? [];
    const now = [...before, token];
    predictor.prime(state, Uint16Array.of(token));
    read.set(state.join(), now);
    const follows = now.slice(1);
    logits.fill(Math.log(1e-9));
    const sums = new Map<number, number>();
    for (const { tokens, weight } of encoded) {
      if (follows.some((each, i) => tokens[i] !== each)) continue;
      const next = tokens[follows.length] ?? 0;
      sums.set(next, (sums.get(next) ?? 0) + weight);
    }
    for (const [next, sum] of sums) logits[next] = Math.log(sum);
  };
  return new Chooser(tokenizer, predictor, new PromptReader(predictor));
}

function rounded(choices: readonly { text: string; probability: number }[]): [string, number][] {
  return choices.map(({ text, probability }) => [text, Math.round(probability * 1000) / 1000]);
}

const characters = new CharTokenizer({ kind: 'char', symbols: Array.from('abcdefghijklmnopqrstuvwxyz ’.') });
const empty = (tokenizer: Tokenizer) => makePrompt(tokenizer, '', true);

describe('choices', () => {
  it('names the likeliest next characters with their probabilities', async () => {
    const chooser = chooserOf(characters, { the: 0.5, a: 0.3, to: 0.15, '': 0.05 });
    assert.deepEqual(rounded(await chooser.symbols(empty(characters), 2)), [
      ['t', 0.65],
      ['a', 0.3],
    ]);
    assert.equal((await chooser.symbols(empty(characters), 99)).length, characters.vocabularySize - 2);
  });

  it('names no half characters', async () => {
    const bytes = new ByteTokenizer();
    const chooser = chooserOf(bytes, { é: 0.6, e: 0.4 });
    const [first] = await chooser.symbols(empty(bytes), 3);
    assert.equal(first?.text, 'e');
  });

  it('finds the likeliest words, which may begin alike or be parts of others', async () => {
    const texts = { ' the.': 0.2, ' the a': 0.15, ' then.': 0.3, ' a.': 0.2, ' don’t.': 0.1, ' zebra.': 0.05 };
    assert.deepEqual(rounded(await chooserOf(characters, texts).words(empty(characters), 4)), [
      [' the', 0.35],
      [' then', 0.3],
      [' a', 0.2],
      [' don’t', 0.1],
    ]);
  });

  it('finds words that several tokenisations of bytes spell', async () => {
    const merges: [number, number][] = [[2 + 0x20, 2 + 0x61]]; // " a"
    const pairs = new BpeTokenizer({ kind: 'bpe', merges });
    const chooser = chooserOf(pairs, { ' aé.': 0.7, ' b a': 0.3 });
    assert.deepEqual(rounded(await chooser.words(empty(pairs), 3)), [
      [' aé', 0.7],
      [' b', 0.3],
    ]);
  });

  it('completes the word whose space the prompt has', async () => {
    const words = new WordTokenizer({ kind: 'word', words: [' sea', ' ship', '.', 'the'] });
    const chooser = chooserOf(words, { ' sea.': 0.6, ' ship.': 0.3, '.': 0.1 });
    const prompt = makePrompt(words, 'the ', true);
    assert.deepEqual([...prompt.tokens], [0, 5]);
    for (const choices of [await chooser.words(prompt, 2), await chooser.symbols(prompt, 2)]) {
      assert.deepEqual(rounded(choices), [
        ['sea', 0.6],
        ['ship', 0.3],
      ]);
    }
  });

  it('answers with nothing when cancelled', async () => {
    const chooser = chooserOf(characters, { a: 1 });
    assert.deepEqual(await chooser.words(empty(characters), 3, AbortSignal.abort()), []);
    assert.deepEqual(await chooser.symbols(empty(characters), 3, AbortSignal.abort()), []);
  });
});
