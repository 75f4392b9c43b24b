import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import type { Engine, Predictor, Trainer, TrainerState, Update } from '../../../src/engine/engine';
import { freshState } from '../../../src/engine/trainerState';
import { type Architecture, type Batch, initialParameters, type Parameters, Random } from '../../../src/model/model';
import { assertClose, assertParametersClose, assertParametersEqual } from './closeness';
import { type Fixture, fixtureNames, readFixture } from './fixtures';
import { compareLongRun } from './longRun';
import { referencePass } from './reference';

/** How far an engine may be from PyTorch in one pass, and after ten updates: both compute in float32. */
const passTolerance = 1e-4;
const trainedTolerance = 1e-4;

const noDropout = { embedding: 0, hidden: 0, seed: 0 };

const update: Update = {
  rate: 3e-3,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  weightDecay: 0.01,
  clipNorm: 1,
  averageDecay: 0.9,
};

const architecture: Architecture = { vocabularySize: 19, embeddingSize: 6, hiddenSize: 11, layers: 2, tied: false };
const length = 6;
const streams = 5;

/**
 * What every engine must do, whatever it is made of: agree with PyTorch on the fixtures, with itself between its ways of
 * computing the same thing, and with what engine.ts promises.
 */
export function describeEngine(name: string, load: () => Promise<Engine>): void {
  describe(`engine ${name}`, () => {
    let engine: Engine;
    before(async () => {
      engine = await load();
    });
    after(() => engine.dispose());

    it('has fixtures from PyTorch to be compared with', () => assert.ok(fixtureNames.length >= 10));
    for (const fixtureName of fixtureNames) {
      describe(`against PyTorch: ${fixtureName}`, () => describeFixture(() => engine, fixtureName));
    }
    // Slow, on a machine that others use as well.
    it('has the gradients of the maths in float64 for many positions and a large vocabulary', () =>
      compareWithReference(engine)).timeout(120_000);
    it('ends a long training where PyTorch does', () => compareLongRun(engine)).timeout(120_000);
    describe('training', () => describeTraining(() => engine));
    describe('evaluation', () => describeEvaluation(() => engine));
    describe('logits that are looked at', () => describeShownLogits(() => engine));
    describe('scoring', () => describeScoring(() => engine));
    describe('prediction', () => describePrediction(() => engine));
  });
}

function describeFixture(engine: () => Engine, name: string): void {
  let fixture: Fixture;
  let trainer: Trainer;
  before(async () => {
    fixture = await readFixture(name);
    const { architecture, initial, length, streams, dropout } = fixture;
    trainer = engine().createTrainer(architecture, initial, { length, streams, dropout });
  });
  after(() => trainer.dispose());

  it('has the logits, the loss and the gradients of PyTorch', () => {
    const { loss, logits, gradients } = trainer.inspect(fixture.batches[0]!, 0);
    assertClose(logits, fixture.first.logits, passTolerance, 'logits');
    assertClose([loss], [fixture.first.loss], passTolerance, 'loss');
    assertParametersClose(gradients, fixture.first.gradients, passTolerance, 'gradient of');
  });

  it('takes the optimiser steps of PyTorch', () => {
    fixture.losses.forEach((expected, step) => {
      const batch = fixture.batches[step % fixture.batches.length]!;
      const { loss, gradientNorm } = trainer.train(batch, fixture.update);
      assertClose([loss], [expected], trainedTolerance, `loss of step ${step}`);
      if (step === 0) assertClose([gradientNorm], [fixture.first.norm], passTolerance, 'norm of the gradient');
    });
    const state = trainer.state();
    assert.equal(state.step, fixture.losses.length);
    assertParametersClose(state.parameters, fixture.final.parameters, trainedTolerance, 'trained');
    assertParametersClose(state.averaged, fixture.final.averaged, trainedTolerance, 'averaged');
    assertClose(state.carried, fixture.final.carried, trainedTolerance, 'carried state');
  });

  it('has the losses of PyTorch in evaluation', () => {
    const losses = new Float32Array(fixture.length * fixture.streams);
    trainer.evaluate(resetAtStart(fixture.batches[0]!), 'current', losses);
    assertClose(losses, fixture.evaluation, trainedTolerance, 'losses');
  });
}

/** The fixtures are small: this is a batch of a size that engines cut up. */
const large = {
  architecture: { vocabularySize: 1100, embeddingSize: 3, hiddenSize: 5, layers: 2, tied: true },
  length: 43,
  streams: 25,
  dropout: { embedding: 0.1, hidden: 0.2, seed: 8 },
  step: 5,
};
let largeExpectation: ReturnType<typeof referencePass> | undefined;

function compareWithReference(engine: Engine): void {
  const { architecture, length, streams, dropout, step } = large;
  const parameters = initialParameters(architecture, 6);
  const batch = randomBatch(3, length, streams, architecture.vocabularySize);
  const state = freshState(architecture, parameters, streams);
  const trainer = engine.createTrainer(architecture, state, { length, streams, dropout });
  const { loss, gradients } = trainer.inspect(batch, step);
  const float64 = new Map([...parameters].map(([name, { data }]) => [name, Float64Array.from(data)]));
  // Slow, so computed once for all engines.
  const { carried } = state;
  largeExpectation ??= referencePass({ architecture, parameters: float64, batch, carried, dropout, step });
  assertClose([loss], [largeExpectation.loss], passTolerance, 'loss');
  for (const [name, { data }] of gradients) {
    assertClose(data, largeExpectation.gradients.get(name)!, passTolerance, `gradient of ${name}`);
  }
  trainer.dispose();
}

function describeTraining(engine: () => Engine): void {
  const dropout = { embedding: 0.1, hidden: 0.2, seed: 5 };
  const create = (state: TrainerState = birth()) =>
    engine().createTrainer(architecture, state, { length, streams, dropout });

  it('goes on from a saved state bit for bit', () => {
    const whole = create();
    for (let step = 0; step < 3; step++) whole.train(batchOf(step), update);
    const resumed = create(whole.state());
    for (let step = 3; step < 6; step++) {
      assert.deepEqual(resumed.train(batchOf(step), update), whole.train(batchOf(step), update));
    }
    assertSameState(resumed.state(), whole.state());
    whole.dispose();
    resumed.dispose();
  });

  it('repeats a run bit for bit', () => {
    const states = [create(), create()].map((trainer) => {
      for (let step = 0; step < 5; step++) trainer.train(batchOf(step), update);
      const state = trainer.state();
      trainer.dispose();
      return state;
    });
    assertSameState(states[0]!, states[1]!);
  });

  it('learns a text by heart', () => {
    const trainer = engine().createTrainer(architecture, birth(), { length, streams, dropout: noDropout });
    const batch = {
      ...batchOf(0),
      resets: Uint8Array.from({ length: length * streams }, (_, i) => (i < streams ? 1 : 0)),
    };
    const eager = { ...update, rate: 0.02, weightDecay: 0 };
    const first = trainer.train(batch, eager).loss;
    let last = first;
    for (let step = 0; step < 150; step++) last = trainer.train(batch, eager).loss;
    assert.ok(first > 2.5 && last < 0.1, `from ${first} to ${last}`);
    trainer.dispose();
  });

  it('is not disturbed by inspection and evaluation', () => {
    const [watched, alone] = [create(), create()];
    const losses = new Float32Array(length * streams);
    for (let step = 0; step < 4; step++) {
      watched.inspect(batchOf(step), step);
      watched.evaluate(resetAtStart(batchOf(9)), step % 2 === 0 ? 'averaged' : 'current', losses);
      assert.deepEqual(watched.train(batchOf(step), update), alone.train(batchOf(step), update));
    }
    assertSameState(watched.state(), alone.state());
    watched.dispose();
    alone.dispose();
  });

  it('leaves the state that it was given as it was, and hands out copies', () => {
    const state = birth();
    const trainer = create(state);
    const given = birth();
    trainer.train(batchOf(0), update);
    assertSameState(state, given);
    const kept = trainer.weights('current');
    const copy = new Map([...kept].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]));
    trainer.train(batchOf(1), update);
    assertParametersEqual(kept, copy, 'a copy of the weights');
    trainer.dispose();
  });

  it('zeroes a stream and stops the gradient where it is reset', () => {
    const options = { length, streams, dropout: noDropout };
    const noisy = { ...birth(), carried: new Float32Array(birth().carried.length).fill(0.7) };
    const [carrying, fresh] = [noisy, birth()].map((state) => engine().createTrainer(architecture, state, options));
    const batch = resetAtStart(batchOf(3));
    const [one, other] = [carrying!.inspect(batch, 0), fresh!.inspect(batch, 0)];
    assert.deepEqual(one.logits, other.logits);
    assertParametersEqual(one.gradients, other.gradients, 'gradient of');
    carrying!.dispose();
    fresh!.dispose();
  });

  it('keeps the average equal to the weights when it has no memory', () => {
    const trainer = create();
    for (let step = 0; step < 3; step++) trainer.train(batchOf(step), { ...update, averageDecay: 0 });
    assertParametersEqual(trainer.weights('averaged'), trainer.weights('current'), 'average of');
    trainer.dispose();
  });

  it('does not clip when told so', () => {
    const [unclipped, loose] = [create(), create()];
    unclipped.train(batchOf(0), { ...update, clipNorm: Infinity });
    loose.train(batchOf(0), { ...update, clipNorm: 1e30 });
    assertParametersEqual(unclipped.weights('current'), loose.weights('current'), 'weight');
    unclipped.dispose();
    loose.dispose();
  });

  it('reports a diverged run as a loss that is not a number, and lives', () => {
    const parameters = initialParameters(architecture, 1);
    parameters.get('lstm.weight_hh_l0')!.data[0] = NaN;
    const trainer = create(freshState(architecture, parameters, streams));
    assert.ok(Number.isNaN(trainer.train(batchOf(0), update).loss));
    assert.ok(Number.isNaN(trainer.train(batchOf(1), update).loss));
    trainer.dispose();
    const healthy = create();
    assert.ok(Number.isFinite(healthy.train(batchOf(0), update).loss));
    healthy.dispose();
  });
}

function describeEvaluation(engine: () => Engine): void {
  const options = { length, streams, dropout: { embedding: 0.3, hidden: 0.3, seed: 2 } };
  let trainer: Trainer;
  before(() => {
    trainer = engine().createTrainer(architecture, birth(), options);
    for (let step = 0; step < 5; step++) trainer.train(batchOf(step), update);
  });
  after(() => trainer.dispose());

  it('computes what the training pass without dropout does', () => {
    const state = trainer.state();
    const plain = engine().createTrainer(
      architecture,
      { ...state, carried: new Float32Array(state.carried.length) },
      { ...options, dropout: noDropout },
    );
    const batch = resetAtStart(batchOf(7));
    const losses = new Float32Array(length * streams);
    trainer.evaluate(batch, 'current', losses);
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    assertClose([mean], [plain.inspect(batch, 0).loss], 1e-5, 'mean loss');
    plain.dispose();
  });

  it('carries its state from batch to batch, whatever the number of streams', () => {
    const [long, parts] = [new Float32Array(8 * 2), new Float32Array(8 * 2)];
    const batch = resetAtStart(randomBatch(21, 8, 2));
    trainer.evaluate(batch, 'current', long);
    trainer.evaluate(slice(batch, 0, 3), 'current', parts.subarray(0, 6));
    trainer.evaluate(slice(batch, 3, 8), 'current', parts.subarray(6));
    assertClose(parts, long, 1e-5, 'losses');
  });

  it('uses the averaged weights when asked', () => {
    const averaged = trainer.weights('averaged');
    const other = engine().createTrainer(architecture, freshState(architecture, averaged, streams), options);
    const batch = resetAtStart(batchOf(8));
    const losses = [0, 1, 2].map(() => new Float32Array(length * streams));
    trainer.evaluate(batch, 'averaged', losses[0]!);
    other.evaluate(batch, 'current', losses[1]!);
    trainer.evaluate(batch, 'current', losses[2]!);
    assert.deepEqual(losses[0], losses[1]);
    assert.notDeepEqual(losses[0], losses[2]);
    other.dispose();
  });
}

/**
 * A vocabulary that an engine does at once, and one that it may have to do in parts, and how close predictors come, which may
 * have weights as large as the latter's as integers: one part in 65,000 of the largest.
 */
const shownVocabularies = [
  [19, passTolerance],
  [24_000, 5 * passTolerance],
] as const;

function describeShownLogits(engine: () => Engine): void {
  for (const [vocabularySize, tolerance] of shownVocabularies) {
    it(`are a predictor's at the positions that are looked at, by a vocabulary of ${vocabularySize}`, () => {
      const variant = { ...architecture, vocabularySize };
      const [length, streams] = [7, 37];
      const [parameters, averaged] = [4, 5].map((seed) => initialParameters(variant, seed));
      const state = { ...freshState(variant, parameters!, streams), averaged: averaged! };
      const trainer = engine().createTrainer(variant, state, { length, streams, dropout: noDropout });
      const batch = resetAtStart(randomBatch(5, length, streams, vocabularySize));
      // Some of every time and of every stream.
      const positions = Uint8Array.from({ length: length * streams }, (_, position) => (position % 5 === 2 ? 1 : 0));
      const [losses, plain] = [new Float32Array(length * streams), new Float32Array(length * streams)];
      for (const kind of ['current', 'averaged'] as const) {
        const shown = new Map<number, Float32Array>();
        const read = (position: number, logits: Float32Array): unknown => shown.set(position, logits.slice());
        trainer.evaluate(batch, kind, losses, { positions, read });
        trainer.evaluate(batch, kind, plain);
        assert.deepEqual(losses, plain);
        assert.deepEqual(
          [...shown.keys()],
          [...positions.keys()].filter((position) => positions[position] === 1),
        );
        const predictor = engine().createPredictor(variant, trainer.weights(kind));
        const logits = new Float32Array(vocabularySize);
        for (let stream = 0; stream < streams; stream++) {
          const predicted = new Float32Array(predictor.stateSize);
          for (let time = 0; time < length; time++) {
            const position = time * streams + stream;
            if (batch.resets[position] === 1) predicted.fill(0);
            predictor.next(predicted, batch.inputs[position]!, logits);
            const seen = shown.get(position);
            if (seen !== undefined) assertClose(seen, logits, tolerance, `logits at ${position}`);
          }
        }
        predictor.dispose();
      }
      trainer.dispose();
    });
  }

  it('of a scorer are those of its losses', () => {
    const parameters = scaled(initialParameters(architecture, 4), 2);
    const scorer = engine().createScorer(architecture, parameters, { length, streams: 9 });
    const batch = resetAtStart(randomBatch(5, length, 7));
    const [losses, shown] = [new Float32Array(length * 7), new Float32Array(length * 7)];
    const read = (position: number, logits: Float32Array): void => {
      shown[position] = crossEntropy(logits, batch.targets[position]!);
    };
    scorer.score(batch, losses, { positions: new Uint8Array(length * 7).fill(1), read });
    assertClose(shown, losses, 1e-5, 'losses');
    scorer.dispose();
  });
}

/** Within what most losses of a scorer are, nats. */
const scoredTolerance = 5e-3;

function describeScoring(engine: () => Engine): void {
  for (const [kind, variant] of Object.entries<Architecture>({
    'an odd number of panels': { ...architecture, hiddenSize: 41, layers: 1 },
    'two layers': { ...architecture, hiddenSize: 50 },
    'a tied model of more inputs than are taken at a time': { ...architecture, hiddenSize: 544, layers: 1, tied: true },
  })) {
    it(`of ${kind} is its evaluation, nearly`, () => {
      const parameters = scaled(initialParameters(variant, 4), 2);
      const shape = { length, streams: 9 };
      const options = { ...shape, dropout: noDropout };
      const trainer = engine().createTrainer(variant, freshState(variant, parameters, 9), options);
      const scorer = engine().createScorer(variant, parameters, shape);
      // Fewer streams than there may be, then as many; the state goes on from one batch to the next.
      for (const count of [5, 9]) {
        for (const [index, batch] of [
          resetAtStart(randomBatch(5, length, count)),
          randomBatch(6, length, count),
        ].entries()) {
          const [exact, scored] = [new Float32Array(length * count), new Float32Array(length * count)];
          trainer.evaluate(batch, 'current', exact);
          scorer.score(batch, scored);
          scored.forEach((loss, i) => {
            const difference = Math.abs(loss - exact[i]!);
            assert.ok(difference < scoredTolerance, `batch ${index} of ${count}, loss ${i}: ${loss}, not ${exact[i]}`);
          });
        }
      }
      scorer.dispose();
      trainer.dispose();
    });
  }
}

/** Parameters so many times as large: a model that is sure of itself. */
function scaled(parameters: Parameters, factor: number): Parameters {
  return new Map(
    [...parameters].map(([name, { shape, data }]) => [name, { shape, data: data.map((value) => factor * value) }]),
  );
}

function describePrediction(engine: () => Engine): void {
  for (const [kind, variant] of Object.entries<Architecture>({
    'an untied model': architecture,
    'a tied model': { ...architecture, embeddingSize: 11, tied: true },
    'a tied model with a projection': { ...architecture, tied: true },
    'three layers': { ...architecture, layers: 3 },
  })) {
    it(`of ${kind} token by token is its evaluation`, () => {
      const parameters = initialParameters(variant, 4);
      const options = { length, streams, dropout: noDropout };
      const trainer = engine().createTrainer(variant, freshState(variant, parameters, streams), options);
      const predictor = engine().createPredictor(variant, parameters);
      const batch = resetAtStart(randomBatch(5, 9, 1));
      const losses = new Float32Array(9);
      trainer.evaluate(batch, 'current', losses);
      const state = new Float32Array(predictor.stateSize);
      const logits = new Float32Array(variant.vocabularySize);
      const predicted = Array.from(batch.inputs, (token, t) => {
        predictor.next(state, token, logits);
        return crossEntropy(logits, batch.targets[t]!);
      });
      assertClose(predicted, losses, passTolerance, 'losses');
      predictor.dispose();
      trainer.dispose();
    });
  }

  describe('of one predictor', () => {
    let predictor: Predictor;
    before(() => (predictor = engine().createPredictor(architecture, initialParameters(architecture, 4))));
    after(() => predictor.dispose());

    it('has a state of the size that it says', () => assert.equal(predictor.stateSize, 2 * 2 * 11));

    it('primes to the state that reading token by token leads to', () => {
      const tokens = Uint16Array.from([3, 1, 4, 1, 5, 9, 2, 6]);
      const [primed, read] = [new Float32Array(predictor.stateSize), new Float32Array(predictor.stateSize)];
      predictor.prime(primed, tokens);
      for (const token of tokens) predictor.next(read, token, new Float32Array(architecture.vocabularySize));
      assertClose(primed, read, 1e-5, 'state');
    });

    it('branches from a copied state', () => {
      const state = new Float32Array(predictor.stateSize);
      predictor.prime(state, Uint16Array.of(7, 8));
      const copy = state.slice();
      const [one, other] = [new Float32Array(19), new Float32Array(19)];
      predictor.next(state, 2, one);
      predictor.prime(copy.slice(), Uint16Array.of(11, 12));
      predictor.next(copy, 2, other);
      assert.deepEqual(one, other);
      assert.deepEqual(state, copy);
    });
  });
}

function birth(): TrainerState {
  return freshState(architecture, initialParameters(architecture, 1), streams);
}

function batchOf(seed: number): Batch {
  return randomBatch(seed, length, streams);
}

/** Random tokens with a few resets. */
function randomBatch(
  seed: number,
  length: number,
  streams: number,
  vocabularySize = architecture.vocabularySize,
): Batch {
  const random = Random.seeded(seed, 'batch');
  const size = length * streams;
  const token = () => random.below(vocabularySize);
  return {
    length,
    streams,
    inputs: Uint16Array.from({ length: size }, token),
    targets: Uint16Array.from({ length: size }, token),
    resets: Uint8Array.from({ length: size }, () => (random.uniform() < 0.1 ? 1 : 0)),
  };
}

function resetAtStart(batch: Batch): Batch {
  return { ...batch, resets: batch.resets.map((reset, index) => (index < batch.streams ? 1 : reset)) };
}

/** Time steps `from` to `to` of a batch. */
function slice(batch: Batch, from: number, to: number): Batch {
  const [start, end] = [from * batch.streams, to * batch.streams];
  return {
    length: to - from,
    streams: batch.streams,
    inputs: batch.inputs.slice(start, end),
    targets: batch.targets.slice(start, end),
    resets: batch.resets.slice(start, end),
  };
}

function crossEntropy(logits: Float32Array, target: number): number {
  const highest = Math.max(...logits);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - highest), 0);
  return highest + Math.log(sum) - logits[target]!;
}

function assertSameState(actual: TrainerState, expected: TrainerState): void {
  assert.equal(actual.step, expected.step);
  assertParametersEqual(actual.parameters, expected.parameters, 'parameter');
  assertParametersEqual(actual.averaged, expected.averaged, 'average of');
  assertParametersEqual(actual.firstMoments, expected.firstMoments, 'first moment of');
  assertParametersEqual(actual.secondMoments, expected.secondMoments, 'second moment of');
  assert.deepEqual(actual.carried, expected.carried);
}
