import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { findWebview } from '../launcher/launcher';
import { answerTrainingQuestions } from './questions';
import { violations } from './violations';
import {
  changeTheme,
  eventually,
  openFile,
  opening,
  photograph,
  statusBarText,
  themes,
  useWorkbench,
  whaleWorkspace,
} from './workbench';

/** So long that it is still on when it is paused, and for a handful of scores; it is ended by hand. */
const trainingMinutes = 2;

/** Of the window, whose right half the panel has. */
const widths = { narrow: 1000, half: 1600, wide: 2700 } as const;

const size = { width: 1600, height: 1000 } as const;

describe('a first model, from the palette to the cursor', () => {
  const bench = useWorkbench(() => whaleWorkspace(40));
  let page: Page;

  before(async () => {
    page = await bench.open({
      // Without auto-save, as on the desktop: a save in the middle of writing would end its undo step there.
      settings: {
        'editor.wordWrap': 'on',
        'files.autoSave': 'off',
        // So slow that it can be seen to write.
        'textloom.generation.speed': 200,
      },
      size,
    });
  });

  it('asks four questions, and shows the curves while the status bar counts', async () => {
    await openFile(page, 'draft.md');
    await answerTrainingQuestions(page, trainingMinutes, () => photograph(page, 'summary-dark'));
    const panel = await dashboard(page);
    const percents = new Set<string>();
    await eventually(
      async () => {
        const text = await statusBarText(page);
        const percent = /(\d+)%/.exec(text)?.[1];
        if (percent !== undefined) percents.add(percent);
        return percents.size;
      },
      (count) => count >= 5,
      60,
      'Counting in the status bar',
    );
    await eventually(() => tile(panel, 'Loss on unseen text'), isLoss, 60, 'A first score');
    const early = await drawnShare(panel);
    assert.ok(early > 0.001, `${early} of the chart has ink`);
    const before = await tile(panel, 'Time left');
    await eventually(
      () => tile(panel, 'Time left'),
      (time) => time !== before,
      30,
      'Another time left',
    );
    await panel.locator('.sample').first().waitFor();
    await photograph(page, 'training-dark');
  });

  it('pauses and goes on by the buttons of the panel', async () => {
    const panel = await dashboard(page);
    await panel.getByRole('button', { name: 'Pause' }).press('Enter');
    await eventually(
      () => panel.locator('.phase').innerText(),
      (text) => text.startsWith('Paused'),
      60,
      'A pause',
    );
    await eventually(
      () => statusBarText(page),
      (text) => text.includes('Paused'),
      30,
      'A pause in the status bar',
    );
    const paused = await tile(panel, 'Time left');
    await page.waitForTimeout(1500);
    assert.equal(await tile(panel, 'Time left'), paused, 'nothing moves while it is paused');
    await panel.getByRole('button', { name: 'Resume' }).press('Enter');
    await eventually(
      () => tile(panel, 'Time left'),
      (time) => time !== paused,
      60,
      'Going on',
    );
    assert.match(await tile(panel, 'Speed'), /\d/);
  });

  it('goes on by itself after a reload of the window', async () => {
    await eventually(async () => tile(await dashboard(page), 'Loss on unseen text'), isLoss, 60, 'A score');
    const before = await scores(await dashboard(page));
    await page.reload();
    const panel = await dashboard(page);
    await eventually(
      () => panel.locator('.phase').innerText(),
      (text) => text.startsWith('Training'),
      60,
      'Training again',
    );
    await eventually(
      () => scores(panel),
      (steps) => Math.max(...steps) > Math.max(...before),
      90,
      'A score of a later step',
    );
    const after = await scores(panel);
    assert.equal(after[0], before[0], 'the curve begins where it began');
  });

  it('is stopped by the button of the panel, better than it began, and says so', async () => {
    const panel = await dashboard(page);
    await eventually(
      () => scores(panel),
      (steps) => steps.length >= 4,
      90,
      'Some scores',
    );
    await panel.getByRole('button', { name: 'Stop' }).press('Enter');
    await eventually(
      () => panel.locator('.phase').innerText(),
      (text) => text.startsWith('Stopped'),
      60,
      'The end',
    );
    await eventually(
      () => statusBarText(page),
      (text) => text.includes('moby-dick'),
      60,
      'The model in the status bar',
    );
    await panel.locator('.data-table summary').click();
    const losses = await panel.locator('.data-table tbody tr td:nth-of-type(2)').allInnerTexts();
    assert.ok(losses.length >= 3, `${losses.length} scores`);
    assert.ok(Number(losses.at(-1)) < Number(losses[0]), losses.join(' '));
    await panel.locator('.data-table summary').click();
    assert.match(await panel.locator('.coach').innerText(), /On unseen text it is .* \d-gram baseline/);
    await photograph(page, 'trained-dark');
  });

  it('shows each theme in its own colours, without a fault in accessibility', async () => {
    const backgrounds = new Set<string>();
    for (const [name, theme] of Object.entries(themes)) {
      await changeTheme(page, theme);
      const panel = await dashboard(page);
      await eventually(
        () => background(panel),
        (colour) => !backgrounds.has(colour),
        60,
        `The theme ${theme}`,
      );
      backgrounds.add(await background(panel));
      await page.waitForTimeout(500);
      assert.ok((await drawnShare(panel)) > 0.001, 'the chart is drawn in the new colours');
      await photograph(page, `panel-${name}`);
      assert.deepEqual(await violations(panel), [], theme);
    }
    await changeTheme(page, themes.dark);
    const panel = await dashboard(page);
    await eventually(
      () => background(panel),
      (colour) => colour.includes('vscode-dark'),
      60,
      'The dark theme again',
    );
  });

  it('has a panel that fits the width of a side bar, of half a window and of a whole one', async () => {
    for (const [name, width] of Object.entries(widths)) {
      await page.setViewportSize({ width, height: 1000 });
      const panel = await dashboard(page);
      const read = () => panel.evaluate<[number, number]>('[document.documentElement.scrollWidth, innerWidth]');
      let earlier = -1;
      await eventually(
        read,
        ([inside, outside]) => {
          const isSettled = outside === earlier;
          earlier = outside;
          return isSettled && inside <= outside;
        },
        30,
        `The panel within a window ${name}`,
      );
      await eventually(
        () => drawnShare(panel),
        (share) => share > 0.001,
        30,
        `The chart in a window ${name}`,
      );
      await photograph(page, `panel-${name}`);
    }
    await page.setViewportSize(size);
  });

  it('puts a sample at the cursor', async () => {
    const panel = await dashboard(page);
    const sample = await panel.evaluate<string>(`document.querySelector('.sample').lastChild.textContent`);
    await panel.getByRole('button', { name: 'Insert in the editor' }).first().press('Enter');
    await page.locator('.editor-group-container.active .monaco-editor.focused').waitFor();
    const file = join(bench.folder, 'draft.md');
    const text = await saved(page, file, (found) => found.length > opening.length);
    assert.equal(text, opening + sample);
    await page.keyboard.press('Control+Z');
    assert.equal(await saved(page, file, (found) => found.length === opening.length), opening);
  });

  it('writes where the cursor is by the button of the panel too', async () => {
    const panel = await dashboard(page);
    await panel.getByRole('button', { name: 'Generate at Cursor' }).press('Enter');
    await writtenAndTakenBack(page, join(bench.folder, 'draft.md'));
  });

  it('is shown again after a reload of the window, with its whole curve', async () => {
    const rows = await (await dashboard(page)).locator('.data-table tbody tr').count();
    await page.reload();
    const panel = await dashboard(page);
    assert.equal(await panel.locator('.title h1').innerText(), 'moby-dick');
    assert.equal(await panel.locator('.data-table tbody tr').count(), rows);
    assert.ok((await drawnShare(panel)) > 0.001);
    await photograph(page, 'reloaded-dark');
  });

  it('writes on at the cursor by its key, and one undo takes it all away', async () => {
    await openFile(page, 'draft.md');
    await page.keyboard.press('Control+Alt+Enter');
    await writtenAndTakenBack(page, join(bench.folder, 'draft.md'));
  });
});

/** Waits until a text has been written at the end of the draft, and takes it away with one undo. */
async function writtenAndTakenBack(page: Page, file: string): Promise<void> {
  const isWriting = async () => (await statusBarText(page)).includes('Writing');
  await eventually(isWriting, (writing) => writing, 30, 'Writing in the status bar');
  await eventually(isWriting, (writing) => !writing, 60, 'The end of the writing');
  const written = await saved(page, file, (text) => text.length > opening.length);
  assert.ok(written.startsWith(opening), written);
  assert.match(written.slice(opening.length), /[a-z]{2,} [a-z]{2,}/, 'words, not noise');
  await photograph(page, 'generated-dark');
  await page.keyboard.press('Control+Z');
  assert.equal(await saved(page, file, (text) => text.length === opening.length), opening);
}

/** The panel's page, once it shows a run. */
function dashboard(page: Page): Promise<Frame> {
  return findWebview(page, { selector: '.dashboard:not([hidden]) .chart-large canvas' }, 60);
}

/** Value of one of the large numbers. */
async function tile(panel: Frame, name: string): Promise<string> {
  return await panel.locator('.tile', { hasText: name }).locator('.value').innerText();
}

/** Steps of the scores, as the panel's table has them, oldest first. */
async function scores(panel: Frame): Promise<readonly number[]> {
  const steps = await panel.locator('.data-table tbody tr td:nth-of-type(1)').allTextContents();
  return steps.map((text) => Number(text.replace(/\D/g, '')));
}

function isLoss(text: string): boolean {
  return Number(text) > 0;
}

/** Share of the large chart's canvas that something is drawn on. */
async function drawnShare(panel: Frame): Promise<number> {
  return await panel.evaluate<number>(`(() => {
    const canvas = document.querySelector('.chart-large canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let inked = 0;
    for (let index = 3; index < data.length; index += 4) if (data[index] > 0) inked++;
    return inked / (data.length / 4);
  })()`);
}

async function background(panel: Frame): Promise<string> {
  return await panel.evaluate<string>('getComputedStyle(document.body).backgroundColor + document.body.className');
}

/** Saves the active editor until the file on disk is right, and gives its text. */
async function saved(page: Page, file: string, isRight: (text: string) => boolean): Promise<string> {
  return await eventually(
    async () => {
      await page.keyboard.press('Control+S');
      return readFileSync(file, 'utf8');
    },
    isRight,
    60,
    'The saved text',
  );
}
