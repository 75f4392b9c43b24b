import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { createTokenizer } from '../../src/corpus/tokenizers/create';
import { Memory } from '../../src/memory/memory';
import { memoryFile, saveMemory } from '../../src/memory/memoryFile';
import { readDescription } from '../../src/model/modelFolder';
import { writeLine } from '../harness/report';
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

  it('leave without the memory unless that is chosen, and come in without one that is damaged', async () => {
    const memory = new Memory(createTokenizer((await readDescription(folder)).tokenizer));
    memory.learn([2, 3, 2, 3, 4, 0]);
    await saveMemory(folder, memory);
    const file = join(dirname(inWorkspace()), 'guest.textloom');
    const { showSaveDialog, createQuickPick } = vscode.window;
    const offered: { readonly label: string; readonly detail: string }[] = [];
    /** Exports the model as a user does that presses Enter on so manieth choice. */
    const exportChoosing = async (choice: number) => {
      vscode.window.createQuickPick = (() => {
        const pick = createQuickPick.call(vscode.window);
        let isOpen = true;
        pick.onDidHide(() => (isOpen = false));
        void eventually(async () => {
          if (!isOpen || pick.activeItems.length === 0) return !isOpen;
          offered.splice(0, offered.length, ...pick.items.map(({ label, detail = '' }) => ({ label, detail })));
          const isThere = pick.activeItems[0] === pick.items[choice];
          const key = isThere ? 'acceptSelectedQuickOpenItem' : 'quickOpenSelectNext';
          await vscode.commands.executeCommand(`workbench.action.${key}`);
          return false;
        }, 'a choice is taken');
        return pick;
      }) as typeof vscode.window.createQuickPick;
      vscode.window.showSaveDialog = () => Promise.resolve(vscode.Uri.file(file));
      try {
        await vscode.commands.executeCommand('textloom.exportModel', folder);
      } finally {
        Object.assign(vscode.window, { showSaveDialog, createQuickPick });
      }
    };
    const importAgain = async () => {
      const [imported] = await vscode.commands.executeCommand<readonly string[]>('textloom.importModel', file);
      const hasMemory = existsSync(join(imported!, memoryFile));
      rmSync(imported!, { recursive: true });
      return hasMemory;
    };

    await exportChoosing(0);
    assert.deepEqual(
      offered.map(({ label }) => label),
      ['The model', 'The model and its memory', 'The model, its memory and its training state'],
    );
    assert.match(offered[1]!.detail, /holds pieces of its text: whoever gets the file can read them/);
    assert.equal(await importAgain(), false);
    await exportChoosing(1);
    assert.equal(await importAgain(), true);
    const archive = readFileSync(file);
    archive[archive.indexOf(readFileSync(join(folder, memoryFile))) + 500]! ^= 1;
    writeFileSync(file, archive);
    assert.equal(await importAgain(), false);
    assert.match(
      messages.shown.at(-1)!.text,
      /^Imported guest\.textloom as "sailor 2", without its memory: that was damaged\.$/,
    );
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
    cpSync(good, mate, { recursive: true });
    await vscode.commands.executeCommand('textloom.useModel', mate);
    rmSync(mate, { recursive: true });
    await eventually(async () => (await active())?.folder !== mate, 'another model writes');
    cpSync(good, mate, { recursive: true });
    await eventually(async () => (await active())?.folder === mate, 'the model that was chosen writes again');
  });

  it('are seen when another program makes, changes and removes them at once with all folders above them', async function () {
    const times = Number(process.env['TEXTLOOM_WATCH_REPETITIONS'] ?? 5);
    this.timeout((60 + times * 60) * 1000);
    const kept = join(dirname(inWorkspace()), `${basename(inWorkspace())} kept`);
    const waited: number[] = [];
    /** Has another program do something, and waits until the window shows what came of it. */
    const isSeen = async (deed: string, isSo: (model: { name: string; folder: string } | null) => boolean) => {
      elsewhere(deed);
      const begin = performance.now();
      await eventually(async () => isSo(await active()), deed);
      waited.push(performance.now() - begin);
    };
    renameSync(inWorkspace('.textloom'), kept);
    try {
      await eventually(async () => (await active()) === null, 'no model is there');
      for (let time = 1; time <= times; time++) {
        const made = inWorkspace('.textloom', 'models', `stranger ${time}`);
        const [from, to, file] = [join(kept, 'models', 'sailor'), made, join(made, 'model.json')].map(quoted);
        await isSeen(
          `fs.mkdirSync(${to}, { recursive: true });
           for (const name of ['model.json', 'model.safetensors'])
             fs.copyFileSync(path.join(${from}, name), path.join(${to}, name));`,
          (model) => model?.folder === made,
        );
        await isSeen(
          `const text = fs.readFileSync(${file}, 'utf8').replace('"name": "sailor"', '"name": "renamed ${time}"')
             .replace(/,\\s*"checksum": "[^"]*"/, '');
           fs.writeFileSync(${file} + '.new', text);
           fs.renameSync(${file} + '.new', ${file});`,
          (model) => model?.name === `renamed ${time}`,
        );
        await isSeen(`fs.rmSync(${quoted(inWorkspace('.textloom'))}, { recursive: true })`, (model) => model === null);
      }
    } finally {
      rmSync(inWorkspace('.textloom'), { recursive: true, force: true });
      renameSync(kept, inWorkspace('.textloom'));
    }
    const slowest = Math.round(Math.max(...waited));
    writeLine({
      event: 'note',
      text: `Changes by another program: ${waited.length} seen, the slowest after ${slowest} ms.`,
    });
  });
});

function quoted(text: string): string {
  return JSON.stringify(text);
}

/** Runs a few lines of JavaScript, which may use `fs` and `path`, in a program of their own, and waits for its end. */
function elsewhere(script: string): void {
  const whole = `const fs = require('node:fs'), path = require('node:path');\n${script}`;
  execFileSync(process.execPath, ['-e', whole], { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } });
}
