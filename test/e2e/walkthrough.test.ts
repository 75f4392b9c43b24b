import type { Page } from 'playwright-core';
import { trainByTerminal } from './trainByTerminal';
import {
  changeTheme,
  eventually,
  photograph,
  pickRow,
  runCommand,
  untilSeen,
  useWorkbench,
  whaleWorkspace,
} from './workbench';

describe('the walkthrough', () => {
  const bench = useWorkbench(() => whaleWorkspace(6));
  let page: Page;

  before(async () => {
    page = await bench.open({
      workspace: undefined,
      size: { width: 1400, height: 900 },
    });
  });

  it('begins where nothing is open, with a text at hand', async () => {
    await runCommand(page, 'Textloom: Open Walkthrough');
    await page.locator('h2', { hasText: 'Train Your First Model' }).waitFor();
    await eventually(
      () => done(page),
      (steps) => steps.join() === 'false,false,false,false',
      30,
      'Four open steps',
    );
    await showsPicture(page, 'text-dark.png');
    await photograph(page, 'walkthrough-dark');
    // It takes the focus by a timer, and a list that is open then closes.
    await page.locator('.getting-started-step.expanded:focus-within').waitFor();
    await changeTheme(page, 'Light Modern');
    await showsPicture(page, 'text-light.png');
    await photograph(page, 'walkthrough-light');
    // The steps stay on the page, unseen, where another one has taken its place on the screen.
    await page.locator('.gettingStarted.showDetails').waitFor();
    await page.getByText('the first chapters of Moby-Dick').click();
    await page.locator('.tab', { hasText: 'Moby-Dick.md' }).waitFor();
    await page.getByText('Call me Ishmael').first().waitFor();
    await eventually(
      () => done(page),
      ([text]) => text === true,
      30,
      'The first step',
    );
  });

  it("counts what is there when the editor's own page opens it", async () => {
    page = await bench.open({
      size: { width: 1400, height: 900 },
    });
    // The list is filled once more when all extensions are known, and takes what is pressed just then for something else.
    await untilSeen(page.locator('h2', { hasText: 'Train Your First Model' }), async () => {
      await runCommand(page, 'Welcome: Open Walkthrough');
      await pickRow(page, 'Train Your First Model');
    });
    await eventually(
      () => done(page),
      (steps) => steps.join() === 'true,false,false,false',
      60,
      'The folder that is open',
    );
  });

  it('is done once a model has learned and written', async () => {
    trainByTerminal(bench.folder, 'ahab', { hidden: 48, steps: 160 });
    page = await bench.open({
      settings: { 'editor.wordWrap': 'on' },
      size: { width: 1400, height: 900 },
    });
    await runCommand(page, 'Textloom: Open Walkthrough');
    await page.locator('h2', { hasText: 'Train Your First Model' }).waitFor();
    await eventually(
      () => done(page),
      (steps) => steps.join() === 'true,true,true,false',
      60,
      'Three steps',
    );
    await page.locator('.getting-started-step', { hasText: 'Let it write' }).click();
    await page.getByRole('button', { name: 'Try It on a New Page' }).click();
    await eventually(
      () => done(page),
      (steps) => steps.join() === 'true,true,true,true',
      60,
      'All steps',
    );
    await photograph(page, 'walkthrough-done');
  });
});

/** Waits until the picture beside the steps is this one, and drawn. */
async function showsPicture(page: Page, file: string): Promise<void> {
  await eventually(
    () =>
      page.evaluate<string>(`(() => {
        const picture = document.querySelector('.getting-started-media img');
        return picture?.complete && picture.naturalWidth > 0 ? picture.currentSrc : '';
      })()`),
    (source) => source.includes(file),
    30,
    `The picture ${file}`,
  );
}

/** Which of the steps have their mark, in their order. */
async function done(page: Page): Promise<readonly boolean[]> {
  const marks = page.locator('.getting-started-step [role=checkbox]');
  return Promise.all((await marks.all()).map(async (mark) => (await mark.getAttribute('aria-checked')) === 'true'));
}
