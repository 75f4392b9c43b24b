import type { Page } from 'playwright-core';
import { question, runCommand } from './workbench';

/** Starts a training by keys: the whole workspace, all of it, so many minutes, the name that is offered. */
export async function answerTrainingQuestions(
  page: Page,
  minutes: number,
  atSummary: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  await runCommand(page, 'Textloom: Train Model');
  await question(page, 'Train Model (1/4)');
  await page.keyboard.type('Whole workspace');
  await page.keyboard.press('Enter');
  await question(page, 'Train on', 60);
  await atSummary();
  await page.keyboard.press('Enter');
  await question(page, 'Train Model (3/4)');
  await page.keyboard.type('Other');
  await page.keyboard.press('Enter');
  await page.locator('.quick-input-message', { hasText: 'minutes' }).waitFor();
  await page.keyboard.press('Control+A');
  await page.keyboard.type(String(minutes));
  await page.keyboard.press('Enter');
  await question(page, 'Train Model (4/4)');
  await page.keyboard.press('Enter');
}
