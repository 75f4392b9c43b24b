import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { SessionState } from '../../src/extension/session';
import {
  eventually,
  inWorkspace,
  type Messages,
  orderZeroLoss,
  small,
  tales,
  textloom,
  textOf,
  trainedModel,
  until,
  watchMessages,
  whenIdle,
} from './support';

describe('training', () => {
  let messages: Messages;

  beforeEach(() => {
    messages = watchMessages();
  });

  afterEach(async () => {
    messages.restore();
    const { state } = await textloom();
    if (state.activity.kind === 'training' || state.activity.kind === 'paused') {
      await vscode.commands.executeCommand('textloom.stop');
      await whenIdle();
    }
  });

  it('learns more of a small workspace than how frequent its characters are, and saves that', async () => {
    const folder = tales();
    await vscode.commands.executeCommand('textloom.train', {
      ...small,
      paths: [folder],
      name: 'learner',
      steps: 150,
      seed: 1,
    });
    const { activity, run } = await until(({ run }) => run?.phase === 'finished');
    assert.equal(activity.kind, 'idle');
    assert.ok(run?.finished);
    assert.deepEqual(run.finished.outcome, { kind: 'completed' });
    const loss = run.finished.natsPerCharacter!;
    assert.ok(loss < orderZeroLoss(textOf(folder)), `${loss} nats per character`);
    assert.ok(run.evaluations.length > 1 && run.samples.length > 0);
    const model = inWorkspace('.textloom', 'models', 'learner');
    assert.equal(run.started.folder, model);
    for (const file of ['model.json', 'model.safetensors', 'training.safetensors', 'metrics.jsonl', 'README.md']) {
      assert.ok(existsSync(join(model, file)), file);
    }
    assert.equal(readFileSync(inWorkspace('.textloom', '.gitignore'), 'utf8').trim(), '*');
    await until((state) => state.activeModel?.folder === model);
  });

  it('ends with one notification that says how good it is and what to do now', async () => {
    const api = await textloom();
    await api.train({ ...small, paths: [tales()], name: 'notified', steps: 20 });
    await whenIdle();
    await until(({ activeModel }) => activeModel?.name === 'notified');
    const told = () => messages.shown.filter(({ kind, text }) => kind !== 'status' && text.includes('notified'));
    await eventually(() => told().length > 0, 'the end is told');
    const shown = told();
    assert.equal(shown.length, 1);
    assert.match(shown[0]!.text, /^Trained "notified": \d\.\d\d nats\/char/);
    assert.deepEqual(shown[0]!.buttons, ['Try It', 'Show Panel']);
  });

  it('refuses a second training while one runs, and the first goes on', async () => {
    const api = await textloom();
    await api.train({ ...small, paths: [tales()], name: 'first', minutes: 5 });
    await vscode.commands.executeCommand('textloom.train', { paths: [tales()], name: 'second', minutes: 1 });
    const errors = messages.shown.filter(({ kind }) => kind === 'error');
    assert.equal(errors.length, 1);
    assert.match(errors[0]!.text, /Training is already running/);
    assert.equal(api.state.activity.kind, 'training');
    assert.ok(!existsSync(inWorkspace('.textloom', 'models', 'second')));
  });

  it('pauses, resumes, and stops with the model kept', async () => {
    const api = await textloom();
    const folder = await api.train({ ...small, paths: [tales()], name: 'steered', minutes: 5 });
    await until(({ run }) => (run?.progress.length ?? 0) > 0);
    await vscode.commands.executeCommand('textloom.pause');
    await until(({ activity }) => activity.kind === 'paused');
    const step = api.state.run?.progress.at(-1)?.step;
    await new Promise((resolve) => setTimeout(resolve, 600));
    assert.equal(api.state.run?.progress.at(-1)?.step, step);
    await vscode.commands.executeCommand('textloom.resume');
    await until(({ run }) => (run?.progress.at(-1)?.step ?? 0) > (step ?? 0));
    await vscode.commands.executeCommand('textloom.stop');
    await whenIdle();
    assert.deepEqual(api.state.run?.finished?.outcome, { kind: 'stopped' });
    assert.ok(existsSync(join(folder, 'model.safetensors')));
  });

  it('continues where it stopped', async () => {
    const api = await textloom();
    const folder = inWorkspace('.textloom', 'models', 'steered');
    await vscode.commands.executeCommand('textloom.continue', folder, 0.05);
    const before = api.state.run!.started.step;
    assert.ok(before > 0);
    await vscode.commands.executeCommand('textloom.stop');
    await whenIdle();
    assert.equal(api.state.run?.started.name, 'steered');
  });

  it('learns new characters that it is given, when it continues', async () => {
    const folder = inWorkspace('.textloom', 'models', 'steered');
    await vscode.commands.executeCommand('textloom.continue', folder, 0.02, { add: ['ß', '☃'] });
    await vscode.commands.executeCommand('textloom.stop');
    await whenIdle();
    const { tokenizer } = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as {
      tokenizer: { symbols: readonly string[] };
    };
    assert.deepEqual(tokenizer.symbols.slice(-2), ['ß', '☃']);
    const api = await textloom();
    assert.ok(api.state.run?.notes.some(({ message }) => message.endsWith('The vocabulary gets 2 new tokens.')));
  });

  it('takes less of the machine when asked to, and more again, while it goes on', async () => {
    const api = await textloom();
    await api.train({ ...small, paths: [tales()], name: 'quiet', minutes: 5 });
    await until(({ run }) => (run?.progress.length ?? 0) > 0);
    const told = (sentence: RegExp) => (state: SessionState) =>
      state.run?.notes.some(({ kind, message }) => kind === 'effort changed' && sentence.test(message)) ?? false;
    await vscode.commands.executeCommand('textloom.runQuietly');
    const quiet = await until(told(/^Runs quietly: /));
    assert.equal(quiet.effort, 'quiet');
    assert.equal(vscode.workspace.getConfiguration('textloom').get('background.effort'), 'quiet');
    await vscode.commands.executeCommand('textloom.runAtFullSpeed');
    await until(told(/^Runs at full speed: /));
    assert.equal(api.state.effort, 'full');
    assert.equal(api.state.activity.kind, 'training');
  });

  it('asks before it discards a training, and then leaves nothing of it', async () => {
    const api = await textloom();
    const folder = await api.train({ ...small, paths: [tales()], name: 'discarded', minutes: 5 });
    await vscode.commands.executeCommand('textloom.discard');
    assert.equal(api.state.activity.kind, 'training');
    messages.press('Discard');
    await vscode.commands.executeCommand('textloom.discard');
    await whenIdle();
    assert.ok(!existsSync(folder));
    assert.notEqual(api.state.activeModel?.folder, folder);
  });

  it('says that a model which learns on goes back to how it was when that is discarded, and keeps it', async () => {
    const folder = await trainedModel();
    const before = readFileSync(join(folder, 'model.json'), 'utf8');
    const api = await textloom();
    await vscode.commands.executeCommand('textloom.continue', folder, 5);
    await until(({ run }) => (run?.progress.length ?? 0) > 0);
    messages.press('Discard');
    await vscode.commands.executeCommand('textloom.discard');
    await whenIdle();
    assert.ok(messages.shown.some(({ text }) => text === 'Discard this training?'));
    assert.ok(!messages.shown.some(({ text }) => text.includes('delete')));
    assert.deepEqual(api.state.run?.finished?.outcome, { kind: 'discarded', restored: true });
    assert.equal(readFileSync(join(folder, 'model.json'), 'utf8'), before);
  });

  it('tells once that its process was killed, and resumes from the newest checkpoint', async () => {
    const api = await textloom();
    const folder = await api.train({ ...small, paths: [tales()], name: 'phoenix', minutes: 5 });
    await until(({ run }) => (run?.progress.length ?? 0) > 0);
    // A pause saves a checkpoint.
    await vscode.commands.executeCommand('textloom.pause');
    await until(({ activity }) => activity.kind === 'paused');
    const saved = api.state.run?.progress.at(-1)?.step ?? 0;
    await vscode.commands.executeCommand('textloom.resume');
    messages.press('Resume');
    process.kill(backgroundProcess(), 'SIGKILL');
    await until(({ activity }) => activity.kind === 'failed');
    const { activity } = await until(({ activity }) => activity.kind === 'training');
    assert.equal(activity.kind, 'training');
    assert.ok(api.state.run!.started.step >= saved);
    assert.equal(api.state.run?.started.folder, folder);
    const told = messages.shown.filter(({ text }) => text.includes('ended unexpectedly'));
    assert.equal(told.length, 1);
    assert.deepEqual(told[0]!.buttons, ['Resume', 'Show Log']);
  });

  // Elsewhere a signal is another end.
  if (process.platform !== 'win32') {
    it('goes on by itself when its process has died of a fault', async () => {
      const api = await textloom();
      const folder = await api.train({ ...small, paths: [tales()], name: 'faulty', minutes: 5 });
      await until(({ run }) => (run?.progress.length ?? 0) > 0);
      await vscode.commands.executeCommand('textloom.pause');
      await until(({ activity }) => activity.kind === 'paused');
      const saved = api.state.run?.progress.at(-1)?.step ?? 0;
      await vscode.commands.executeCommand('textloom.resume');
      await until(({ activity }) => activity.kind === 'training');
      process.kill(backgroundProcess(), 'SIGSEGV');
      await until(({ activity }) => activity.kind !== 'training');
      await until(({ activity }) => activity.kind === 'training');
      assert.ok(api.state.run!.started.step >= saved);
      assert.equal(api.state.run?.started.folder, folder);
      assert.deepEqual(
        messages.shown.filter(({ text }) => text.includes('ended unexpectedly')).map(({ kind }) => kind),
        ['status'],
      );
    });
  }

  it('shows a failure in the status bar until the user does something else', async () => {
    const api = await textloom();
    await api.train({ ...small, paths: [tales()], name: 'doomed', minutes: 5 });
    await until(({ run }) => (run?.progress.length ?? 0) > 0);
    process.kill(backgroundProcess(), 'SIGKILL');
    await until(({ activity }) => activity.kind === 'failed');
    await vscode.commands.executeCommand('textloom.showPanel');
    assert.equal(api.state.activity.kind, 'idle');
  });

  it('starts a new model from the weights of another', async () => {
    const from = inWorkspace('.textloom', 'models', 'steered');
    const description = (folder: string) =>
      JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as {
        name: string;
        architecture: { hiddenSize: number };
        tokenizer: { symbols: readonly string[] };
      };
    const before = readFileSync(join(from, 'model.safetensors'));
    const options = { paths: [tales()], name: 'heir', steps: 20, hiddenSize: 96 };
    await vscode.commands.executeCommand('textloom.trainFrom', from, options);
    const { run } = await until(({ run }) => run?.started.name === 'heir' && run.phase === 'finished');
    const [parent, heir] = [description(from), description(run!.started.folder)];
    assert.deepEqual(heir.architecture, parent.architecture);
    assert.deepEqual(heir.tokenizer.symbols.slice(0, parent.tokenizer.symbols.length), parent.tokenizer.symbols);
    assert.match(run!.notes[0]!.message, /^Starts from the weights of "steered"/);
    assert.ok(readFileSync(join(from, 'model.safetensors')).equals(before), 'the other stays as it was');
  });

  it('asks for the text of a model that starts from another, and gives up in silence', async () => {
    const api = await textloom();
    const asking = vscode.commands.executeCommand(
      'textloom.trainFrom',
      { folder: inWorkspace('.textloom', 'models', 'steered') },
      [],
    );
    await until(({ activity }) => activity.kind !== 'training');
    // Until the question is there, nothing is closed.
    const closing = setInterval(() => void vscode.commands.executeCommand('workbench.action.closeQuickOpen'), 100);
    await asking;
    clearInterval(closing);
    // The end of an earlier training may be told only now.
    assert.deepEqual(
      messages.shown.filter(({ kind }) => kind === 'error'),
      [],
    );
    assert.equal(api.state.activity.kind, 'idle');
  });

  it('trains on what is not saved as it is on screen', async () => {
    const file = inWorkspace('tales', 'chapter_1.txt');
    const document = await vscode.workspace.openTextDocument(file);
    const editor = await vscode.window.showTextDocument(document);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'ΩΩΩ '.repeat(200)));
    const api = await textloom();
    const folder = await api.train({ ...small, paths: [file], name: 'unsaved', steps: 10 });
    await whenIdle();
    const { tokenizer } = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as {
      tokenizer: { symbols: readonly string[] };
    };
    assert.ok(tokenizer.symbols.includes('Ω'));
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });
});

/** The id of the one child of this extension host that runs the background bundle. */
function backgroundProcess(): number {
  const own = readdirSync('/proc').filter((id) => /^\d+$/.test(id) && isBackground(id));
  assert.equal(own.length, 1);
  return Number(own[0]);
}

function isBackground(id: string): boolean {
  try {
    const [, parent] = readFileSync(`/proc/${id}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return Number(parent) === process.pid && readFileSync(`/proc/${id}/cmdline`, 'utf8').includes('background.js');
  } catch {
    return false; // It has ended meanwhile.
  }
}
