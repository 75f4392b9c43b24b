import fc from 'fast-check';
import assert from 'node:assert/strict';
import { foreseenShape } from '../../../../src/training/forecast/forecastShape';
import type { HyperparameterRequest } from '../../../../src/training/prepare/hyperparameterRequest';
import { planHyperparameters, referencePower } from '../../../../src/training/prepare/plan';

describe('a training that was foreseen', () => {
  it('has the very model that was told of, whatever the machine does by then', () => {
    const size = (max: number) => fc.option(fc.integer({ min: 1, max }), { nil: undefined });
    const power = fc.double({ min: referencePower / 100, max: referencePower * 100, noNaN: true });
    const wishes = fc.record({ hiddenSize: size(2000), layers: size(4), embeddingSize: size(500), streams: size(64) });
    const text = fc.record({
      trainingTokens: fc.integer({ min: 1000, max: 1e8 }),
      validationTokens: fc.integer({ min: 100, max: 1e6 }),
      vocabularySize: fc.integer({ min: 2, max: 8000 }),
    });
    const minutes = fc.double({ min: 0.1, max: 600, noNaN: true });
    let others = 0;
    fc.assert(
      fc.property(wishes, text, minutes, power, power, (given, corpus, time, then, now) => {
        const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
        const request: HyperparameterRequest = { ...known, budget: { kind: 'minutes', minutes: time } };
        const foreseen = planHyperparameters({ request, ...corpus, power: then });
        const kept = planHyperparameters({
          request: { ...request, ...foreseenShape(foreseen) },
          ...corpus,
          power: now,
        });
        assert.deepEqual(kept.architecture, foreseen.architecture);
        const anew = planHyperparameters({ request, ...corpus, power: now });
        if (anew.architecture.hiddenSize !== foreseen.architecture.hiddenSize) others++;
      }),
    );
    assert.ok(others > 0, 'without that, some would have had another');
  });
});
