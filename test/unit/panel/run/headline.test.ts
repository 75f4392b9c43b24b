import assert from 'node:assert/strict';
import { headline } from '../../../../src/panel/run/headline';
import type { PanelSurroundings } from '../../../../src/protocol/panel';
import { coach } from '../../../../src/training/coach';
import type { RunOutcome } from '../../../../src/training/record/events';
import { progressAt, runWith } from '../runs';

const still: PanelSurroundings = {
  live: false,
  elsewhere: null,
  preparing: null,
  failure: null,
  effort: 'full',
  activeModel: null,
};

describe('the headline of the panel', () => {
  const run = runWith({ progress: [{ ...progressAt(10, 2), share: 0.34 }] });

  it('says whose a run is that goes on elsewhere, and offers nothing that only they can do', () => {
    const told = headline(run, { ...still, live: true, elsewhere: 'another window' });
    assert.equal(told.phase, 'Training · 34% · in another window');
    assert.equal(told.instead, 'Another window trains this model: pause or stop it there.');
    assert.deepEqual([told.look, told.stage], ['quiet', 'elsewhere']);
    const paused = headline({ ...run, phase: 'paused' }, { ...still, live: true, elsewhere: 'a terminal' });
    assert.equal(paused.phase, 'Paused · 34% · in a terminal');
  });

  it('calls a run interrupted that nobody is at', () => {
    assert.equal(headline(run, still).phase, 'Interrupted');
    assert.equal(headline(run, { ...still, live: true }).phase, 'Training · 34%');
  });

  it('says of a discarded training what has become of its model, and offers that where it is there', () => {
    const ended = (outcome: RunOutcome) => {
      return runWith({
        phase: 'finished',
        finished: { type: 'finished', outcome, step: 5, seconds: 9, natsPerCharacter: 2 },
      });
    };
    const [removed, restored] = [ended({ kind: 'discarded' }), ended({ kind: 'discarded', restored: true })];
    assert.deepEqual([headline(removed, still).stage, headline(restored, still).stage], ['gone', 'finished']);
    assert.equal(coach(removed).message, 'The model was deleted.');
    assert.equal(coach(restored).message, '"verse" is as it was before.');
  });
});
