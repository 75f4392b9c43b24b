import assert from 'node:assert/strict';
import { BackgroundError } from '../../../src/extension/background/backgroundError';
import type { Crash } from '../../../src/extension/background/backgroundProcess';
import { recover } from '../../../src/extension/background/recovery';
import { UserError } from '../../../src/extension/failure';
import { Session } from '../../../src/extension/session';
import type { NoteEvent } from '../../../src/training/record/events';
import { started } from '../extension/events';

const message = 'The background process ended unexpectedly (SIGSEGV).';
const canGoOn = `${message} Training can continue from the newest checkpoint.`;

/** What comes of a crash in the middle of a training. */
async function recovered(crash: Partial<Crash>, notes: readonly NoteEvent['kind'][] = [], failure?: Error) {
  const session = new Session();
  session.receive({ ...started(), folder: '/model' });
  for (const kind of notes) session.receive({ type: 'note', step: 5, seconds: 1, kind, message: `${kind}.` });
  const continued: unknown[] = [];
  const told: unknown[] = [];
  const mentioned: string[] = [];
  await recover(
    { message, training: '/model', goesOn: true, ...crash },
    session,
    {
      continue: (...given) => {
        continued.push(given);
        return failure === undefined ? Promise.resolve('/model') : Promise.reject(failure);
      },
    },
    {
      tell: (error, ...actions) => told.push(error, ...actions.map(({ title }) => title)),
      mention: (sentence) => mentioned.push(sentence),
    },
  );
  return { continued, told, mentioned, activity: session.state.activity };
}

describe('a crash of the background process', () => {
  it('is followed by the training that was on, which may go on, in passing', async () => {
    for (const notes of [[], ['paused on battery'], ['paused', 'resumed']] as const) {
      const { continued, told, mentioned } = await recovered({}, notes);
      assert.deepEqual(continued, [['/model', 0]]);
      assert.deepEqual(told, []);
      assert.deepEqual(mentioned, [`${message} Training continues from the newest checkpoint.`]);
    }
  });

  it('is told with a button for the training that may not go on, or was paused', async () => {
    for (const outcome of [await recovered({ goesOn: false }), await recovered({}, ['paused'])]) {
      const { continued, told, mentioned, activity } = outcome;
      assert.deepEqual([continued, mentioned], [[], []]);
      const [error] = told as [UserError];
      assert.equal(error.message, canGoOn);
      assert.deepEqual(
        error.actions.map(({ title }) => title),
        ['Resume'],
      );
      assert.deepEqual(activity, { kind: 'failed', message: canGoOn, resumable: '/model' });
    }
  });

  it('is told where nothing was trained', async () => {
    const { continued, told, activity } = await recovered({ training: null, goesOn: false });
    assert.deepEqual(continued, []);
    assert.equal((told[0] as UserError).message, message);
    assert.equal(activity.kind, 'training');
  });

  it('leaves a training that can be resumed where going on with it fails, or the process dies again', async () => {
    const full = await recovered({}, [], new UserError('The disk is full.'));
    assert.deepEqual(full.activity, { kind: 'failed', message: 'The disk is full.', resumable: '/model' });
    assert.equal(full.told[1], 'Resume');
    const again = await recovered({}, [], new BackgroundError('ended', 'It ended before it had answered.'));
    assert.ok(again.activity.kind === 'failed' && again.activity.resumable === '/model');
  });
});
