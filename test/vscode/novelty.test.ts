import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
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

  it('is refused where the setting says so', async () => {
    const configuration = vscode.workspace.getConfiguration('textloom.copies');
    await configuration.update('refuseFrom', 60);
    const { document } = await editorWith('Row, row, ');
    await vscode.commands.executeCommand('textloom.generate', { model, length: 300, temperature: 1, seed: 2 });
    assert.ok(!document.getText().includes(refrain.repeat(2).slice(10)));
    await configuration.update('refuseFrom', undefined);
  });
});
