import fc from 'fast-check';
import assert from 'node:assert/strict';
import { Candidates } from '../../../src/generation/candidates';

/** The plain way: a sorted list of tokens with probabilities, likeliest first, of equals the lower id. */
type Ranking = { id: number; probability: number }[];

function ranking(logits: number[], temperature: number): Ranking {
  const highest = Math.max(...logits);
  const weights = logits.map((logit) => Math.exp((logit - highest) / temperature));
  return normalised(weights.map((probability, id) => ({ id, probability })));
}

function normalised(list: Ranking): Ranking {
  const total = list.reduce((sum, { probability }) => sum + probability, 0);
  return list
    .map(({ id, probability }) => ({ id, probability: probability / total }))
    .sort((a, b) => b.probability - a.probability || a.id - b.id);
}

function upTo(list: Ranking, mass: number): Ranking {
  let sum = 0;
  const end = list.findIndex(({ probability }) => (sum += probability) >= mass);
  return end < 0 ? list : list.slice(0, end + 1);
}

const reference = {
  topK: (list: Ranking, k: number) => list.slice(0, k),
  topP: (list: Ranking, p: number) => upTo(list, p),
  minP: (list: Ranking, share: number) =>
    list.filter(({ probability }) => probability >= share * Math.max(...list.map((each) => each.probability))),
  typical: (list: Ranking, mass: number) => {
    const entropy = list.reduce((sum, { probability: p }) => sum - (p > 0 ? p * Math.log(p) : 0), 0);
    const distance = (p: number) => Math.abs(-Math.log(p) - entropy);
    const byDistance = [...list].sort((a, b) => distance(a.probability) - distance(b.probability) || a.id - b.id);
    return upTo(byDistance, mass);
  },
};

// Steps of 1/64 (exact in float32): logits are either equal or clearly different, so that rounding decides no order.
const steps = fc.integer({ min: -1000, max: 1000 }).map((step) => step / 64);
const logits = fc.array(steps, { minLength: 1, maxLength: 200 });
const distinctLogits = fc.uniqueArray(steps, { minLength: 1, maxLength: 200 });
const temperature = fc.double({ min: 0.1, max: 3, noNaN: true });
const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });

function filled(values: number[], heat: number): Candidates {
  const candidates = new Candidates(values.length);
  candidates.fill(Float32Array.from(values), new Uint8Array(values.length).fill(1), heat);
  return candidates;
}

function kept(candidates: Candidates): number[] {
  return [...candidates.ids.subarray(0, candidates.count)].sort((a, b) => a - b);
}

function ids(list: Ranking): number[] {
  return list.map(({ id }) => id).sort((a, b) => a - b);
}

describe('candidates', () => {
  it('weighs tokens by the softmax at a temperature', () => {
    fc.assert(
      fc.property(logits, temperature, (values, heat) => {
        const candidates = filled(values, heat);
        const total = candidates.weights.subarray(0, candidates.count).reduce((sum, weight) => sum + weight, 0);
        for (const { id, probability } of ranking(values, heat)) {
          assert.equal(candidates.ids[id], id);
          assert.ok(Math.abs((candidates.weights[id] ?? NaN) / total - probability) < 1e-12);
        }
      }),
    );
  });

  it('keeps the k likeliest, ties by lower id', () => {
    const tied = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(fc.oneof(logits, tied), fc.integer({ min: 1, max: 220 }), (values, k) => {
        const candidates = filled(values, 1);
        candidates.keepTopK(k);
        assert.deepEqual(kept(candidates), ids(reference.topK(ranking(values, 1), k)));
      }),
    );
  });

  it('keeps the smallest set that reaches the mass p', () => {
    fc.assert(
      fc.property(logits, temperature, share, (values, heat, p) => {
        const candidates = filled(values, heat);
        candidates.keepTopP(p);
        assert.deepEqual(kept(candidates), ids(reference.topP(ranking(values, heat), p)));
      }),
    );
  });

  it('keeps what is likely enough beside the likeliest', () => {
    fc.assert(
      fc.property(logits, temperature, share, (values, heat, least) => {
        const candidates = filled(values, heat);
        candidates.keepMinP(least);
        assert.deepEqual(kept(candidates), ids(reference.minP(ranking(values, heat), least)));
      }),
    );
  });

  it('keeps the typical tokens', () => {
    fc.assert(
      fc.property(distinctLogits, share, (values, mass) => {
        const candidates = filled(values, 1);
        candidates.keepTypical(mass);
        assert.deepEqual(kept(candidates), ids(reference.typical(ranking(values, 1), mass)));
      }),
    );
  });

  it('applies one filter to what another has left', () => {
    fc.assert(
      fc.property(logits, fc.integer({ min: 1, max: 50 }), share, (values, k, p) => {
        const candidates = filled(values, 1);
        candidates.keepTopK(k);
        candidates.keepTopP(p);
        assert.deepEqual(kept(candidates), ids(reference.topP(normalised(reference.topK(ranking(values, 1), k)), p)));
      }),
    );
  });

  it('never holds a token that is not permitted', () => {
    const candidates = new Candidates(4);
    candidates.fill(Float32Array.of(9, 1, 2, 3), Uint8Array.of(0, 1, 0, 1), 1);
    assert.deepEqual(kept(candidates), [1, 3]);
  });

  it('says that a model is damaged rather than draw from it', () => {
    const candidates = new Candidates(2);
    assert.throws(() => candidates.fill(Float32Array.of(NaN, 1), Uint8Array.of(1, 1), 1), /damaged/);
    assert.throws(() => candidates.fill(Float32Array.of(1, 1), Uint8Array.of(0, 0), 1), /No token/);
  });
});
