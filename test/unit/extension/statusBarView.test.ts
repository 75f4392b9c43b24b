import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Session } from '../../../src/extension/session';
import { linkedCommands, statusBarView } from '../../../src/extension/statusBarView';
import { evaluation, finished, progress, started } from './events';

const model = { name: 'tales', folder: '/models/tales' };

/** A session that a few steps have brought into a state. */
function after(...steps: readonly ((session: Session) => unknown)[]): Session {
  const session = new Session();
  for (const step of steps) step(session);
  return session;
}

const training = after(
  (session) => session.receive(started()),
  (session) => session.receive(evaluation(2.5)),
  (session) => session.receive(progress()),
  (session) => session.receive(evaluation(1.534)),
);

describe('the status bar item', () => {
  it('offers to train where there is no model', () => {
    const view = statusBarView(after().state);
    assert.equal(view.text, '$(textloom-mark) Textloom');
    assert.equal(view.command, 'textloom.train');
  });

  it('names the model that writes', () => {
    const view = statusBarView(after((session) => session.use(model)).state);
    assert.equal(view.text, '$(textloom-mark) tales');
    assert.equal(view.command, 'textloom.showPanel');
    assert.match(view.tooltip, /command:textloom\.generate/);
    assert.doesNotMatch(view.tooltip, /nats per character/, 'nothing of another model');
  });

  it('shows how the model that writes has learned, where its run is known', () => {
    const run = after(
      (session) => session.receive(started()),
      (session) => session.receive(evaluation(2.5)),
      (session) => session.receive(evaluation(1.534)),
      (session) => session.receive(finished({ kind: 'completed' }, 1.534)),
      (session) => session.use(model),
    );
    assert.match(statusBarView(run.state).tooltip, /`█▁` 1\.534 nats per character/);
  });

  it('says what is being prepared, and lets it be cancelled', () => {
    const view = statusBarView(after((session) => session.prepare('Reading the text: 12 files')).state);
    assert.match(view.text, /Reading the text: 12 files/);
    assert.match(view.tooltip, /command:textloom\.cancelPreparation/);
  });

  it('shows how a training goes on elsewhere, and whose it is, and offers nothing that only they can do', () => {
    const trainer = { trainedIn: 'window', machine: null, parent: 1 } as const;
    const view = statusBarView(after((session) => session.follow(training.state.run!, trainer)).state);
    assert.equal(view.text, '$(eye) 42% · 1.53 · in another window');
    assert.match(view.tooltip, /tales is trained in another window: 42%/);
    assert.doesNotMatch(view.tooltip, /command:textloom\.(pause|stop|continue)/);
  });

  it('counts percent, loss and time left while training', () => {
    const view = statusBarView(training.state);
    assert.equal(view.text, '$(pulse) 42% · 1.53 · 2:54 left');
    assert.match(view.accessibilityLabel, /42% done, loss 1\.53, 2 minutes 54 seconds left/);
    assert.match(view.tooltip, /█▁/);
    assert.match(view.tooltip, /command:textloom\.pause/);
  });

  it('shows the training loss until there is a first evaluation', () => {
    const session = after(
      (session) => session.receive(started()),
      (session) => session.receive(progress()),
    );
    assert.match(statusBarView(session.state).text, / · 1\.90 · /);
  });

  it('says that it is paused on battery, and that it will go on by itself', () => {
    const session = after(
      (session) => session.receive(started()),
      (session) =>
        session.receive({
          type: 'note',
          step: 1,
          seconds: 1,
          kind: 'paused on battery',
          message: 'Paused: on battery.',
        }),
    );
    const view = statusBarView(session.state);
    assert.equal(view.text, '$(plug) Paused: on battery');
    assert.match(view.tooltip, /by itself/);
    assert.match(view.accessibilityLabel, /paused at \d+% because the machine is on battery\./);
  });

  it('offers to run quietly, or at full speed again', () => {
    assert.match(statusBarView(training.state).tooltip, /command:textloom\.runQuietly/);
    assert.match(statusBarView({ ...training.state, effort: 'quiet' }).tooltip, /command:textloom\.runAtFullSpeed/);
  });

  it('says that it is paused, and where', () => {
    const session = after(
      (session) => session.receive(started()),
      (session) => session.receive(progress()),
    );
    session.receive({ type: 'note', step: 1, seconds: 1, kind: 'paused', message: 'Paused.' });
    const view = statusBarView(session.state);
    assert.equal(view.text, '$(debug-pause) Paused at 42%');
    assert.match(view.tooltip, /command:textloom\.resume/);
  });

  it('stops the writing when clicked, and says so beside a training', () => {
    const session = after(
      (session) => session.receive(started()),
      (session) => session.receive(progress()),
      (session) => session.beginGenerating(),
    );
    const view = statusBarView(session.state);
    assert.match(view.text, /Esc stops · training 42%/);
    assert.equal(view.command, 'textloom.stopGenerating');
  });

  it('tells why a training failed and offers to go on', () => {
    const session = after((session) => session.fail('The disk is full.', '/models/tales'));
    const view = statusBarView(session.state);
    assert.match(view.text, /failed/);
    assert.equal(view.background, 'warning');
    assert.match(view.tooltip, /The disk is full/);
    const toTheEnd = encodeURIComponent('["/models/tales",0]');
    assert.ok(view.tooltip.includes(`[Resume](command:textloom.continue?${toTheEnd})`), view.tooltip);
    assert.doesNotMatch(statusBarView(after((session) => session.fail('No.', null)).state).tooltip, /continue/);
  });

  it('offers to resume a training that was cut short, to the end of what it was given', () => {
    const run = after(
      (session) => session.receive(started()),
      (session) => session.receive(progress()),
    ).state.run!;
    for (const known of [null, model]) {
      const view = statusBarView(
        after(
          (session) => session.use(known),
          (session) => session.remember(run),
        ).state,
      );
      const given = encodeURIComponent(JSON.stringify([run.started.folder, 0]));
      assert.ok(view.tooltip.includes(`[Resume](command:textloom.continue?${given})`), view.tooltip);
    }
  });

  it('shows a hostile model name as plain text', () => {
    const name = '$(alert) [x](command:evil) **b**';
    const view = statusBarView(after((session) => session.use({ ...model, name })).state);
    assert.doesNotMatch(view.text, /\$\(alert\)/);
    assert.doesNotMatch(view.tooltip, /\]\(command:evil\)/);
  });

  it('links to commands that package.json contributes', () => {
    const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      contributes: { commands: readonly { command: string }[] };
    };
    const known = contributes.commands.map(({ command }) => command);
    assert.deepEqual(
      linkedCommands.filter((command) => !known.includes(command)),
      [],
    );
  });
});
