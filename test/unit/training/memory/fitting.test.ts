import assert from 'node:assert/strict';
import { defaultCorpusOptions } from '../../../../src/corpus/corpus';
import { trainTokenizer } from '../../../../src/corpus/tokenizers/train';
import { pathOdds } from '../../../../src/memory/foretelling';
import { Memory } from '../../../../src/memory/memory';
import { Mixture } from '../../../../src/memory/mixture';
import { placeSize } from '../../../../src/memory/contexts';
import { type ForeseenText, fitMixers } from '../../../../src/training/memory/fitting';
import { Random } from '../../../../src/model/model';

const letters = 'abcdefghijklmnop';
const tokenizer = trainTokenizer('char', [letters.repeat(20)], defaultCorpusOptions);
const pause = (): Promise<void> => Promise.resolve();

/** Letters that nothing foretells. */
function noise(length: number, seed: number): Uint16Array {
  const random = Random.seeded(seed, 'noise');
  return tokenizer.encode(Array.from({ length }, () => letters[random.uint32() % letters.length]).join(''));
}

/** A text of which an LSTM knows which letters there are, and no more. */
function foreseen(memory: Memory, tokens: Uint16Array): ForeseenText {
  const known = new Set(tokenizer.encode(letters));
  const logits = Float32Array.from({ length: tokenizer.vocabularySize }, (_, token) => (known.has(token) ? 0 : -20));
  const starts = new Uint32Array(tokens.length);
  const odds = new Float32Array(32 * tokens.length);
  let end = 0;
  tokens.forEach((token, at) => {
    starts[at] = end;
    end += pathOdds(memory.tree, logits, token, odds, end);
  });
  return {
    tokens,
    odds,
    starts,
    counts: () => true,
    isTorn: () => false,
    isItem: () => false,
  };
}

function mixed(memory: Memory, use: 'along' | 'frozen', document: Memory['corpus'] | null): number[] {
  memory.contexts.read(new Float32Array(placeSize));
  const logits = Float32Array.from({ length: tokenizer.vocabularySize }, (_, token) => Math.sin(token));
  new Mixture(memory.tree, memory.contexts).mix(logits, memory[use], memory.corpus, document);
  return [...logits];
}

describe('fitting the mixers of a memory', () => {
  it('leaves all to the LSTM where the memory does it no good', async () => {
    const memory = new Memory(tokenizer);
    memory.learn(noise(3000, 1));
    const costs = await fitMixers(memory, foreseen(memory, noise(400, 2)), pause);
    assert.deepEqual([costs.along, costs.frozen], [costs.lstm, costs.lstm]);
    const document = memory.startDocument();
    document.read(noise(200, 3));
    const alone = Array.from({ length: tokenizer.vocabularySize }, (_, token) => Math.sin(token));
    for (const logits of [mixed(memory, 'frozen', null), mixed(memory, 'along', document.table)]) {
      const shift = logits[2]! - alone[2]!;
      logits.forEach((logit, token) => assert.ok(Math.abs(logit - alone[token]! - shift) < 1e-5));
    }
  });

  it('gives the open document no say where it does harm, and keeps what the corpus is good for', async () => {
    const memory = new Memory(tokenizer);
    const pattern = tokenizer.encode('abcdefghijklmnop'.repeat(60));
    memory.learn(pattern);
    // What the corpus has, each time in a new document: there is never anything to be read along.
    const text = foreseen(memory, pattern);
    const costs = await fitMixers(memory, { ...text, isTorn: (at) => at % 16 === 0 }, pause);
    assert.ok(costs.along <= costs.frozen && costs.frozen < costs.lstm / 4, JSON.stringify(costs));
  });
});
