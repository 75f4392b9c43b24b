import assert from 'node:assert/strict';
import { CharTokenizer } from '../../../src/corpus/tokenizers/char';
import { endOfDocument } from '../../../src/corpus/tokenizers/tokenizer';
import { CopyGuard } from '../../../src/generation/copies/copyGuard';
import { CopyIndexBuilder } from '../../../src/generation/copies/copyIndex';
import { CopyWatch } from '../../../src/generation/copies/copyWatch';
import { defaultSampling, Writer } from '../../../src/generation/generation';
import { placeSize } from '../../../src/memory/contexts';
import { Foretelling } from '../../../src/memory/foretelling';
import { Memory, type MemoryUse } from '../../../src/memory/memory';
import { MixturePredictor } from '../../../src/memory/mixturePredictor';
import { Random } from '../../../src/model/model';
import { ScriptedPredictor } from '../generation/scriptedPredictor';

const symbols = Array.from('abcdefghijklmnopqrstuvwxyz ');
const tokenizer = new CharTokenizer({ kind: 'char', symbols });
const random = Random.seeded(5, 'corpus');
const corpus = Array.from({ length: 3000 }, () => symbols[random.below(symbols.length)]).join('');
/** Log odds of whoever knows nothing. */
const unsure = new Float64Array(32);
const index = (() => {
  const builder = new CopyIndexBuilder(corpus.length);
  builder.startDocument('letters.txt');
  builder.add(corpus);
  return builder.finish();
})();

/** A model whose LSTM knows nothing at all: what it has by heart, it has from its memory. */
function writerWithMemory(use: MemoryUse): Writer {
  const lstm = new ScriptedPredictor(tokenizer.vocabularySize, () => 2);
  lstm.next = (state, token, logits) => {
    lstm.prime(state, Uint16Array.of(token));
    logits.fill(0);
    logits[endOfDocument] = -30;
  };
  const memory = new Memory(tokenizer);
  const tokens = [...tokenizer.encode(corpus), endOfDocument];
  for (let i = 0; i < 4; i++) memory.learn(tokens);
  const foretelling = new Foretelling(memory.tree, memory.contexts);
  const place = new Float32Array(placeSize);
  for (const token of tokens) {
    memory.contexts.read(place);
    foretelling.cost(token, unsure, memory.frozen, memory.corpus, null, { weights: 0.02, corrections: 0.02 });
    memory.contexts.advance(place, token);
  }
  const predictor = new MixturePredictor(lstm, memory);
  predictor.use = use;
  return new Writer(tokenizer, predictor);
}

async function write(use: MemoryUse, temperature: number, longest: number | null): Promise<string> {
  const writer = writerWithMemory(use);
  const documentOf = (name: string) => Promise.resolve(name === 'letters.txt' ? corpus : null);
  const { text } = await writer.write({
    prompt: writer.prompt(corpus.slice(100, 112), false),
    sampling: { ...defaultSampling, temperature, topP: 1, seed: 4 },
    stop: { characters: 600, at: 'none' },
    ...(longest !== null && { guard: new CopyGuard(index, longest, documentOf) }),
  });
  return text;
}

/** Length of the longest passage of a text that stands in the corpus, found the plain way. */
function longestCopy(text: string): number {
  let longest = 0;
  for (let start = 0; start < text.length; start++) {
    while (start + longest < text.length && corpus.includes(text.slice(start, start + longest + 1))) longest++;
  }
  return longest;
}

describe('what a memory knows by heart', function () {
  this.timeout(60_000);

  for (const temperature of [0, 0.8]) {
    it(`is written word for word at temperature ${temperature}, and named`, async () => {
      const text = await write('frozen', temperature, null);
      const longest = longestCopy(text);
      assert.ok(longest > 150, `${longest} characters`);
      assert.ok(longestCopy(await write('off', temperature, null)) < 20, 'the LSTM alone knows nothing');
      const watch = new CopyWatch(index, 60);
      watch.push(text);
      const named = watch.copies();
      assert.ok(named.length > 0);
      for (const { document, start, length, offset } of named) {
        assert.equal(document, 'letters.txt');
        assert.equal(text.slice(start, start + length), corpus.slice(offset, offset + length));
      }
      assert.ok(Math.max(...named.map(({ length }) => length)) > longest - 2 * index.parts.window);
    });

    it(`is taken back at temperature ${temperature} where copies are refused`, async () => {
      for (const most of [40, 60]) {
        const text = await write('frozen', temperature, most);
        assert.equal(text.length, 600);
        assert.ok(longestCopy(text) <= most, `${longestCopy(text)} characters of at most ${most}`);
      }
    });
  }
});
