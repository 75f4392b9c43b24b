// Takes the pictures of the README and of the walkthrough, from a real training of some minutes: `npm run pictures`.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { findWebview } from '../launcher/launcher';
import { answerTrainingQuestions } from './questions';
import { changeTheme, eventually, openFile, openWorkbench, question, runCommand, whaleWorkspace } from './workbench';

const minutes = 3;

/** When there is most to see: the curve is below the baseline, and the samples are words. */
const share = 0.8;

const themes = { light: 'Light Modern', dark: 'Dark Modern' } as const;

/** Of the README's picture, and of those of the walkthrough, which are shown small. */
const sizes = { readme: { width: 1640, height: 960 }, walkthrough: { width: 1060, height: 720 } } as const;

async function main(media: string): Promise<void> {
  mkdirSync(join(media, 'walkthrough'), { recursive: true });
  const workspace = whaleWorkspace(140);
  const session = await openWorkbench({
    workspace: workspace.folder,
    settings: {
      'editor.wordWrap': 'on',
      'editor.minimap.enabled': false,
      'window.commandCenter': false,
      'workbench.layoutControl.enabled': false,
    },
    size: sizes.walkthrough,
  });
  const { page } = session;
  /** Takes a picture of a step in each theme; ends in the dark one. */
  const picture = async (step: string, before: () => Promise<void> = () => Promise.resolve()): Promise<void> => {
    for (const [name, theme] of Object.entries(themes)) {
      await changeTheme(page, theme);
      await before();
      await page.waitForTimeout(800);
      await page.screenshot({ path: join(media, 'walkthrough', `${step}-${name}.png`) });
      await page.keyboard.press('Escape');
    }
  };
  try {
    await openFile(page, 'chapter_1.md');
    await page.keyboard.press('Control+Home');
    await picture('text');
    await openFile(page, 'draft.md');
    await picture('train', () => showSummary(page));
    await answerTrainingQuestions(page, minutes);
    const panel = await findWebview(page, { selector: '.dashboard:not([hidden]) .sample' }, 120);
    await page.keyboard.press('Control+B');
    await page.setViewportSize(sizes.readme);
    await moveBorder(page, 480);
    const percent = async () => Number(/\d+/.exec(await panel.locator('.phase').innerText())?.[0]);
    await eventually(percent, (reached) => reached >= share * 100, minutes * 120, 'Enough of the training');
    await page.screenshot({ path: join(media, 'screenshots', 'panel-dark.png') });
    await page.setViewportSize(sizes.walkthrough);
    await moveBorder(page, 240);
    await picture('watch');
    await eventually(
      () => panel.locator('.phase').innerText(),
      (phase) => phase.startsWith('Trained'),
      minutes * 60,
      'The end',
    );
    await runCommand(page, 'Notifications: Clear All');
    await moveBorder(page, 620);
    await openFile(page, 'draft.md');
    await page.keyboard.press('Control+Alt+Enter');
    const isWriting = () => page.getByText('Writing, Esc stops').isVisible();
    await eventually(isWriting, (writing) => writing, 30, 'Writing');
    await eventually(isWriting, (writing) => !writing, 60, 'The end of the writing');
    await picture('write');
  } finally {
    await session.close();
    workspace.remove();
  }
}

/** Asks for a training of the whole workspace, as far as the summary. */
async function showSummary(page: Page): Promise<void> {
  await runCommand(page, 'Textloom: Train Model');
  await question(page, 'Train Model (1/4)');
  await page.keyboard.type('Whole workspace');
  await page.keyboard.press('Enter');
  await question(page, 'Train on', 60);
}

/** Drags the border between the two groups of editors. */
async function moveBorder(page: Page, x: number): Promise<void> {
  const left = await page.locator('.editor-group-container').first().boundingBox();
  if (left === null) return;
  const border = left.x + left.width;
  await page.mouse.move(border, left.y + left.height / 2);
  await page.mouse.down();
  await page.mouse.move(x, left.y + left.height / 2, { steps: 12 });
  await page.mouse.up();
  await page.mouse.move(x / 2, left.y + left.height / 2);
}

main('media').then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
