import fc from 'fast-check';
import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { TrainingClock } from '../../../../src/training/loop/clock';
import {
  averageDecayAt,
  endOf,
  extended,
  finishingAfter,
  finishingLength,
  finishingRate,
  lastEvaluation,
  nextEvaluation,
  position,
  rateAt,
} from '../../../../src/training/loop/schedule';
import type {
  Budget,
  HyperparameterRequest,
  Hyperparameters,
} from '../../../../src/training/prepare/hyperparameterRequest';
import { planHyperparameters, referencePower } from '../../../../src/training/prepare/plan';

const plan = (request: HyperparameterRequest, trainingTokens = 1_000_000, power = referencePower): Hyperparameters =>
  planHyperparameters({ request, trainingTokens, validationTokens: 100_000, vocabularySize: 80, power });
const minutes = (count: number): Budget => ({ kind: 'minutes', minutes: count });

describe('the schedule of a run', () => {
  const recipe = plan({ budget: minutes(1), peakLearningRate: 0.01 });

  it('warms up to the peak, then falls to the final rate, and never rises again', () => {
    assert.equal(rateAt(recipe, 0), 0);
    assert.ok(Math.abs(rateAt(recipe, recipe.warmup) - 0.01) < 1e-12);
    assert.ok(Math.abs(rateAt(recipe, 1) - 0.01 * recipe.finalRate) < 1e-12);
    assert.equal(rateAt(recipe, 1.5), rateAt(recipe, 1));
    const share = fc.double({ min: recipe.warmup, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, (one, other) => {
        const [early, late] = [Math.min(one, other), Math.max(one, other)];
        assert.ok(rateAt(recipe, late) <= rateAt(recipe, early) + 1e-15);
      }),
    );
  });

  it('averages over few steps at first', () => {
    assert.ok(averageDecayAt(recipe, 0) < 0.2);
    assert.equal(averageDecayAt(recipe, 1e6), recipe.averageDecay);
  });

  it('evaluates soon, then regularly, last of all where finishing begins, and never twice on the heels', () => {
    for (const budget of [minutes(1), minutes(30), { kind: 'steps', steps: 400 } as const]) {
      const timed = plan({ budget });
      const end = lastEvaluation(budget);
      assert.ok(Math.abs(end - 0.9 * endOf(budget)) < 0.6);
      const places: number[] = [];
      for (let place = 0; place < end;) places.push((place = nextEvaluation(timed, place)));
      assert.ok(places[0]! <= Math.max(5, end * 0.03));
      assert.equal(places.at(-1), end);
      assert.ok(end - places.at(-2)! >= end / timed.evaluations / 2);
      assert.ok(places.length <= timed.evaluations + 8, `${places.length}`);
      assert.ok(places.every((place, i) => place > (places[i - 1] ?? 0)));
    }
  });

  it('leaves a tenth for finishing, of what a continued run adds to it, and never more than ten minutes', () => {
    assert.equal(finishingLength({ kind: 'steps', steps: 3000 }), 300);
    assert.equal(finishingLength({ kind: 'steps', steps: 4 }), 0);
    assert.equal(finishingLength(minutes(1)), 6);
    assert.equal(finishingLength(minutes(480)), 600);
    assert.equal(finishingLength(minutes(6), 300), 6);
    assert.equal(lastEvaluation(minutes(6), 300), 354);
    assert.ok(finishingRate(recipe) < 0.12 * recipe.peakLearningRate);
    assert.ok(Math.abs(finishingAfter(2700) - 300) < 1e-9);
  });

  it('counts budgets in their own unit, and extends them in it', () => {
    const at = { step: 100, seconds: 50 };
    const steps: Budget = { kind: 'steps', steps: 200 };
    assert.equal(position(steps, at), 100);
    assert.equal(position(minutes(2), at), 50);
    assert.deepEqual(extended({ ...recipe, budget: minutes(2) }, 3, at).budget, minutes(5));
    assert.deepEqual(extended({ ...recipe, budget: steps }, 1, at).budget, { kind: 'steps', steps: 320 });
  });
});

describe('TrainingClock', () => {
  let now = 1000;
  const pass = (clock: TrainingClock, milliseconds: number) => {
    now += milliseconds;
    return clock.seconds;
  };

  it('goes on from earlier sessions and counts what passes', () => {
    const clock = new TrainingClock(7, () => now);
    assert.equal(pass(clock, 2000), 9);
    assert.equal(pass(clock, 500), 9.5);
  });

  it('leaves out pauses, however often one looks', () => {
    const clock = new TrainingClock(0, () => now);
    pass(clock, 1000);
    clock.pause();
    assert.equal(pass(clock, 30_000), 1);
    assert.equal(pass(clock, 30_000), 1);
    clock.resume();
    assert.equal(pass(clock, 1000), 2);
  });

  it("leaves out the machine's sleep", () => {
    const clock = new TrainingClock(0, () => now);
    pass(clock, 1000);
    assert.equal(pass(clock, 8 * 3_600_000), 1);
    assert.equal(pass(clock, 1000), 2);
  });
});

describe('hyperparameters, planned,', () => {
  it('gives more time, more power and more text a larger model', () => {
    const size = (...args: Parameters<typeof plan>) => plan(...args).architecture.hiddenSize;
    const quick = size({ budget: minutes(1) });
    assert.ok(size({ budget: minutes(5) }) > quick);
    assert.ok(size({ budget: minutes(30) }) > size({ budget: minutes(5) }));
    assert.ok(size({ budget: minutes(1) }, 1_000_000, referencePower / 8) < quick);
    assert.ok(size({ budget: minutes(1) }, 20_000) < quick);
  });

  it('drops out more the more often it reads the text', () => {
    assert.equal(plan({ budget: minutes(1) }, 50_000_000).dropout.hidden, 0);
    assert.ok(plan({ budget: minutes(30) }, 200_000).dropout.hidden > 0.3);
  });

  it('plans a budget in steps alike on every machine', () => {
    const budget: Budget = { kind: 'steps', steps: 1000 };
    assert.deepEqual(plan({ budget }, 1e6, 1e9), plan({ budget }, 1e6, 1e13));
  });

  it('takes whatever the user asks for', () => {
    const request: HyperparameterRequest = {
      budget: minutes(1),
      hiddenSize: 100,
      layers: 2,
      embeddingSize: 50,
      dropout: 0.3,
      batchSize: 7,
      sequenceLength: 20,
      peakLearningRate: 0.004,
      seed: 42,
    };
    const {
      architecture,
      dropout,
      batchSize: streams,
      sequenceLength: length,
      peakLearningRate: peakRate,
      seed,
    } = plan(request);
    assert.deepEqual(architecture, { vocabularySize: 80, embeddingSize: 50, hiddenSize: 100, layers: 2, tied: false });
    assert.deepEqual([dropout, streams, length, peakRate, seed], [{ embedding: 0.3, hidden: 0.3 }, 7, 20, 0.004, 42]);
  });

  it('is sound for any corpus, power and time', () => {
    const input = fc.record({
      trainingTokens: fc.integer({ min: 1500, max: 2_000_000_000 }),
      validationTokens: fc.integer({ min: 100, max: 4_000_000 }),
      vocabularySize: fc.integer({ min: 3, max: 65_536 }),
      power: fc.double({ min: 1e7, max: 1e14, noNaN: true }),
      minutes: fc.double({ min: 0, max: 10_000, noNaN: true }),
    });
    fc.assert(
      fc.property(input, ({ minutes: count, ...rest }) => {
        const recipe = planHyperparameters({ ...rest, request: { budget: minutes(count) } });
        const { hiddenSize, embeddingSize } = recipe.architecture;
        assert.ok(hiddenSize >= 32 && hiddenSize <= 2048 && embeddingSize <= hiddenSize);
        assert.ok(recipe.batchSize >= 1 && recipe.dropout.hidden >= 0 && recipe.dropout.hidden < 0.7);
        assert.ok(recipe.peakLearningRate > 0 && recipe.peakLearningRate < 0.05);
        assert.ok(recipe.averageDecay > 0 && recipe.averageDecay < 1);
        assert.ok(recipe.evaluationTokens <= rest.validationTokens);
      }),
    );
  });
});
