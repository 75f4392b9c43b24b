import assert from 'node:assert/strict';
import { againstBaseline, coach } from '../../../src/panel/coach';
import type { RunOutcome } from '../../../src/training/events';
import { evaluationAt, runWith } from './runs';

const baseline = { type: 'baseline', order: 5, natsPerCharacter: 2 } as const;

describe('the sentence about a run', () => {
  it('asks for patience before the first score', () => {
    assert.match(coach(runWith({})), /first score/);
  });

  it('says that it learns, and how it stands against the n-gram', () => {
    const run = runWith({ baseline, evaluations: [evaluationAt(10, 2.5), evaluationAt(20, 1.6)] });
    assert.equal(
      coach(run),
      'Learning fast: unseen text gets easier quickly. It is 20\u202f% better than a 5-gram model.',
    );
  });

  it('tells fast from steady from slow', () => {
    const after = (loss: number) => coach(runWith({ evaluations: [evaluationAt(10, 2), evaluationAt(20, loss)] }));
    assert.match(after(1.9), /^Learning fast/);
    assert.match(after(1.97), /^Learning steadily/);
    assert.match(after(1.999), /^Learning slowly/);
  });

  it('names overfitting and when it began', () => {
    const scores = [
      [60, 1.6, 1.7] as const,
      [70, 1.62, 1.6] as const,
      [80, 1.64, 1.5] as const,
      [90, 1.7, 1.4] as const,
    ];
    const evaluations = scores.map(([seconds, loss, train]) => evaluationAt(seconds, loss, train));
    assert.match(coach(runWith({ evaluations })), /^Overfitting since 1:00.*The model of 1:00 is kept\.$/);
    const stuck = evaluations.map((evaluation) => ({ ...evaluation, train: 2 }));
    assert.match(coach(runWith({ evaluations: stuck })), /^No progress since 1:00/);
  });

  it('explains a roll-back until there is a new best', () => {
    const notes = [{ type: 'note', step: 250, seconds: 25, kind: 'rolled back', message: '' } as const];
    const evaluations = [evaluationAt(10, 2), evaluationAt(20, 1.9)];
    assert.match(coach(runWith({ notes, evaluations })), /blew up at 0:25/);
    assert.match(coach(runWith({ notes, evaluations: [...evaluations, evaluationAt(30, 1.8)] })), /^Learning/);
  });

  it('has a sentence for every end', () => {
    const end = (outcome: RunOutcome, natsPerCharacter: number | null = 1.5) => {
      const finished = { type: 'finished', outcome, step: 10, seconds: 60, natsPerCharacter } as const;
      return coach(runWith({ phase: 'finished', baseline, finished }));
    };
    assert.equal(
      end({ kind: 'completed' }),
      'Trained. It reached 1.500 nats per character, 25\u202f% better than a 5-gram model.',
    );
    assert.match(end({ kind: 'early stop' }), /^Stopped by itself/);
    assert.match(end({ kind: 'stopped' }, null), /ended before its first score/);
    assert.match(end({ kind: 'discarded' }), /^Discarded/);
    assert.equal(end({ kind: 'failed', message: 'The disk is full.' }), 'Training failed. The disk is full.');
  });

  it('compares both ways', () => {
    const run = runWith({ baseline });
    assert.equal(againstBaseline(run, 2.001), 'level with a 5-gram model');
    assert.equal(againstBaseline(run, 3), '50\u202f% behind a 5-gram model');
    assert.equal(againstBaseline(run, 4), 'still far behind a 5-gram model');
    assert.equal(againstBaseline(runWith({}), 3), null);
  });
});
