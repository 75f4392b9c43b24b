import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import {
  answer,
  eventually,
  openFile,
  photograph,
  question,
  runCommand,
  useWorkbench,
  whaleWorkspace,
} from './workbench';

interface Description {
  readonly tokenizer: { readonly symbols: readonly string[] };
  readonly corpus: { readonly documents: readonly { readonly name: string }[] };
}

describe('text to train on, as it is picked,', function () {
  this.timeout(180_000);
  const bench = useWorkbench(() => whaleWorkspace(6));
  let page: Page;

  before(async () => {
    mkdirSync(join(bench.folder, 'letters'));
    const chapter = (number: number) => readFileSync(join(bench.folder, `chapter_${number}.md`), 'utf8');
    writeFileSync(join(bench.folder, 'letters', 'first.txt'), `To a friend.\n${chapter(2)}`);
    writeFileSync(join(bench.folder, 'letters', 'second.txt'), `To another.\n${chapter(3)}`);
    writeFileSync(join(bench.folder, 'letters', 'remarks.log'), `§ ${chapter(4)}`);
    page = await bench.open({ settings: { 'files.autoSave': 'off' } });
  });

  it('is a folder by the menu of the explorer, without the kind of file that is unticked', async () => {
    await runCommand(page, 'File: Focus on Files Explorer');
    const letters = page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'letters' }).first();
    await letters.waitFor();
    await letters.click({ button: 'right' });
    const item = page.locator('.monaco-menu .action-item', { hasText: 'Train on This…' });
    await item.waitFor();
    // A menu that has just opened passes over a click that comes too soon.
    await eventually(
      async () => {
        await item.click({ timeout: 2000 }).catch(() => undefined);
        return item.isVisible();
      },
      (isOpen) => !isOpen,
      30,
      'The end of the menu',
    );
    await question(page, 'Train on 3 files', 60);
    await answer(page, 'log');
    await question(page, 'Train on 2 files');
    // Taken in again, and out.
    const input = page.locator('.quick-input-widget input.input');
    await input.press('Enter');
    await question(page, 'Train on 3 files');
    await input.press('Enter');
    await question(page, 'Train on 2 files');
    await photograph(page, 'picking-unticked-dark');
    await answer(page, 'Continue with this text');
    const { corpus, tokenizer } = await trained('letters');
    assert.deepEqual(corpus.documents.map(({ name }) => name).sort(), ['letters/first.txt', 'letters/second.txt']);
    assert.ok(!tokenizer.symbols.includes('§'));
  });

  it('is what stands in the open editors, as it is on screen', async () => {
    await openFile(page, 'chapter_5.md');
    await openFile(page, 'chapter_6.md');
    // At the start: the end is held out.
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('ÆÆÆÆ ');
    await page.locator('.tab.active.dirty[data-resource-name="chapter_6.md"]').waitFor();
    await runCommand(page, 'Textloom: Train Model');
    await question(page, 'Train Model (1/4)');
    await answer(page, 'Open editors');
    await question(page, 'Train on 2 files', 60);
    await answer(page, 'Continue with this text');
    const { corpus, tokenizer } = await trained('open editors');
    assert.deepEqual(corpus.documents.map(({ name }) => name).sort(), ['chapter_5.md', 'chapter_6.md']);
    assert.ok(tokenizer.symbols.includes('Æ'), tokenizer.symbols.join(''));
    assert.ok(!readFileSync(join(bench.folder, 'chapter_6.md'), 'utf8').includes('Æ'));
  });

  /** Answers what else is asked, stops the training, and reads what the model says of itself. */
  async function trained(name: string): Promise<Description> {
    const input = page.locator('.quick-input-widget input.input');
    await page.locator('.quick-input-titlebar', { hasText: /\((2\/3|3\/4)\)/ }).waitFor({ timeout: 60_000 });
    await answer(page, 'Other');
    await page.locator('.quick-input-message', { hasText: 'minutes' }).waitFor();
    await input.fill('0.05');
    await input.press('Enter');
    await page.locator('.quick-input-titlebar', { hasText: /\((3\/3|4\/4)\)/ }).waitFor();
    await input.press('Enter');
    const folder = join(bench.folder, '.textloom', 'models', name);
    await eventually(
      () => Promise.resolve(existsSync(join(folder, 'model.safetensors'))),
      (isThere) => isThere,
      90,
      'The weights of the model',
    );
    await eventually(
      () => page.locator('.statusbar-item[id^="textloom.textloom"]').first().textContent(),
      (text) => text?.includes(name) === true && !text.includes('%'),
      90,
      'The end of the training',
    );
    return JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as Description;
  }
});
