import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { readDescription } from '../../src/model/modelFolder';
import { findWebview } from '../launcher/launcher';
import {
  answer,
  changeTheme,
  eventually,
  openFile,
  photograph,
  question,
  runCommand,
  statusBarText,
  useWorkbench,
  whaleWorkspace,
} from './workbench';

describe('a training foreseen, and steered while it runs', () => {
  const bench = useWorkbench(() => whaleWorkspace(12));
  let page: Page;
  /** Hidden size of the model that was foreseen for the budget that is taken. */
  let foreseenSize = NaN;

  before(async () => {
    const tides = Array.from(
      { length: 1200 },
      (_, hour) => `${hour}: tide ${(hour * 37) % 61}, wind ${(hour * 11) % 12}`,
    );
    writeFileSync(join(bench.folder, 'tides.txt'), tides.join('\n'));
    page = await bench.open({
      // With the engine whose threads can be fewer.
      settings: { 'files.autoSave': 'off', 'textloom.engine': 'wasm' },
      size: { width: 1600, height: 1000 },
    });
  });

  it('says what each budget would come to, while the budgets can be chosen', async () => {
    await openFile(page, 'draft.md');
    await runCommand(page, 'Textloom: Train Model');
    await question(page, 'Train Model (1/4)');
    await answer(page, 'Whole workspace');
    await question(page, 'Train on', 60);
    await page.keyboard.press('Enter');
    await question(page, 'Train Model (3/4)');
    const rows = () => page.locator('.quick-input-list .monaco-list-row').allInnerTexts();
    const foreseen = await eventually(
      rows,
      (texts) => texts.filter((text) => /About \d\.\d\d nats per character · LSTM 1 × \d+/.test(text)).length === 3,
      60,
      'Three forecasts',
    );
    assert.ok(foreseen.length === 4, foreseen.join('\n'));
    foreseenSize = Number(/LSTM 1 × (\d+)/.exec(foreseen.find((text) => text.includes('Standard')) ?? '')?.[1]);
    await photograph(page, 'forecast-dark');
    await answer(page, 'Standard');
    await question(page, 'Train Model (4/4)');
    await page.keyboard.press('Enter');
  });

  it('runs quietly and at full speed again, by the palette and by the panel', async () => {
    const panel = await findWebview(page, { selector: '.dashboard:not([hidden]) .tile' }, 60);
    await eventually(
      () => statusBarText(page),
      (text) => text.includes('%'),
      60,
      'Counting in the status bar',
    );
    assert.match(await panel.locator('.tile', { hasText: 'Engine' }).innerText(), /It was asked for\./);
    await runCommand(page, 'Textloom: Run Quietly');
    const full = panel.getByRole('button', { name: 'Run at full speed' });
    await full.waitFor();
    await eventually(
      () => panel.locator('.tile', { hasText: 'Engine' }).innerText(),
      (text) => text.includes('one thread'),
      30,
      'One thread',
    );
    await photograph(page, 'quiet-dark');
    await changeTheme(page, 'Light Modern');
    await page.locator('.monaco-workbench.vs').waitFor();
    await eventually(
      () => panel.evaluate<string>('document.body.className'),
      (name) => name.includes('vscode-light'),
      60,
      'The light theme in the panel',
    );
    await photograph(page, 'quiet-light');
    const languages = panel.locator('.languages tbody tr');
    await languages.first().waitFor({ timeout: 60_000 });
    await languages.first().scrollIntoViewIfNeeded();
    assert.deepEqual(await languages.locator('th').allInnerTexts(), ['md', 'txt']);
    await photograph(page, 'languages-light');
    await full.press('Enter');
    await panel.getByRole('button', { name: 'Run quietly' }).waitFor();
    await runCommand(page, 'Textloom: Stop Training and Keep');
    await eventually(
      () => statusBarText(page),
      (text) => text.includes('moby-dick'),
      60,
      'The model in the status bar',
    );
    const model = join(bench.folder, '.textloom', 'models', 'moby-dick');
    const { architecture } = await readDescription(model);
    assert.equal(architecture.hiddenSize, foreseenSize, 'the model that was foreseen is the one that was trained');
  });

  it('tells of new text before a model learns on', async () => {
    await page.keyboard.press('Control+1');
    await page.locator('.editor-group-container.active .monaco-editor.focused').waitFor();
    await page.keyboard.press('Control+End');
    await page.keyboard.insertText(' said nothing at all, and the œuvre was done. '.repeat(40));
    await page.keyboard.press('Control+S');
    await eventually(
      () => readFile(join(bench.folder, 'draft.md'), 'utf8'),
      (text) => text.split('œuvre').length === 41,
      60,
      'The text on disk',
    );
    await runCommand(page, 'Textloom: Continue Training');
    const list = () => page.locator('.quick-input-list .monaco-list-row').first().innerText();
    await eventually(list, (text) => text.includes('of its text is new'), 60, 'The change');
    await photograph(page, 'continue-light');
    await page.keyboard.press('Enter');
    await page.locator('.quick-input-widget input[placeholder*="How much longer"]').waitFor();
    await answer(page, 'Quick');
    await page.locator('.quick-input-widget input[placeholder*="doesn\'t know"]').waitFor();
    await photograph(page, 'vocabulary-light');
    await page.keyboard.press('Escape');
  });
});
