import fc from 'fast-check';
import assert from 'node:assert/strict';
import type { Tokenizer } from '../../../src/corpus/tokenizers/tokenizer';
import { Foretelling, pathOdds } from '../../../src/memory/foretelling';
import { Memory } from '../../../src/memory/memory';
import { placeSize } from '../../../src/memory/contexts';
import { Mixture } from '../../../src/memory/mixture';
import { MixturePredictor } from '../../../src/memory/mixturePredictor';
import { Random } from '../../../src/model/model';
import { ScriptedPredictor } from '../generation/scriptedPredictor';
import { tokenizers } from '../generation/smallTokenizers';

/** A text that repeats itself, and ends now and then. */
function tokensOf({ vocabularySize }: Tokenizer, seed: number, length: number): Uint16Array {
  const random = Random.seeded(seed, 'tokens');
  const few = Array.from({ length: 7 }, () => random.below(vocabularySize));
  return Uint16Array.from({ length }, () =>
    random.below(5) === 0 ? random.below(vocabularySize) : few[random.below(7)]!,
  );
}

/** A memory that has read a text, with mixers that aren't as they were made. */
function memoryOf(tokenizer: Tokenizer, seed: number, length = 300): Memory {
  const memory = new Memory(tokenizer);
  memory.learn(tokensOf(tokenizer, seed, length));
  const random = Random.seeded(seed, 'mixers');
  for (const { weights, corrections } of [memory.along, memory.frozen]) {
    for (let i = 0; i < weights.length; i++) weights[i]! += random.uniform() / 5 - 0.1;
    for (let i = 0; i < corrections.length; i++) corrections[i] = random.uniform() - 0.5;
  }
  return memory;
}

/** Logits of a distribution: their exponentials come to 1. */
function logitsOf(vocabularySize: number, seed: number, spread: number): Float32Array {
  const random = Random.seeded(seed, 'logits');
  const logits = Float64Array.from({ length: vocabularySize }, () => (random.uniform() - 0.5) * spread);
  const most = Math.max(...logits);
  const all = most + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0));
  return Float32Array.from(logits, (logit) => logit - all);
}

/** Where a text stands after some tokens, told to the contexts. */
function readPlace({ contexts }: Memory, tokens: Uint16Array): void {
  const place = new Float32Array(placeSize);
  for (const token of tokens) contexts.advance(place, token);
  contexts.read(place);
}

const seeds = fc.integer({ min: 1, max: 1e6 });
const uses = fc.constantFrom('both', 'corpus', 'document');
const kinds = fc.constantFrom(...tokenizers);

describe('mixture', function () {
  this.timeout(60_000);

  it('is a distribution, and gives to each token what foretelling it costs', () => {
    fc.assert(
      fc.property(kinds, seeds, uses, fc.integer({ min: 0, max: 40 }), (tokenizer, seed, use, spread) => {
        const memory = memoryOf(tokenizer, seed);
        const document = memory.startDocument();
        document.read(tokensOf(tokenizer, seed + 1, 200));
        const corpus = use === 'document' ? null : memory.corpus;
        const table = use === 'corpus' ? null : document.table;
        const { tree, contexts, along } = memory;
        const [mixture, foretelling] = [new Mixture(tree, contexts), new Foretelling(tree, contexts)];
        const text = tokensOf(tokenizer, seed + (seed % 3), 60);
        for (let at = 0; at < text.length; at += 7) {
          readPlace(memory, text.subarray(0, at));
          const lstm = logitsOf(tokenizer.vocabularySize, seed + at, spread);
          const mixed = lstm.slice();
          mixture.mix(mixed, along, corpus, table);
          const sum = mixed.reduce((all, logit) => all + Math.exp(logit), 0);
          assert.ok(Math.abs(sum - 1) < 1e-6 * Math.max(1, spread / 10), `${sum}`);
          const odds = new Float64Array(32);
          for (let token = 0; token < mixed.length; token += 1 + (at % 5)) {
            pathOdds(tree, lstm, token, odds);
            const cost = foretelling.cost(token, odds, along, corpus, table);
            assert.ok(Math.abs(cost + mixed[token]!) < 1e-5 * Math.max(1, cost / 8), `${cost} and ${-mixed[token]!}`);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('stays finite where logits are extreme', () => {
    const extreme = fc.constantFrom(-1e4, 1e4, 0, -700, 700);
    fc.assert(
      fc.property(kinds, seeds, fc.infiniteStream(extreme), (tokenizer, seed, stream) => {
        const memory = memoryOf(tokenizer, seed);
        const mixture = new Mixture(memory.tree, memory.contexts);
        readPlace(memory, tokensOf(tokenizer, seed, 20));
        const logits = Float32Array.from({ length: tokenizer.vocabularySize }, () => {
          const logit: unknown = stream.next().value;
          return Number(logit);
        });
        const odds = new Float64Array(32);
        pathOdds(memory.tree, logits, seed % logits.length, odds);
        const foretelling = new Foretelling(memory.tree, memory.contexts);
        assert.ok(Number.isFinite(foretelling.cost(seed % logits.length, odds, memory.frozen, memory.corpus, null)));
        mixture.mix(logits, memory.frozen, memory.corpus, null);
        assert.ok(logits.every(Number.isFinite));
      }),
    );
  });

  it('changes nothing where the memory knows nothing', () => {
    for (const tokenizer of tokenizers) {
      const memory = new Memory(tokenizer);
      const mixture = new Mixture(memory.tree, memory.contexts);
      readPlace(memory, tokensOf(tokenizer, 1, 20));
      const logits = logitsOf(tokenizer.vocabularySize, 5, 20);
      const before = logits.slice();
      mixture.mix(logits, memory.along, memory.corpus, memory.startDocument().table);
      mixture.mix(logits, memory.frozen, null, null);
      assert.deepEqual(logits, before);
    }
  });

  it('forgets one place before it looks at the next', () => {
    for (const tokenizer of tokenizers) {
      const memory = memoryOf(tokenizer, 4);
      const [worn, text] = [new Mixture(memory.tree, memory.contexts), tokensOf(tokenizer, 4, 100)];
      for (let at = 0; at < text.length; at++) {
        readPlace(memory, text.subarray(0, at));
        const [one, other] = [logitsOf(tokenizer.vocabularySize, at, 10), logitsOf(tokenizer.vocabularySize, at, 10)];
        worn.mix(one, memory.frozen, memory.corpus, null);
        new Mixture(memory.tree, memory.contexts).mix(other, memory.frozen, memory.corpus, null);
        assert.deepEqual(one, other);
      }
    }
  });
});

describe('a predictor with a memory', () => {
  /** An LSTM that is sure of nothing, and two predictors on it. */
  function predictors(tokenizer: Tokenizer) {
    const lstm = new ScriptedPredictor(
      tokenizer.vocabularySize,
      (token, position) => (token + position) % tokenizer.vocabularySize,
    );
    const memory = memoryOf(tokenizer, 9);
    const predictor = new MixturePredictor(lstm, memory);
    predictor.document = memory.startDocument();
    predictor.document.read(tokensOf(tokenizer, 10, 100));
    return { lstm, predictor };
  }
  const next = (predictor: Pick<MixturePredictor, 'next' | 'architecture'>, state: Float32Array, token: number) => {
    const logits = new Float32Array(predictor.architecture.vocabularySize);
    predictor.next(state, token, logits);
    return logits;
  };

  it('has states that can be copied and gone on from, whether primed or read one by one', () => {
    for (const tokenizer of tokenizers) {
      for (const use of ['reading along', 'frozen', 'off'] as const) {
        const { predictor } = predictors(tokenizer);
        predictor.use = use;
        const text = tokensOf(tokenizer, 9, 60);
        const state = new Float32Array(predictor.stateSize);
        for (const token of text.subarray(0, 30)) next(predictor, state, token);
        const primed = new Float32Array(predictor.stateSize);
        predictor.prime(primed, text.subarray(0, 30));
        assert.deepEqual(primed, state);
        const branch = state.slice();
        const along = Array.from(text.subarray(30), (token) => next(predictor, state, token));
        for (const token of tokensOf(tokenizer, 77, 20)) next(predictor, primed, token);
        const again = Array.from(text.subarray(30), (token) => next(predictor, branch, token));
        assert.deepEqual(again, along);
        assert.deepEqual(branch, state);
      }
    }
  });

  it('is exactly the LSTM where it is off, and something else where it is not', () => {
    for (const tokenizer of tokenizers) {
      const { lstm, predictor } = predictors(tokenizer);
      const different: Record<string, number> = {};
      for (const use of ['reading along', 'frozen', 'off'] as const) {
        predictor.use = use;
        const [state, plain] = [new Float32Array(predictor.stateSize), new Float32Array(lstm.stateSize)];
        const same = Array.from(tokensOf(tokenizer, 9, 60), (token) => {
          const [mixed, alone] = [next(predictor, state, token), next(lstm, plain, token)];
          return mixed.every((logit, i) => Object.is(logit, alone[i]));
        });
        different[use] = same.filter((each) => !each).length;
        assert.deepEqual(state.subarray(0, lstm.stateSize), plain);
      }
      assert.equal(different['off'], 0);
      assert.ok(different['frozen']! > 50 && different['reading along']! > 50, JSON.stringify(different));
    }
  });

  it('starts afresh where a document ends', () => {
    for (const tokenizer of tokenizers) {
      const { predictor } = predictors(tokenizer);
      const state = new Float32Array(predictor.stateSize);
      predictor.prime(state, tokensOf(tokenizer, 3, 40));
      next(predictor, state, 0);
      assert.ok(state.subarray(-placeSize).every((number) => number === 0));
    }
  });
});
