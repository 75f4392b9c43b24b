import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { createModelFolder, saveModel } from '../../src/model/modelFolder';
import { findWebview } from '../launcher/launcher';
import { sampleDescription, sampleParameters, withBest } from '../unit/model/sampleModel';
import {
  answer,
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

describe('a window of a workspace in which somebody else trains', () => {
  const bench = useWorkbench(() => whaleWorkspace(12));

  before(async () => {
    await bench.open({
      settings: { 'textloom.engine': 'wasm' },
      size: { width: 1400, height: 900 },
    });
  });

  /** The header of the panel in a window, once it says so. */
  async function panelSays(page: Page, words: RegExp): Promise<Frame> {
    const panel = await findWebview(page, { selector: '.dashboard:not([hidden]) .header' }, 60);
    await panel.locator('.header .phase', { hasText: words }).waitFor({ timeout: 60_000 });
    return panel;
  }

  /** Waits until the run that a panel shows has come further. */
  async function goesOn(panel: Frame): Promise<void> {
    const phase = () => panel.locator('.header .phase').innerText();
    const before = await phase();
    await eventually(phase, (text) => /\d/.test(text) && text !== before, 60, `More than "${before}"`);
  }

  it('follows a terminal, live, and says whose the run is', async () => {
    const { page } = bench.session;
    await runCommand(page, 'Textloom: Show Panel');
    const flags = ['--name', 'terminal', '--minutes', '5', '--tokenizer', 'char', '--engine', 'wasm', '--hidden', '64'];
    const child = spawn(process.execPath, [join('dist', 'cli.js'), 'train', bench.folder, ...flags]);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    try {
      const panel = await panelSays(page, /in a terminal/);
      await goesOn(panel);
      assert.equal(await panel.locator('.header h1').innerText(), 'terminal');
      assert.deepEqual(await panel.getByRole('button', { name: /^(Pause|Resume|Stop|Discard this run)/ }).all(), []);
    } finally {
      child.kill('SIGINT');
      await ended;
    }
    await panelSays(page, /^(Stopped|Interrupted)/);
  });

  it('follows another window, live, and sees how that ends', async () => {
    const first = bench.session.page;
    await runCommand(first, 'Textloom: Train Model');
    await question(first, 'Train Model (1/4)');
    await answer(first, 'Whole workspace');
    await question(first, 'Train on', 60);
    await first.keyboard.press('Enter');
    await question(first, 'Train Model (3/4)');
    await answer(first, 'Standard');
    await question(first, 'Train Model (4/4)');
    await first.keyboard.press('Enter');
    await goesOn(await panelSays(first, /Training/));
    const second = await bench.session.openWindow();
    await eventually(
      () => statusBarText(second),
      (text) => text.includes('in another window'),
      60,
      'The run in the second window',
    );
    await runCommand(second, 'Textloom: Show Panel');
    await goesOn(await panelSays(second, /in another window/));
    await second.screenshot({ path: join('test-output', 'screenshots', 'another-window.png') });
    await panelSays(first, /Training(?!.*window)/);
    await runCommand(first, 'Textloom: Stop Training and Keep');
    await panelSays(second, /Stopped/);
    await second.close();
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
