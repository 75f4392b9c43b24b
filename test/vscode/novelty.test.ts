import assert from 'node:assert/strict';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { modelFiles } from '../../src/model/modelFolder';
import {
  editorWith,
  eventually,
  inWorkspace,
  type Messages,
  small,
  textloom,
  watchMessages,
  whenIdle,
} from './support';

const refrain = 'Row, row, row your boat, gently down the stream; merrily, merrily, life is but a dream.\n';

/** Length of the longest piece of a text that stands in another. */
function longestShared(text: string, other: string): number {
  let longest = 0;
  for (let start = 0; start < text.length; start++) {
    while (other.includes(text.slice(start, start + longest + 1)) && start + longest < text.length) longest++;
  }
  return longest;
}

describe('a text that copies what the model was trained on', () => {
  let messages: Messages;
  let model: string;

  before(async () => {
    const folder = inWorkspace('songs');
    mkdirSync(folder);
    writeFileSync(join(folder, 'song.md'), refrain.repeat(200));
    const api = await textloom();
    model = await api.train({ ...small, paths: [folder], name: 'parrot', steps: 200, seed: 1 });
    await whenIdle();
  });

  beforeEach(() => {
    messages = watchMessages();
  });

  afterEach(async () => {
    messages.restore();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('is told, with the file and the line that it stands on', async () => {
    await eventually(async () => {
      await editorWith('Row, row, ');
      await vscode.commands.executeCommand('textloom.generate', { model, length: 200, temperature: 0, seed: 1 });
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
      return messages.shown.some(({ text }) => /^Copied: \d+ characters as in (songs\/)?song\.md:\d+$/.test(text));
    }, 'the corpus is indexed, and a copy named');
    assert.ok(!messages.shown.some(({ kind }) => kind === 'error'));
  });

  it('is told without a line, and without an error, by a model from elsewhere', async () => {
    const imported = inWorkspace('.textloom', 'models', 'imported');
    cpSync(model, imported, { recursive: true });
    rmSync(join(imported, modelFiles.corpus));
    await editorWith('Row, row, ');
    const options = { model: imported, length: 200, temperature: 0, seed: 1 };
    await vscode.commands.executeCommand('textloom.generate', options);
    await eventually(
      () => messages.shown.some(({ text }) => /^Copied: \d+ characters as in (songs\/)?song\.md$/.test(text)),
      'a copy named without its line',
    );
    assert.ok(!messages.shown.some(({ kind }) => kind === 'error'), JSON.stringify(messages.shown));
  });

  it('is refused where the setting says so', async () => {
    const configuration = vscode.workspace.getConfiguration('textloom.copies');
    const longestCopy = async (): Promise<number> => {
      const { document } = await editorWith('Row, row, ');
      await vscode.commands.executeCommand('textloom.generate', { model, length: 300, temperature: 0.5, seed: 2 });
      const text = document.getText().slice('Row, row, '.length);
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
      return longestShared(text, refrain.repeat(10));
    };
    const free = await longestCopy();
    assert.ok(free > 150, `left alone, it copies ${free} characters`);
    try {
      await configuration.update('refuseFrom', 60, true);
      const refused = await longestCopy();
      // It is noticed by fingerprints, each of which stands for a window of 16 characters.
      assert.ok(refused <= 60 + 2 * 16, `${refused} characters are copied`);
    } finally {
      await configuration.update('refuseFrom', undefined, true);
    }
  });
});
