import assert from 'node:assert/strict';
import { join } from 'node:path';
import { createModelFolder, saveModel } from '../../src/model/modelFolder';
import { sampleDescription, sampleParameters, withBest } from '../unit/model/sampleModel';
import {
  emptyWorkspace,
  eventually,
  pickRow,
  question,
  runCommand,
  statusBarText,
  useWorkbench,
  whaleWorkspace,
} from './workbench';

describe('a window of a workspace with several models', () => {
  const bench = useWorkbench(() => whaleWorkspace(1));

  before(async () => {
    for (const [name, age] of [
      ['older', 2],
      ['newer', 1],
    ] as const) {
      const created = new Date(Date.now() - age * 24 * 3600 * 1000).toISOString();
      const born = { ...sampleDescription(name), created, id: name };
      const made = await createModelFolder(join(bench.folder, '.textloom', 'models'), born);
      await saveModel(made.folder, withBest(made.description, 10), sampleParameters(10));
    }
    await bench.open();
  });

  it('writes with the one that was chosen in the window before', async () => {
    const shows = (page: typeof bench.session.page, model: string) =>
      eventually(
        () => statusBarText(page),
        (text) => text.includes(model),
        60,
        `"${model}" in the status bar`,
      );
    await shows(bench.session.page, 'newer');
    await runCommand(bench.session.page, 'Textloom: Select Model');
    await question(bench.session.page, 'Select Model');
    await pickRow(bench.session.page, 'older');
    await shows(bench.session.page, 'older');
    // The browser edition writes down what is remembered some moments later.
    await bench.session.page.waitForTimeout(3000);
    await bench.session.page.close();
    assert.ok(await shows(await bench.session.openWindow(), 'older'));
  });
});

describe('a window without a folder', () => {
  const bench = useWorkbench(() => emptyWorkspace('nothing'));

  before(async () => {
    await bench.open({ workspace: undefined });
  });

  it('offers to train on folders and files alone, and not by a recipe', async () => {
    const { page } = bench.session;
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
