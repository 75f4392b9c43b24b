import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { editorWith, eventually, inWorkspace, type Messages, textloom, trainedModel, watchMessages } from './support';

describe('models', () => {
  let messages: Messages;
  let good: string;

  before(async () => {
    good = await trainedModel();
  });

  beforeEach(() => {
    messages = watchMessages();
  });

  afterEach(async () => {
    messages.restore();
    await vscode.commands.executeCommand('textloom.selectModel', good);
  });

  /** A copy of the good model under another name, spoilt by `spoil`, and chosen. */
  async function spoilt(name: string, spoil: (folder: string) => void): Promise<string> {
    const folder = inWorkspace('.textloom', 'models', name);
    cpSync(good, folder, { recursive: true });
    await vscode.commands.executeCommand('textloom.selectModel', folder);
    spoil(folder);
    return folder;
  }

  it('are remembered in this workspace once chosen', async () => {
    const copy = inWorkspace('.textloom', 'models', 'copy');
    cpSync(good, copy, { recursive: true });
    await vscode.commands.executeCommand('textloom.selectModel', copy);
    assert.equal((await textloom()).state.activeModel?.folder, copy);
    await vscode.commands.executeCommand('textloom.selectModel', good);
    assert.equal((await textloom()).state.activeModel?.folder, good);
    rmSync(copy, { recursive: true });
  });

  it('that are damaged say so in one sentence, and nothing is written', async () => {
    const folder = await spoilt('damaged', (folder) => {
      // Where one of them is whole, it stands in for the other.
      for (const file of ['model.safetensors', 'training.safetensors']) truncateSync(join(folder, file), 5000);
    });
    const { document } = await editorWith('Call me');
    await vscode.commands.executeCommand('textloom.generate', { model: folder, length: 10 });
    assert.match(messages.shown[0]!.text, /damaged/);
    assert.ok(messages.shown[0]!.buttons.includes('Show Log'));
    assert.equal(document.getText(), 'Call me');
    rmSync(folder, { recursive: true });
  });

  it('of a newer Textloom say so in one sentence', async () => {
    const folder = await spoilt('newer', (folder) => {
      const path = join(folder, 'model.json');
      writeFileSync(path, readFileSync(path, 'utf8').replace('"formatVersion": 1', '"formatVersion": 99'));
    });
    await editorWith('Call me');
    await vscode.commands.executeCommand('textloom.generate', { model: folder, length: 10 });
    assert.match(messages.shown[0]!.text, /newer Textloom/);
    rmSync(folder, { recursive: true });
  });

  it('that were deleted give way to the newest of those that are there', async () => {
    const folder = await spoilt('gone', (folder) => rmSync(folder, { recursive: true }));
    await editorWith('Call me');
    const written = await vscode.commands.executeCommand<{ texts: readonly string[] }>('textloom.generate', {
      length: 10,
    });
    assert.equal(written.texts[0]?.length, 10);
    assert.notEqual((await textloom()).state.activeModel?.folder, folder);
  });

  it('that are selected stay so for the keys while the view is read again', async () => {
    const copy = inWorkspace('.textloom', 'models', 'newcomer');
    const questions = () => messages.shown.filter(({ text }) => text.startsWith('Delete "')).length;
    const press = () => vscode.commands.executeCommand('textloom.deleteModel', { selection: true });
    await eventually(async () => {
      await vscode.commands.executeCommand('textloom.models.focus');
      for (const key of ['list.focusFirst', 'list.focusDown', 'list.select']) await vscode.commands.executeCommand(key);
      await press();
      return questions() > 0;
    }, 'a model is selected');
    const pressWhile = async (change: () => unknown): Promise<void> => {
      change();
      const before = questions();
      const end = Date.now() + 1000;
      let pressed = 0;
      for (; Date.now() < end; pressed++) {
        void vscode.commands.executeCommand('textloom.refreshModels');
        await press();
      }
      assert.equal(questions() - before, pressed);
    };
    await pressWhile(() => undefined);
    await pressWhile(() => cpSync(good, copy, { recursive: true }));
    await pressWhile(() => rmSync(copy, { recursive: true }));
  });
});
