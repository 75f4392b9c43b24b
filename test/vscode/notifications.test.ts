import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  editorWith,
  eventually,
  inWorkspace,
  type Messages,
  small,
  tales,
  textloom,
  until,
  watchMessages,
  whenIdle,
} from './support';

describe('notifications', () => {
  let messages: Messages;

  beforeEach(() => {
    messages = watchMessages();
  });

  afterEach(async () => {
    messages.restore();
    await whenIdle();
  });

  /** What stays on the screen until it is answered. */
  const notifications = () => messages.shown.filter(({ kind }) => kind !== 'status');

  it('say nothing that the status bar says: a whole training makes one, at its end, with what to do now', async () => {
    const api = await textloom();
    await vscode.commands.executeCommand('textloom.train', { ...small, paths: [tales()], name: 'quiet', minutes: 5 });
    await until(({ run }) => (run?.progress.length ?? 0) > 0);
    await vscode.commands.executeCommand('textloom.pause');
    await until(({ activity }) => activity.kind === 'paused');
    await vscode.commands.executeCommand('textloom.resume');
    await until(({ activity }) => activity.kind === 'training');
    assert.deepEqual(notifications(), []);
    await vscode.commands.executeCommand('textloom.stop');
    await whenIdle();
    await until(({ activeModel }) => activeModel?.name === 'quiet');
    await eventually(() => notifications().length > 0, 'The notification');
    assert.equal(notifications().length, 1);
    const [end] = notifications();
    assert.equal(end?.kind, 'info');
    assert.match(end.text, /^Trained "quiet": \d\.\d\d nats\/char, .* the \d-gram baseline\. Try it\.$/);
    assert.deepEqual(end.buttons, ['Try It', 'Show Panel']);
    assert.equal(api.state.activity.kind, 'idle');
  });

  it('are not made by writing, nor by what is given up', async () => {
    await editorWith('Call me Ishmael.');
    await vscode.commands.executeCommand('textloom.generate', { length: 20, seed: 1 });
    const training = vscode.commands.executeCommand('textloom.train', { ...small, paths: [tales()], minutes: 5 });
    await vscode.commands.executeCommand('textloom.cancelPreparation');
    await training;
    assert.deepEqual(
      notifications().filter(({ kind }) => kind === 'error'),
      [],
    );
    await vscode.commands.executeCommand('textloom.stop');
    await whenIdle();
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('tell an error in one sentence, with the log behind a button', async () => {
    await vscode.commands.executeCommand('textloom.train', { paths: [inWorkspace('nowhere')] });
    // The end of an earlier training may be told only now.
    const errors = notifications().filter(({ kind }) => kind === 'error');
    assert.equal(errors.length, 1);
    const [error] = errors;
    assert.ok(error !== undefined);
    assert.equal(error.buttons.at(-1), 'Show Log');
    assert.ok(!error.text.includes('\n') && /[.!]$/.test(error.text), error.text);
  });

  it('lead on: Try It writes on a new page', async () => {
    const api = await textloom();
    messages.press('Try It');
    await api.train({ ...small, paths: [tales()], name: 'tried', steps: 60 });
    await whenIdle();
    const pages = () =>
      vscode.workspace.textDocuments.filter(({ isUntitled, languageId }) => isUntitled && languageId === 'markdown');
    await eventually(
      () => pages().some((document) => document.getText().length > 100),
      'a page that the model goes on with',
    );
    await vscode.commands.executeCommand('textloom.stopGenerating');
    await until(({ generating }) => generating === 0);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });
});
