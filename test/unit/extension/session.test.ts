import assert from 'node:assert/strict';
import { isRunning, Session, type SessionState } from '../../../src/extension/session';
import { finished, progress, started } from './events';

describe('the session', () => {
  it('goes from preparing to training, paused, training and idle as the run tells', () => {
    const session = new Session();
    const kinds: string[] = [];
    session.onDidChange(({ activity }) => kinds.push(activity.kind));
    session.prepare('Reading…');
    session.receive(started());
    session.receive({ type: 'note', step: 1, seconds: 1, kind: 'paused', message: 'Paused.' });
    session.receive({ type: 'note', step: 1, seconds: 1, kind: 'resumed', message: 'Resumed.' });
    session.receive(finished({ kind: 'completed' }, 1.5));
    assert.deepEqual(kinds, ['preparing', 'training', 'paused', 'training', 'idle']);
  });

  it('tells of an event after it has been folded into the state', () => {
    const session = new Session();
    session.receive(started());
    let points = -1;
    session.onDidReceive(() => (points = session.state.run?.progress.length ?? -1));
    session.receive(progress());
    assert.equal(points, 1);
  });

  it('fails with a run that failed, and can resume it', () => {
    const session = new Session();
    session.receive(started());
    session.receive(finished({ kind: 'failed', message: 'The disk is full.' }, null));
    assert.deepEqual(session.state.activity, {
      kind: 'failed',
      message: 'The disk is full.',
      resumable: '/models/tales',
    });
    session.dismiss();
    assert.equal(session.state.activity.kind, 'idle');
  });

  it('follows a model that is renamed or moved, and no other', () => {
    const session = new Session();
    session.use({ name: 'tales', folder: '/models/tales' });
    session.receive(started());
    session.receive(finished({ kind: 'failed', message: 'The disk is full.' }, null));
    const before = session.state;
    session.relocate('/models/other', { name: 'x', folder: '/models/x' });
    assert.deepEqual(session.state, before);
    const to = { name: 'stories', folder: '/models/stories' };
    session.relocate('/models/tales', to);
    const { activeModel, run, activity } = session.state;
    assert.deepEqual(activeModel, to);
    assert.deepEqual({ name: run!.started.name, folder: run!.started.folder }, to);
    assert.equal(activity.kind === 'failed' && activity.resumable, to.folder);
  });

  it('forgets a preparation that is given up, and nothing else', () => {
    const session = new Session();
    session.prepare('Reading…');
    session.abandon();
    assert.equal(session.state.activity.kind, 'idle');
    session.receive(started());
    session.abandon();
    assert.equal(session.state.activity.kind, 'training');
  });

  it('shows a run of an earlier window without taking it for one that is on', () => {
    const earlier = new Session();
    earlier.receive(started());
    const session = new Session();
    session.remember(earlier.state.run!);
    assert.equal(session.state.run?.started.name, 'tales');
    assert.equal(isRunning(session.state.activity), false);
  });

  it('goes on with the curve of a run that is taken up again', () => {
    const session = new Session();
    session.receive(started());
    session.receive(progress());
    session.fail('The process ended.', '/models/tales');
    session.receive(started({ step: 100 }));
    assert.equal(session.state.run?.progress.length, 1);
    assert.equal(session.state.activity.kind, 'training');
  });

  it('counts the texts being written, each once', () => {
    const session = new Session();
    const first = session.beginGenerating();
    const second = session.beginGenerating();
    first();
    first();
    assert.equal(session.state.generating, 1);
    second();
    assert.equal(session.state.generating, 0);
  });

  it('makes a new value at each change', () => {
    const session = new Session();
    const states: SessionState[] = [session.state];
    session.onDidChange((state) => states.push(state));
    session.prepare('one');
    session.prepare('two');
    assert.equal(new Set(states).size, 3);
  });
});
