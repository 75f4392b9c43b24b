import type { Page } from 'playwright-core';
import { answer, question, runCommand } from './workbench';

/** Starts a training by keys: the whole workspace, all of it, so many minutes, the name that is offered. */
export async function answerTrainingQuestions(
  page: Page,
  minutes: number,
  atSummary: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  await runCommand(page, 'Textloom: Train Model');
  await question(page, 'Train Model (1/4)');
  await answer(page, 'Whole workspace');
  await question(page, 'Train on', 60);
  await atSummary();
  await page.keyboard.press('Enter');
  await question(page, 'Train Model (3/4)');
  await answer(page, 'Other');
  await page.locator('.quick-input-message', { hasText: 'minutes' }).waitFor();
  const input = page.locator('.quick-input-widget input.input');
  await input.fill(String(minutes));
  await input.press('Enter');
  await question(page, 'Train Model (4/4)');
  await page.keyboard.press('Enter');
}
