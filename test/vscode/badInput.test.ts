import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { readDescription } from '../../src/model/modelFolder';
import {
  editorWith,
  inWorkspace,
  type Messages,
  small,
  tales,
  textloom,
  textOf,
  watchMessages,
  whenIdle,
} from './support';

describe('bad input gets one sentence and loses nothing', () => {
  let messages: Messages;

  before(async () => {
    await textloom();
    await whenIdle();
  });

  beforeEach(() => {
    messages = watchMessages();
  });

  afterEach(async () => {
    messages.restore();
    await whenIdle();
  });

  /** A folder of the workspace with these files. */
  function folderWith(name: string, files: Readonly<Record<string, string | Uint8Array>>): string {
    const folder = inWorkspace(name);
    mkdirSync(folder, { recursive: true });
    for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content);
    return folder;
  }

  /** Trains, and gives the one sentence that came instead of a model. */
  async function refusal(paths: readonly string[], options: object = {}): Promise<string> {
    const models = inWorkspace('.textloom', 'models');
    const before = existsSync(models) ? readdirSync(models) : [];
    await vscode.commands.executeCommand('textloom.train', { ...small, steps: 5, paths, ...options });
    const errors = messages.shown.filter(({ kind }) => kind === 'error');
    assert.equal(errors.length, 1, JSON.stringify(messages.shown));
    assert.ok(errors[0]!.buttons.includes('Show Log'));
    assert.doesNotMatch(errors[0]!.text, /ran into a problem/);
    assert.deepEqual(existsSync(models) ? readdirSync(models) : [], before);
    const { activity } = (await textloom()).state;
    assert.notEqual(activity.kind, 'preparing');
    assert.notEqual(activity.kind, 'training');
    return errors[0]!.text;
  }

  it('for an empty folder', async () => {
    assert.match(await refusal([folderWith('empty', {})]), /no text|nothing|empty/i);
  });

  it('for text too small to split', async () => {
    assert.match(await refusal([folderWith('tiny', { 'a.txt': 'Hello.' })]), /6 characters.*at least.*pick more/i);
  });

  it('for binary files alone', async () => {
    const bytes = Uint8Array.from({ length: 50_000 }, (_, i) => (i * 7919) % 256);
    assert.match(await refusal([folderWith('binary', { 'a.bin': bytes, 'b.dat': bytes })]), /no text|binary|nothing/i);
  });

  it('for a path that is not there', async () => {
    await refusal([inWorkspace('vanished')]);
  });

  it('for a models folder that cannot be made', async () => {
    writeFileSync(inWorkspace('file'), 'in the way');
    const configuration = vscode.workspace.getConfiguration('textloom');
    await configuration.update('modelsFolder', 'file/models', vscode.ConfigurationTarget.Global);
    try {
      await refusal([tales()]);
    } finally {
      await configuration.update('modelsFolder', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('for wrong arguments of a command', async () => {
    assert.match(await refusal([tales()], { steps: -3 }), /steps/);
  });

  it('for a control while nothing trains', async () => {
    for (const command of ['pause', 'resume', 'stop']) await vscode.commands.executeCommand(`textloom.${command}`);
    assert.deepEqual(
      messages.shown.map(({ text }) => text),
      Array<string>(3).fill('No training is running.'),
    );
  });

  it('but for an unreadable file among readable ones, which is left out', async () => {
    const folder = folderWith('mixed', { 'good.txt': textOf(tales()) });
    symlinkSync('bad.txt', join(folder, 'bad.txt')); // To itself: nobody can read it, whatever rights they have.
    const api = await textloom();
    await api.train({ ...small, paths: [folder], name: 'mixed', steps: 5 });
    await whenIdle();
    assert.equal(api.state.run?.finished?.outcome.kind, 'completed');
    const { corpus } = await readDescription(inWorkspace('.textloom', 'models', 'mixed'));
    assert.deepEqual(
      corpus.documents.map(({ name }) => name),
      ['mixed/good.txt'],
    );
  });

  it('where there is no model to write with', async () => {
    const hidden = inWorkspace('.textloom', 'models');
    const configuration = vscode.workspace.getConfiguration('textloom');
    await configuration.update('modelsFolder', inWorkspace('none'), vscode.ConfigurationTarget.Global);
    try {
      await editorWith('Call me');
      await vscode.commands.executeCommand('textloom.generate');
      const [error] = messages.shown.filter(({ kind }) => kind === 'error');
      assert.equal(error?.text, 'There is no model yet: train one on your text first.');
      assert.equal(error.buttons[0], 'Train Model…');
    } finally {
      await configuration.update('modelsFolder', undefined, vscode.ConfigurationTarget.Global);
    }
    assert.ok(existsSync(hidden));
    rmSync(inWorkspace('none'), { recursive: true, force: true });
  });
});
