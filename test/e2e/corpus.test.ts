import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import {
  answer,
  changeTheme,
  eventually,
  photograph,
  question,
  runCommand,
  useWorkbench,
  whaleWorkspace,
} from './workbench';

describe('the corpus in a view of its own', () => {
  const bench = useWorkbench(() => whaleWorkspace(8));
  let page: Page;
  const recipe = () => join(bench.folder, 'textloom.json');

  before(async () => {
    const write = (name: string, text: string) => {
      mkdirSync(join(bench.folder, name, '..'), { recursive: true });
      writeFileSync(join(bench.folder, name), text);
    };
    const chapter = readFileSync(join(bench.folder, 'chapter_1.md'), 'utf8');
    write('.gitignore', 'build/\n');
    write('build/chapters.md', chapter);
    mkdirSync(join(bench.folder, 'drafts'));
    for (const name of ['chapter_7.md', 'chapter_8.md']) {
      renameSync(join(bench.folder, name), join(bench.folder, 'drafts', name));
    }
    write('notes/keys.md', 'password = "c0rrectHorse9battery"\nA note about the sea.\n');
    write('cover.png', 'not a picture');
    page = await bench.open({
      size: { width: 1400, height: 900 },
    });
  });

  it('shows each file in or out, and why', async () => {
    await runCommand(page, 'Textloom: Refresh Corpus');
    await row(page, 'chapter_1.md').waitFor();
    assert.match(await row(page, 'chapter_2.md').innerText(), /[\d,]+ characters/);
    assert.match(await row(page, 'cover.png').innerText(), /not text/);
    assert.match(await row(page, 'build/').innerText(), /git ignores it/);
    assert.match(await row(page, 'drafts').innerText(), /drafts\s*2 files/);
    await photograph(page, 'corpus-dark');
  });

  it('takes a folder out and back in by keys and buttons, and keeps that in textloom.json', async () => {
    await press('drafts', 'Exclude from Corpus', (recipe) => recipe?.exclude?.includes('/drafts') === true);
    await row(page, 'drafts/').filter({ hasText: 'left out by' }).waitFor();
    assert.deepEqual(JSON.parse(readFileSync(recipe(), 'utf8')), { exclude: ['/drafts'] });
    await photograph(page, 'corpus-excluded-dark');
    await press('build/', 'Include in Corpus', (recipe) => recipe?.also?.includes('build') === true);
    await press('drafts/', 'Include in Corpus', (recipe) => recipe !== null && recipe.exclude === undefined);
    await row(page, 'drafts').filter({ hasText: '2 files' }).waitFor();
  });

  it('follows what is written into textloom.json by hand', async () => {
    writeFileSync(
      recipe(),
      JSON.stringify({ exclude: ['chapter_2.md'], minutes: 0.1, weights: { 'chapter_3.md': 2 } }),
    );
    await row(page, 'chapter_2.md').filter({ hasText: 'left out by' }).waitFor();
    assert.match(await row(page, 'chapter_3.md').innerText(), /weight 2/);
    await changeTheme(page, 'Light Modern');
    await photograph(page, 'corpus-light');
  });

  it('counts what a list is made of, by what documents are to be', async () => {
    const list = join(bench.folder, 'names.txt');
    const names = Array.from({ length: 400 }, (_, i) => `${'BCDFGHJKLM'[i % 10]}a${'aeiou'[i % 5]}${i.toString(36)}n`);
    writeFileSync(list, names.map((name) => `${name}\n`).join(''));
    await runCommand(page, 'Textloom: Refresh Corpus');
    await row(page, 'names.txt').filter({ hasText: '400 names, one a line' }).waitFor();
    const told = page.locator('.pane-header', { hasText: 'Corpus' });
    await told.filter({ hasText: '; 400 names, one a line' }).waitFor();
    const before = readFileSync(recipe(), 'utf8');
    writeFileSync(recipe(), JSON.stringify({ ...(JSON.parse(before) as object), documents: 'files' }));
    await told.filter({ hasNotText: 'names' }).waitFor();
    writeFileSync(recipe(), before);
    rmSync(list);
    await runCommand(page, 'Textloom: Refresh Corpus');
    await row(page, 'names.txt').waitFor({ state: 'detached' });
  });

  it('is offered first when a training is asked for, and keeps what is unticked', async () => {
    await runCommand(page, 'Textloom: Train Model');
    await question(page, 'Train Model (1/4)');
    await answer(page, 'As in textloom.json');
    await question(page, 'Train on', 60);
    await photograph(page, 'corpus-summary-light');
    await answer(page, 'Choose folders');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'drafts' }).waitFor();
    await page.keyboard.type('drafts');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await page.keyboard.press('Enter');
    await question(page, 'Train on', 60);
    await answer(page, 'save this choice');
    await question(page, 'Train Model (3/4)');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: '0.1 minutes' }).waitFor();
    await page
      .locator('.quick-input-list .monaco-list-row', { hasText: 'nats per character' })
      .waitFor({ timeout: 60_000 });
    await page.keyboard.press('Enter');
    await question(page, 'Train Model (4/4)');
    await page.keyboard.press('Enter');
    await eventually(said, (recipe) => recipe?.exclude?.includes('/drafts') === true, 30, 'The folder in the recipe');
    assert.deepEqual(await said(), {
      exclude: ['chapter_2.md', '/drafts'],
      minutes: 0.1,
      weights: { 'chapter_3.md': 2 },
    });
  });

  /** Presses a button of a row until the recipe is right: while all is listed anew, the editor doesn't know its rows. */
  async function press(name: string, button: string, isRight: (recipe: Recipe | null) => boolean): Promise<void> {
    const pressed = row(page, name);
    const failed = (): undefined => undefined;
    await eventually(
      async () => {
        await pressed.hover({ timeout: 2000 }).catch(failed);
        await pressed.getByRole('button', { name: button }).click({ timeout: 2000 }).catch(failed);
        await page.waitForTimeout(500);
        return said();
      },
      isRight,
      60,
      `${button}: ${name}`,
    );
  }

  function said(): Promise<Recipe | null> {
    try {
      return Promise.resolve(JSON.parse(readFileSync(recipe(), 'utf8')) as Recipe);
    } catch {
      // The editor is just writing it.
      return Promise.resolve(null);
    }
  }
});

/** What is looked at of a recipe. */
interface Recipe {
  readonly exclude?: readonly string[];
  readonly also?: readonly string[];
}

/** A row of the view whose first words are these. */
function row(page: Page, name: string): Locator {
  const label = page.locator('.label-name', { hasText: new RegExp(`^${name.replace(/[.]/g, '\\.')}$`) });
  return page.locator('.pane-body .customview-tree .monaco-list-row').filter({ has: label });
}
