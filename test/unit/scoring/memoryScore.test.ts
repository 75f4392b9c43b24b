import fc from 'fast-check';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { BpeTokenizer } from '../../../src/corpus/tokenizers/bpe';
import { ByteTokenizer } from '../../../src/corpus/tokenizers/byte';
import { CharTokenizer } from '../../../src/corpus/tokenizers/char';
import { endOfDocument, type Tokenizer } from '../../../src/corpus/tokenizers/tokenizer';
import { WordTokenizer } from '../../../src/corpus/tokenizers/word';
import type { Engine } from '../../../src/engine/engine';
import { loadWasmEngine } from '../../../src/engine/wasm/wasm';
import { Foretelling, mixedCost, pathOdds } from '../../../src/memory/foretelling';
import { placeSize } from '../../../src/memory/contexts';
import { Memory, type MemoryUse } from '../../../src/memory/memory';
import { MixturePredictor } from '../../../src/memory/mixturePredictor';
import { initialParameters } from '../../../src/model/model';
import { itemStarts } from '../../../src/scoring/itemStarts';
import { type PartsTold, Scoring, type ScoringModel } from '../../../src/scoring/scoring';
import { surprisal, surprisalAtOnce } from '../../../src/scoring/surprisal';
import { putTogether, TextTokens, unscored } from '../../../src/scoring/textTokens';
import { markovEngine, modelOf } from '../generation/markovEngine';
import { characters, tokenizers } from '../generation/smallTokenizers';
import { story } from '../training/story';

const kernelFolder = join(process.cwd(), 'dist');
const learned = story(20_000, 1);
const uses: readonly MemoryUse[] = ['reading along', 'frozen', 'off'];

/** One of each kind, of a few dozen tokens or more. */
const kinds: Readonly<Record<string, Tokenizer>> = {
  char: new CharTokenizer({ kind: 'char', symbols: [...new Set(learned)] }),
  byte: new ByteTokenizer(),
  bpe: new BpeTokenizer({
    kind: 'bpe',
    merges: [
      [2 + 0x65, 2 + 0x20],
      [2 + 0x74, 2 + 0x68],
      [259, 2 + 0x65],
    ],
  }),
  word: new WordTokenizer({ kind: 'word', words: [...new Set(learned.match(/ ?\w+|\W/g))].slice(0, 200) }),
};

/** A memory whose mixers have learned from a text that goes on like the one it remembers. */
function memoryOf(tokenizer: Tokenizer, remembered = learned, next = story(3000, 2)): Memory {
  const memory = new Memory(tokenizer);
  memory.learn([...tokenizer.encode(remembered), endOfDocument]);
  const foretelling = new Foretelling(memory.tree, memory.contexts);
  const place = new Float32Array(placeSize);
  const document = memory.startDocument();
  const rates = { weights: 0.01, corrections: 0.02 };
  for (const token of tokenizer.encode(next)) {
    memory.contexts.read(place);
    const odds = new Float64Array(32).fill(token % 2 === 0 ? 0.5 : -0.5);
    foretelling.cost(token, odds, memory.along, memory.corpus, document.table, rates);
    memory.contexts.read(place);
    foretelling.cost(token, odds, memory.frozen, memory.corpus, null, rates);
    document.read([token]);
    memory.contexts.advance(place, token);
  }
  return memory;
}

/** Bits of each code unit by a predictor of the mixture, token by token. */
function predicted(model: ScoringModel, memory: Memory, use: MemoryUse, text: string): Float32Array {
  const { engine, architecture, parameters, tokenizer, items = null } = model;
  const document = memory.startDocument();
  const lstm = engine.createPredictor(architecture, parameters);
  const predictor = new MixturePredictor(lstm, memory, use, document);
  const read = new TextTokens(tokenizer, text);
  const starts = itemStarts(tokenizer, read.tokens, items);
  const state = new Float32Array(predictor.stateSize);
  const logits = new Float32Array(tokenizer.vocabularySize);
  const nats = new Float64Array(read.tokens.length);
  let before = endOfDocument;
  read.tokens.forEach((token, i) => {
    predictor.next(state, before, logits);
    const highest = Math.max(...logits);
    nats[i] = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - highest), 0)) + highest - logits[token]!;
    document.read([token]);
    before = token;
    if (starts?.[i + 1] !== 1) return;
    document.read([endOfDocument]);
    before = endOfDocument;
    state.fill(0);
  });
  predictor.dispose();
  return read.part({ first: 0, end: nats.length }, nats).bits;
}

describe('a score with a memory', () => {
  const text = `${story(900, 5)}\nNaïve 😀? ${story(300, 5)}`;
  let engine: Engine;
  before(async () => {
    engine = await loadWasmEngine({ kernelFolder, threads: 1 });
  });
  after(() => engine.dispose());

  for (const [kind, tokenizer] of Object.entries(kinds)) {
    for (const items of [null, { unit: 'lines' }] as const) {
      it(`is what the mixture says token by token: ${kind}${items === null ? '' : ', a list'}`, async () => {
        const { vocabularySize } = tokenizer;
        const architecture = { vocabularySize, embeddingSize: 6, hiddenSize: 13, layers: 1, tied: false };
        const parameters = initialParameters(architecture, 3);
        for (const { data } of parameters.values()) data.forEach((value, i) => (data[i] = 4 * value));
        const memory = memoryOf(tokenizer);
        const model: ScoringModel = { engine, architecture, parameters, tokenizer, memory, items };
        const predictor = engine.createPredictor(architecture, parameters);
        for (const use of uses) {
          const expected = predicted(model, memory, use, text);
          const { bits } = await surprisal(model, text, { streams: 1, uses: [use] });
          const { parts } = await surprisalAtOnce({ ...model, predictor }, text, { uses: [use] });
          for (const scored of [bits, parts[0]!.bits]) {
            scored.forEach((each, unit) => {
              const difference = Math.abs(each - expected[unit]!) * Math.LN2;
              assert.ok(difference < 1e-5, `${use}, unit ${unit}: ${each}, not ${expected[unit]}`);
            });
          }
        }
        predictor.dispose();
      });
    }
  }

  it('tells each use that is asked for in one reading', async () => {
    const model = { ...modelOf(characters), memory: memoryOf(characters, 'abc cab '.repeat(50), 'abc abc ') };
    const { totals, total } = await surprisal(model, 'abc abc\n'.repeat(20), { uses });
    assert.deepEqual([...totals.keys()], uses);
    assert.equal(total, totals.get('reading along'));
    for (const use of uses) {
      const alone = await surprisal(model, 'abc abc\n'.repeat(20), { uses: [use] });
      assert.equal(alone.total, totals.get(use), use);
    }
    assert.equal(new Set(totals.values()).size, 3);
    const lstm = await surprisal(modelOf(characters), 'abc abc\n'.repeat(20), { uses });
    assert.deepEqual([...lstm.totals], [['off', totals.get('off')]]);
  });

  it('is the same whatever is read first and side by side', async () => {
    const remembered = tokenizers.map((tokenizer) => memoryOf(tokenizer, 'abc ab cab 😀\n'.repeat(40), 'abc 😀ab\n '));
    const looks = fc.array(fc.tuple(fc.nat(40), fc.nat(20_000)), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(
        fc.nat(tokenizers.length - 1),
        fc.array(fc.constantFrom('abc ', 'ab', '😀', 'c', '\n', 'cab abc '), { minLength: 1, maxLength: 3000 }),
        fc.constantFrom<MemoryUse>('reading along', 'frozen'),
        fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
        fc.nat(),
        looks,
        async (kind, pieces, use, streams, from, at) => {
          const passage = pieces.join('');
          const tokenizer = tokenizers[kind]!;
          const memory = remembered[kind]!;
          let batch = 0;
          const { engine: watched } = markovEngine(() => {
            batch++;
            for (const [when, where] of at) if (when === batch) scoring.lookAt(where % passage.length);
          });
          const scoring = new Scoring({ ...modelOf(tokenizer, watched), memory }, passage, {
            uses: [use],
            ...(streams === undefined ? { from: from % passage.length } : { streams }),
          });
          const bits = new Float32Array(passage.length).fill(NaN);
          let share = 0;
          await scoring.run((told: PartsTold) => {
            assert.ok(told.share >= share && told.share <= 1, `${told.share} after ${share}`);
            share = told.share;
            for (const part of told.parts) bits.set(part.bits, part.start);
          });
          const whole = await surprisal({ ...modelOf(tokenizer), memory }, passage, { streams: 1, uses: [use] });
          assert.deepEqual(bits, whole.bits);
          assert.equal(share, 1);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('falls where a text comes again while it reads along, and only there', async () => {
    const memory = memoryOf(characters, 'abc cab '.repeat(50), 'abc abc ');
    const model = { ...modelOf(characters), memory };
    const passage = Array.from({ length: 600 }, (_, i) => 'abc '[((i * i) >> 3) % 4]).join('');
    const sum = (bits: Float32Array): number => bits.reduce((total, each) => total + each, 0);
    const half = passage.length;
    const along = await surprisal(model, passage + passage);
    assert.ok(sum(along.bits.subarray(half)) < 0.8 * sum(along.bits.subarray(0, half)));
    const frozen = await surprisal(model, passage + passage, { uses: ['frozen'] });
    // Where both begin, something else stands before them.
    assert.deepEqual(frozen.bits.slice(half + 100), frozen.bits.slice(100, half));
  });

  it('reads what stands before a part of a text', async () => {
    const model = { ...modelOf(characters), memory: memoryOf(characters, 'abc cab '.repeat(50), 'abc abc ') };
    const [first, second] = ['cab ba\r\n'.repeat(30), 'cab ba\r\n'.repeat(10)];
    const whole = (await surprisal(model, first + second)).bits.subarray(first.length);
    const part = unscored(second.length);
    await new Scoring(model, second, { before: first }).run(({ parts }) => putTogether(part, parts));
    // The LSTM doesn't know what stands before the first character.
    assert.deepEqual(part.bits.slice(1), whole.slice(1));
    const alone = unscored(second.length);
    await new Scoring(model, second).run(({ parts }) => putTogether(alone, parts));
    assert.notDeepEqual(alone.bits.slice(1), whole.slice(1));
  });
});

describe('what a memory says before the LSTM has its say', () => {
  it('comes to the same cost as both at once', () => {
    const tokenizer = kinds['char']!;
    const memory = memoryOf(tokenizer);
    const foretelling = new Foretelling(memory.tree, memory.contexts);
    const place = new Float32Array(placeSize);
    const document = memory.startDocument();
    let known = 0;
    tokenizer.encode(story(2000, 8)).forEach((token, i) => {
      const logits = Float32Array.from({ length: tokenizer.vocabularySize }, (_, id) => 20 * Math.sin(id * i + i));
      const odds = new Float64Array(32);
      const depth = pathOdds(memory.tree, logits, token, odds);
      memory.contexts.read(place);
      for (const [mixer, table] of [
        [memory.along, document.table],
        [memory.frozen, null],
      ] as const) {
        const [sums, weights] = [new Float64Array(40), new Float64Array(40)];
        assert.equal(foretelling.trace(token, mixer, memory.corpus, table, sums, weights, 3), depth);
        let nats = 0;
        for (let level = 0; level < depth; level++)
          nats += mixedCost(odds[level]!, sums[3 + level]!, weights[3 + level]!);
        assert.equal(nats, foretelling.cost(token, odds, mixer, memory.corpus, table));
        known += weights.subarray(3, 3 + depth).filter((weight) => !Number.isNaN(weight)).length;
      }
      document.read([token]);
      memory.contexts.advance(place, token);
    });
    assert.ok(known > 2000);
  });
});
