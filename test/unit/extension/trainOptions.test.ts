import fc from 'fast-check';
import assert from 'node:assert/strict';
import { readSettings, type SettingName } from '../../../src/extension/settings';
import { hyperparameterWishes, type TrainOptions } from '../../../src/extension/training/trainOptions';

/** Each hyperparameter that can be asked for, the option and the setting that ask for it, and values that both may have. */
const sources: readonly (readonly [string, keyof TrainOptions, SettingName, fc.Arbitrary<number>])[] = [
  ['hiddenSize', 'hiddenSize', 'training.hiddenSize', fc.integer({ min: 1, max: 4096 })],
  ['layers', 'layers', 'training.layers', fc.integer({ min: 1, max: 8 })],
  ['embeddingSize', 'embeddingSize', 'training.embeddingSize', fc.integer({ min: 1, max: 4096 })],
  ['dropout', 'dropout', 'training.dropout', fc.double({ min: 0, max: 0.9, noNaN: true })],
  ['batchSize', 'streams', 'training.streams', fc.integer({ min: 1, max: 1024 })],
  ['sequenceLength', 'length', 'training.sequenceLength', fc.integer({ min: 1, max: 1024 })],
  ['peakLearningRate', 'peakRate', 'training.peakRate', fc.double({ min: 1e-6, max: 1, noNaN: true })],
  ['seed', 'seed', 'training.seed', fc.integer({ min: 0, max: 2 ** 31 - 1 })],
];

describe('the hyperparameters that are asked for', () => {
  for (const [wish, option, setting, values] of sources) {
    it(`have ${wish} as the option ${option} says, else as the setting ${setting} does`, () => {
      fc.assert(
        fc.property(values, values, (asked, set) => {
          const { settings } = readSettings((name) => (name === setting ? set : undefined));
          const wishes = (options: TrainOptions) => new Map(Object.entries(hyperparameterWishes(options, settings)));
          assert.equal(wishes({}).get(wish), set);
          assert.equal(wishes({ [option]: asked }).get(wish), asked);
        }),
      );
    });
  }

  it('are none but the seed where neither says any', () => {
    const { settings } = readSettings(() => undefined);
    assert.deepEqual(hyperparameterWishes({}, settings), { seed: 1 });
  });
});
