import assert from 'node:assert/strict';
import { join } from 'node:path';
import { createModelFolder, saveModel } from '../../src/model/modelFolder';
import type { EditorSession } from '../launcher/launcher';
import { sampleDescription, sampleParameters, withBest } from '../unit/model/sampleModel';
import {
  eventually,
  openWorkbench,
  pickRow,
  question,
  runCommand,
  statusBarText,
  whaleWorkspace,
  type Workspace,
} from './workbench';

describe('a window of a workspace with several models', () => {
  let workspace: Workspace;
  let session: EditorSession;

  before(async () => {
    workspace = whaleWorkspace(1);
    for (const [name, age] of [
      ['older', 2],
      ['newer', 1],
    ] as const) {
      const created = new Date(Date.now() - age * 24 * 3600 * 1000).toISOString();
      const born = { ...sampleDescription(name), created, id: name };
      const made = await createModelFolder(join(workspace.folder, '.textloom', 'models'), born);
      await saveModel(made.folder, withBest(made.description, 10), sampleParameters(10));
    }
    session = await openWorkbench({ workspace: workspace.folder });
  });

  after(async () => {
    await session.close();
    workspace.remove();
  });

  it('writes with the one that was chosen in the window before', async () => {
    const shows = (page: typeof session.page, model: string) =>
      eventually(
        () => statusBarText(page),
        (text) => text.includes(model),
        60,
        `"${model}" in the status bar`,
      );
    await shows(session.page, 'newer');
    await runCommand(session.page, 'Textloom: Select Model');
    await question(session.page, 'Select Model');
    await pickRow(session.page, 'older');
    await shows(session.page, 'older');
    // The browser edition writes down what is remembered some moments later.
    await session.page.waitForTimeout(3000);
    await session.page.close();
    assert.ok(await shows(await session.openWindow(), 'older'));
  });
});

describe('a window without a folder', () => {
  let session: EditorSession;

  before(async () => {
    session = await openWorkbench({ workspace: undefined });
  });

  after(() => session.close());

  it('offers to train on folders and files alone, and not by a recipe', async () => {
    const { page } = session;
    await runCommand(page, 'Textloom: Train Model');
    await question(page, 'Train Model');
    const rows = page.locator('.quick-input-list .monaco-list-row');
    await rows.filter({ hasText: 'Folders…' }).first().waitFor();
    const labels = await rows.allInnerTexts();
    assert.ok(!labels.some((label) => /workspace|textloom\.json/i.test(label)), labels.join('\n'));
    await page.keyboard.press('Escape');
    await page.keyboard.press('F1');
    await page.locator('.quick-input-widget input.input').fill('>Textloom: Train');
    await rows.filter({ hasText: 'Textloom: Train Model' }).first().waitFor();
    const commands = await rows.allInnerTexts();
    assert.ok(!commands.some((command) => command.includes('Recipe')), commands.join('\n'));
    await page.keyboard.press('Escape');
  });
});
