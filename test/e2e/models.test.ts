import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { type ModelDescription } from '../../src/model/description';
import { createModelFolder, modelFiles, saveModel } from '../../src/model/modelFolder';
import { sampleDescription, sampleParameters, withBest } from '../unit/model/sampleModel';
import { changeTheme, eventually, photograph, runCommand, useWorkbench, whaleWorkspace } from './workbench';

const day = 24 * 3600 * 1000;

describe('the view of models', () => {
  const bench = useWorkbench(() => whaleWorkspace(2));
  let page: Page;
  let models: string;

  before(async () => {
    models = join(bench.folder, '.textloom', 'models');
    await model('moby-dick', 2 * day, 900);
    await model('first draft', 20 * day, 30);
    await model('spoilt', 1 * day, 10);
    writeFileSync(join(models, 'spoilt', modelFiles.description), '{');
    rmSync(join(models, 'spoilt', modelFiles.weights), { force: true });
    page = await bench.open({
      settings: { 'window.dialogStyle': 'custom' },
      size: { width: 1280, height: 900 },
    });
  });

  /** Puts a model into the workspace that was begun so long ago and has taken so many steps. */
  async function model(name: string, age: number, steps: number): Promise<string> {
    const created = new Date(Date.now() - age).toISOString();
    const born: ModelDescription = { ...sampleDescription(name), created, id: name };
    const { folder, description } = await createModelFolder(models, born);
    const better = { ...withBest(description, steps), baseline: { order: 5, natsPerCharacter: 2.4 } };
    await saveModel(folder, better, sampleParameters(steps));
    const sample = {
      step: steps,
      seconds: 60,
      temperature: 0.8,
      prompt: 'It was ',
      text: 'a whale, and the sea was dark.',
    };
    writeFileSync(join(folder, modelFiles.samples), `${JSON.stringify(sample)}\n`);
    return folder;
  }

  const tree = () => page.locator('.pane-body .monaco-list[aria-label="Models"]');
  const row = (text: string) => tree().locator('.monaco-list-row', { hasText: text });
  const names = async (): Promise<readonly string[]> => {
    const labels = await tree().locator('.monaco-list-row .label-name').allInnerTexts();
    return labels.map((label) => label.replaceAll('\u00a0', ' '));
  };
  const appears = (text: string): Promise<void> => row(text).first().waitFor();
  const goes = (text: string): Promise<void> => row(text).first().waitFor({ state: 'detached' });

  /** Selects a model and presses a key until what it opens is there: a list that draws itself anew may lose either. */
  async function pressOn(text: string, key: string, opened: Locator): Promise<void> {
    const tries = 4;
    for (let attempt = 1; attempt <= tries; attempt++) {
      await select(text);
      await page.locator('.monaco-list-row.selected', { hasText: text }).first().waitFor();
      await page.keyboard.press(key);
      try {
        await opened.waitFor({ timeout: attempt === tries ? 30_000 : 5_000 });
        return;
      } catch (error) {
        if (attempt === tries) throw error;
      }
    }
  }

  async function select(text: string): Promise<void> {
    await row(text).locator('.label-name').first().click();
  }

  it('is behind its own icon, and tells each model apart', async () => {
    await page.locator('.activitybar .action-label[aria-label="Textloom"]').click();
    await appears('spoilt');
    const all = ['moby-dick', 'moby-dick', 'first draft', 'spoilt', 'In Every Workspace'];
    await eventually(names, (shown) => shown.join() === all.join(), 30, 'All of them in their order');
    assert.match(await row('first draft').innerText(), /bits\/char · \d.* (bytes|kB) · 20 days/);
    assert.match(await row('spoilt').innerText(), /can't be used/);
    await eventually(
      () => row('bits/char').first().getAttribute('aria-label'),
      (spoken) => /writes in this workspace, \d\.\d\d bits per character/.test(spoken ?? ''),
      30,
      'The mark of the model that writes',
    );
  });

  it('opens a model by keys and shows what it was trained on and what it sounds like', async () => {
    await select('first draft');
    await page.keyboard.press('ArrowRight');
    await appears('Samples');
    for (const [label, text] of [
      ['Quality', /bits\/char · \d+% better than the \d-gram baseline/],
      ['Corpus', /1 file · 120 characters/],
      ['Hyperparameters', /2 x 4 · char/],
    ] as const) {
      assert.match((await row(label).innerText()).replaceAll('\u00a0', ' '), text);
    }
    await row('Samples').click();
    await page.keyboard.press('ArrowRight');
    await appears('a whale, and the sea');
    await photograph(page, 'models-dark');
    await changeTheme(page, 'Light Modern');
    await photograph(page, 'models-light');
    await changeTheme(page, 'Dark Modern');
    await row('Samples').click();
    await select('first draft');
    await page.keyboard.press('ArrowLeft');
    await goes('Hyperparameters');
  });

  it('renames by F2, and says when a name is taken', async () => {
    const box = page.locator('.quick-input-widget');
    await pressOn('first draft', 'F2', box.locator('.quick-input-titlebar', { hasText: 'Rename "first draft"' }));
    await page.keyboard.type('Moby-Dick');
    await box.locator('.quick-input-message', { hasText: 'a model named "Moby-Dick" already' }).waitFor();
    await photograph(page, 'models-rename-clash');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('second draft');
    await page.keyboard.press('Enter');
    await appears('second draft');
    assert.ok(existsSync(join(models, 'second draft', modelFiles.weights)));
    assert.ok(!existsSync(join(models, 'first draft')));
  });

  it('uses a model by the button of its row, and duplicates it by its menu', async () => {
    const writes = (name: string) =>
      eventually(
        () => row(name).first().getAttribute('aria-label'),
        (spoken) => spoken?.includes('writes in this workspace') === true,
        30,
        `The mark at ${name}`,
      );
    await row('second draft').first().hover();
    await row('second draft').first().getByRole('button', { name: 'Use Model' }).click();
    await writes('second draft');
    await row('second draft').first().click({ button: 'right' });
    const duplicate = page.locator('.monaco-menu .action-item', { hasText: 'Duplicate Model' });
    await duplicate.waitFor();
    // A menu that has just opened passes over a click that comes too soon.
    await eventually(
      async () => {
        await duplicate.click({ timeout: 2000 }).catch(() => undefined);
        return duplicate.isVisible();
      },
      (isOpen) => !isOpen,
      30,
      'The end of the menu',
    );
    await appears('second draft 2');
    await pressOn('second draft 2', 'Delete', page.locator('.monaco-dialog-box', { hasText: 'second draft 2' }));
    await page.locator('.monaco-dialog-box').getByRole('button', { name: 'Delete' }).press('Enter');
    await goes('second draft 2');
    await eventually(
      () =>
        Promise.resolve(
          readdirSync(models)
            .filter((name) => !name.startsWith('.'))
            .sort(),
        ),
      (all) => all.join() === 'moby-dick,second draft,spoilt',
      30,
      'The models of before',
    );
  });

  it('marks a model while it is trained, here or elsewhere', async () => {
    const lock = join(models, 'second draft', 'training.lock');
    writeFileSync(lock, JSON.stringify({ process: process.pid, parent: process.ppid, host: hostname() }));
    await row('second draft').filter({ hasText: 'training' }).waitFor();
    assert.match((await row('second draft').getAttribute('aria-label')) ?? '', /training/);
    rmSync(lock);
    await row('second draft').filter({ hasNotText: 'training' }).waitFor();
  });

  it('deletes by the Delete key after asking, and Undo brings it back', async () => {
    const dialog = page.locator('.monaco-dialog-box', { hasText: 'Delete "second draft"?' });
    await pressOn('second draft', 'Delete', dialog);
    await photograph(page, 'models-delete');
    await dialog.getByRole('button', { name: 'Delete' }).press('Enter');
    await goes('second draft');
    // Notifications stay in their centre here, so that they cover nothing.
    await runCommand(page, 'Notifications: Show Notifications');
    const message = page.locator('.notifications-center .notification-list-item', {
      hasText: 'Deleted "second draft".',
    });
    await message.getByRole('button', { name: 'Undo' }).click();
    await appears('second draft');
    assert.deepEqual(
      readdirSync(models)
        .filter((name) => !name.startsWith('.'))
        .sort(),
      ['moby-dick', 'second draft', 'spoilt'],
    );
  });

  it('moves a model that is dragged to another folder of models', async () => {
    // A tree that is drawn anew under the pointer lets go of what is dragged: whoever sees that drags again.
    await eventually(
      async () => {
        await row('second draft')
          .first()
          .dragTo(row('In Every Workspace'), { timeout: 5000 })
          .catch(() => undefined);
        await page.waitForTimeout(2000);
        return existsSync(join(models, 'second draft'));
      },
      (isThere) => !isThere,
      30,
      'The model in its new folder',
    );
    await eventually(
      names,
      (all) => all.indexOf('second draft') > all.indexOf('In Every Workspace'),
      30,
      'The model below the other folder',
    );
  });

  it('shows by itself what others do, and says what to do when there is nothing', async () => {
    cpSync(join(models, 'moby-dick'), join(models, 'guest'), { recursive: true });
    await eventually(
      () => row('bits/char').count(),
      (count) => count === 3,
      30,
      'The model that was copied here',
    );
    const dialog = page.locator('.monaco-dialog-box', { hasText: 'Delete "second draft"?' });
    await pressOn('second draft', 'Delete', dialog);
    await dialog.getByRole('button', { name: 'Delete' }).press('Enter');
    await goes('second draft');
    rmSync(models, { recursive: true });
    const train = page.locator('.welcome-view-content').getByRole('button', { name: 'Train Model…' });
    await train.waitFor();
    await photograph(page, 'models-empty');
  });
});
