import assert from 'node:assert/strict';
import { defaultSampling, type SamplingOptions } from '../../../src/generation/generation';
import { Sampler } from '../../../src/generation/sampler';
import { Random } from '../../../src/model/model';

const plain: SamplingOptions = { ...defaultSampling, temperature: 1, topP: 1 };

function randomLogits(size: number, seed: number): Float32Array {
  const random = Random.seeded(seed, 'logits');
  return Float32Array.from({ length: size }, () => 2 * random.normal());
}

function softmax(logits: Float32Array): number[] {
  const weights = [...logits].map(Math.exp);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

function count(draws: number, options: SamplingOptions, logits: Float32Array): number[] {
  const sampler = new Sampler(logits.length, options);
  const permitted = new Uint8Array(logits.length).fill(1);
  const counts = new Array<number>(logits.length).fill(0);
  for (let i = 0; i < draws; i++) {
    const token = sampler.draw(logits, permitted);
    counts[token] = (counts[token] ?? 0) + 1;
  }
  return counts;
}

/** Pearson's statistic over its degrees of freedom, as a standard normal deviate (Wilson and Hilferty, 1931). */
function deviate(counts: number[], probabilities: number[]): number {
  const draws = counts.reduce((sum, each) => sum + each, 0);
  let statistic = 0;
  let freedom = -1;
  counts.forEach((observed, i) => {
    const expected = draws * (probabilities[i] ?? 0);
    if (expected === 0) {
      assert.equal(observed, 0);
      return;
    }
    statistic += (observed - expected) ** 2 / expected;
    freedom++;
  });
  const spread = 2 / (9 * freedom);
  return (Math.cbrt(statistic / freedom) - (1 - spread)) / Math.sqrt(spread);
}

describe('sampler', function () {
  this.timeout(60_000);

  it('draws a million tokens as the softmax has them', () => {
    const logits = randomLogits(40, 1);
    assert.ok(Math.abs(deviate(count(1_000_000, plain, logits), softmax(logits))) < 4);
  });

  it('draws through the filters as the renormalised rest has it', () => {
    const logits = randomLogits(40, 2);
    const likeliest = softmax(logits)
      .map((probability, id) => ({ probability, id }))
      .sort((a, b) => b.probability - a.probability)
      .slice(0, 7);
    const mass = likeliest.reduce((sum, { probability }) => sum + probability, 0);
    const expected = new Array<number>(40).fill(0);
    for (const { probability, id } of likeliest) expected[id] = probability / mass;
    assert.ok(Math.abs(deviate(count(300_000, { ...plain, topK: 7 }, logits), expected)) < 4);
  });

  it('is tested so closely that a wrong temperature would be noticed', () => {
    const logits = randomLogits(40, 1);
    assert.ok(deviate(count(300_000, { ...plain, temperature: 1.02 }, logits), softmax(logits)) > 4);
  });

  it('draws the same tokens for a seed, and others for another', () => {
    const logits = randomLogits(300, 3);
    assert.deepEqual(count(500, plain, logits), count(500, plain, logits));
    assert.notDeepEqual(count(500, plain, logits), count(500, { ...plain, seed: 1 }, logits));
  });

  it('takes the likeliest at temperature 0, whatever the seed', () => {
    const logits = Float32Array.of(0, 3, 3, -1);
    for (const seed of [0, 1, 2]) {
      assert.deepEqual(count(50, { ...plain, temperature: 0, seed }, logits), [0, 50, 0, 0]);
    }
  });

  it('divides the positive and multiplies the negative logits of recent tokens, once each', () => {
    const logits = Float32Array.of(2, 2, -1, -1, 0.5);
    const sampler = new Sampler(5, { ...plain, temperature: 0, repetitionPenalty: 2, repetitionWindow: 4 });
    const permitted = Uint8Array.of(1, 1, 1, 1, 1);
    sampler.observe(0);
    sampler.observe(0);
    assert.equal(sampler.draw(logits, permitted), 1);
    sampler.observe(1);
    assert.equal(sampler.draw(logits, permitted), 0, 'both at 1 now, the lower id first');
    assert.equal(sampler.draw(Float32Array.of(1.2, 1, -1, -1, 0.65), permitted), 4, 'once: 0.6, not 0.3');
    sampler.observe(2);
    assert.equal(sampler.draw(logits, Uint8Array.of(0, 0, 1, 1, 0)), 3, '-2 against -1');
  });

  it('forgets tokens that left the window', () => {
    const sampler = new Sampler(3, { ...plain, temperature: 0, repetitionPenalty: 10, repetitionWindow: 1 });
    sampler.observe(0);
    sampler.observe(2);
    assert.equal(sampler.draw(Float32Array.of(2, 1, 2), Uint8Array.of(1, 1, 1)), 0);
  });

  it('penalises nothing with a window of 0', () => {
    const sampler = new Sampler(2, { ...plain, temperature: 0, repetitionPenalty: 10, repetitionWindow: 0 });
    sampler.observe(0);
    assert.equal(sampler.draw(Float32Array.of(2, 1), Uint8Array.of(1, 1)), 0);
  });
});
