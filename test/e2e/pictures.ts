// Takes the picture of the panel for the README, from a real training of some minutes. By hand, after a build:
//   npx esbuild test/e2e/pictures.ts --bundle --platform=node --packages=external --outfile=dist/test/pictures.js
//   node dist/test/pictures.js media/screenshots/panel-dark.png
import type { Page } from 'playwright-core';
import { findWebview, openSession } from '../launcher/launcher';
import { answerTrainingQuestions } from './questions';
import { eventually, openFile, whaleWorkspace } from './workbench';

const minutes = 3;

/** When there is most to see: the curve is below the line to beat, and the samples are words. */
const share = 0.8;

async function main(target: string): Promise<void> {
  const workspace = whaleWorkspace(140);
  const session = await openSession({
    workspace: workspace.folder,
    settings: { 'workbench.colorTheme': 'Dark Modern', 'editor.wordWrap': 'on', 'editor.minimap.enabled': false },
    size: { width: 1640, height: 960 },
  });
  const { page } = session;
  try {
    await openFile(page, 'draft.md');
    await answerTrainingQuestions(page, minutes);
    const panel = await findWebview(page, { selector: '.dashboard:not([hidden]) .sample' }, 120);
    await page.keyboard.press('Control+B');
    await widenPanel(page);
    const percent = async () => Number(/\d+/.exec(await panel.locator('.phase').innerText())?.[0]);
    await eventually(percent, (reached) => reached >= share * 100, minutes * 120, 'Enough of the training');
    await page.screenshot({ path: target });
  } finally {
    await session.close();
    workspace.remove();
  }
}

/** Drags the border between the two groups of editors to the left. */
async function widenPanel(page: Page): Promise<void> {
  const left = await page.locator('.editor-group-container').first().boundingBox();
  if (left === null) return;
  const border = left.x + left.width;
  await page.mouse.move(border, left.y + left.height / 2);
  await page.mouse.down();
  await page.mouse.move(480, left.y + left.height / 2, { steps: 12 });
  await page.mouse.up();
  await page.mouse.move(240, left.y + left.height / 2);
}

main(process.argv[2] ?? 'panel-dark.png').then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
