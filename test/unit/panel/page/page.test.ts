import fc from 'fast-check';
import assert from 'node:assert/strict';
import { panned, zoomed } from '../../../../src/panel/charts/zoom';
import { defaultPreferences, readPreferences } from '../../../../src/panel/page/preferences';
import { moments } from '../../../../src/panel/run/moments';
import { sampleAt } from '../runs';

describe('preferences', () => {
  it('come back as they were kept', () => {
    const kept = {
      axis: 'steps',
      unit: 'bits',
      scale: 'log',
      smoothing: 0.8,
      hidden: ['training'],
      compareSamples: false,
    };
    assert.deepEqual(readPreferences(JSON.parse(JSON.stringify(kept))), kept);
  });

  it('take their default, each by itself, where what was kept is wrong', () => {
    for (const nonsense of [undefined, null, 7, 'x', [], { smoothing: 7, hidden: 'training', axis: 3 }]) {
      assert.deepEqual(readPreferences(nonsense), defaultPreferences);
    }
    assert.deepEqual(readPreferences({ unit: 'bits', scale: 'cubic' }), { ...defaultPreferences, unit: 'bits' });
    fc.assert(fc.property(fc.anything(), (kept) => void readPreferences(kept)));
  });
});

describe('moments of the samples', () => {
  it('gather the samples of one step, coolest first, the later of two alike', () => {
    const found = moments([sampleAt(10, 1), sampleAt(10, 0.5), sampleAt(20, 0.5), sampleAt(20, 0.5, 'again')]);
    assert.deepEqual(
      found.map(({ step, samples }) => [step, samples.map((sample) => [sample.temperature, sample.text])]),
      [
        [
          10,
          [
            [0.5, 'la'],
            [1, 'la'],
          ],
        ],
        [20, [[0.5, 'again']]],
      ],
    );
  });
});

describe('zoom and pan', () => {
  it('zoom about a place, and end where there is everything', () => {
    assert.deepEqual(zoomed([0, 100], [0, 100], 50, 0.5), [25, 75]);
    assert.deepEqual(zoomed([40, 60], [0, 100], 40, 0.5), [40, 50]);
    assert.equal(zoomed([25, 75], [0, 100], 50, 3), null);
    assert.deepEqual(zoomed([50, 50.001], [0, 100], 50, 0.5), [50, 50.001]);
  });

  it('pan no further than there is something', () => {
    assert.deepEqual(panned([25, 75], [0, 100], 0.2), [35, 85]);
    assert.deepEqual(panned([25, 75], [0, 100], 2), [50, 100]);
    assert.deepEqual(panned([25, 75], [0, 100], -2), [0, 50]);
  });
});
