import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { readDescription } from '../../src/model/modelFolder';
import { eventually, inWorkspace, type Messages, textloom, trainedModel, watchMessages } from './support';

describe('the files of a model', () => {
  let messages: Messages;
  let good: string;
  /** A copy of the good model that a test may do anything with. */
  let folder: string;

  before(async () => {
    good = await trainedModel();
  });

  beforeEach(async () => {
    messages = watchMessages();
    folder = inWorkspace('.textloom', 'models', 'guest');
    cpSync(good, folder, { recursive: true });
    await vscode.commands.executeCommand('textloom.useModel', folder);
  });

  afterEach(async () => {
    messages.restore();
    for (const name of ['guest', 'mate', 'sailor 2', '.deleted']) {
      rmSync(inWorkspace('.textloom', 'models', name), { recursive: true, force: true });
    }
    await vscode.commands.executeCommand('textloom.selectModel', good);
  });

  /** Resolves once the editor has told of something in a folder. */
  function firstChange(path: string): Promise<void> {
    return new Promise((resolve) => {
      const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(path), '**'));
      watcher.onDidCreate(() => {
        watcher.dispose();
        resolve();
      });
    });
  }

  const active = async () => (await textloom()).state.activeModel;

  it('go with it when it is renamed, and it goes on writing', async () => {
    await vscode.commands.executeCommand('textloom.renameModel', { folder }, 'mate');
    const renamed = inWorkspace('.textloom', 'models', 'mate');
    assert.ok(!existsSync(folder));
    assert.equal((await readDescription(renamed)).name, 'mate');
    assert.deepEqual(await active(), { name: 'mate', folder: renamed });
    await vscode.commands.executeCommand('textloom.renameModel', renamed, 'Sailor');
    assert.match(messages.shown.at(-1)!.text, /a model named "Sailor" already/);
    assert.ok(existsSync(renamed));
  });

  it('stay where they are while it is trained', async () => {
    const lock = { process: process.ppid, parent: process.pid, host: hostname() };
    writeFileSync(join(folder, 'training.lock'), JSON.stringify(lock));
    await vscode.commands.executeCommand('textloom.renameModel', folder, 'mate');
    await vscode.commands.executeCommand('textloom.deleteModel', folder);
    await vscode.commands.executeCommand('textloom.moveModel', folder);
    const sentences = messages.shown.filter(({ kind }) => kind === 'error').map(({ text }) => text);
    assert.deepEqual(
      sentences.map((text) => /is being trained: it can be (\w+) when/.exec(text)?.[1]),
      ['renamed', 'deleted', 'moved'],
    );
    assert.ok(existsSync(folder));
  });

  it('are copied under a name of their own', async () => {
    const copy = await vscode.commands.executeCommand<string>('textloom.duplicateModel', folder);
    assert.equal(copy, inWorkspace('.textloom', 'models', 'sailor 2'));
    assert.notEqual((await readDescription(copy)).id, (await readDescription(folder)).id);
    const run = JSON.parse(readFileSync(join(copy, 'run.json'), 'utf8')) as object;
    assert.ok('evaluations' in run);
  });

  it('are deleted once that is confirmed, and brought back by Undo', async () => {
    await vscode.commands.executeCommand('textloom.deleteModel', folder);
    assert.ok(existsSync(folder), 'nothing was confirmed');
    messages.press('Delete');
    messages.press('Undo');
    await vscode.commands.executeCommand('textloom.deleteModel', folder);
    await eventually(() => existsSync(join(folder, 'model.safetensors')), 'the model is back');
    messages.press('Delete');
    await vscode.commands.executeCommand('textloom.deleteModel', folder);
    assert.ok(!existsSync(folder));
    assert.notEqual((await active())?.folder, folder);
    assert.ok(messages.shown.at(-1)!.text.startsWith('Deleted "sailor"'));
  });

  it('are deleted several at a time', async () => {
    const copy = await vscode.commands.executeCommand<string>('textloom.duplicateModel', folder);
    messages.press('Delete');
    await vscode.commands.executeCommand('textloom.deleteModel', { folder }, [{ folder }, { folder: copy }]);
    assert.deepEqual([existsSync(folder), existsSync(copy)], [false, false]);
    assert.ok(messages.shown.some(({ text }) => text === 'Delete 2 models?'));
  });

  it('leave in one file, and come in again', async () => {
    const file = join(dirname(inWorkspace()), 'guest.textloom');
    await vscode.commands.executeCommand('textloom.exportModel', folder, file);
    assert.ok(existsSync(file));
    const [imported] = await vscode.commands.executeCommand<readonly string[]>('textloom.importModel', file);
    assert.equal(imported, inWorkspace('.textloom', 'models', 'sailor 2'));
    assert.deepEqual((await readDescription(imported)).best, (await readDescription(folder)).best);
    assert.ok(!existsSync(join(imported, 'corpus.json')), 'folders of this machine stay here');
    const archive = readFileSync(file);
    archive[archive.length >> 1]! ^= 255;
    writeFileSync(file, archive);
    await vscode.commands.executeCommand('textloom.importModel', vscode.Uri.file(file));
    assert.match(messages.shown.at(-1)!.text, /"guest\.textloom" is damaged, .*checksum/);
    rmSync(file);
  });

  it('have a card, of which a copy can be saved anywhere', async () => {
    const file = join(dirname(inWorkspace()), 'guest card.md');
    await vscode.commands.executeCommand('textloom.saveCard', folder, file);
    const card = readFileSync(file, 'utf8');
    assert.equal(card, readFileSync(join(folder, 'README.md'), 'utf8'));
    assert.ok(card.includes('sailor'));
    await vscode.commands.executeCommand('textloom.saveCard', undefined, vscode.Uri.file(file));
    assert.ok(messages.shown.some(({ text }) => text.includes('guest card.md')));
    rmSync(file);
    rmSync(join(folder, 'README.md'));
    await vscode.commands.executeCommand('textloom.saveCard', folder, file);
    assert.equal(messages.shown.at(-1)?.kind, 'error');
    assert.ok(!existsSync(file), 'nothing is left behind');
  });

  it('are watched: what somebody else does to them is seen', async () => {
    const mate = inWorkspace('.textloom', 'models', 'mate');
    // What comes and goes within a moment is never told of, so its coming is waited for.
    const seen = firstChange(mate);
    cpSync(good, mate, { recursive: true });
    await seen;
    await vscode.commands.executeCommand('textloom.useModel', mate);
    rmSync(mate, { recursive: true });
    await eventually(async () => (await active())?.folder !== mate, 'another model writes');
    cpSync(good, mate, { recursive: true });
    await eventually(async () => (await active())?.folder === mate, 'the model that was chosen writes again');
  });
});
