import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { createModelFolder, saveModel } from '../../src/model/modelFolder';
import { type EditorSession, findWebview } from '../launcher/launcher';
import { sampleDescription, sampleParameters, withBest } from '../unit/model/sampleModel';
import {
  answer,
  eventually,
  openWorkbench,
  photograph,
  question,
  runCommand,
  shows,
  whaleWorkspace,
  type Workspace,
} from './workbench';

describe('what another program does on disk', () => {
  /** Where the model comes from that the other program copies. */
  let source: Workspace;
  let workspace: Workspace;
  let session: EditorSession;
  let page: Page;
  let model: string;
  let made: string;

  before(async () => {
    source = whaleWorkspace(1);
    const { folder, description } = await createModelFolder(join(source.folder, 'models'), sampleDescription('ahab'));
    await saveModel(folder, withBest(description, 10), sampleParameters(10));
    made = folder;
    workspace = whaleWorkspace(2);
    model = join(workspace.folder, '.textloom', 'models', 'ahab');
    session = await openWorkbench({ workspace: workspace.folder, size: { width: 1400, height: 900 } });
    ({ page } = session);
  });

  after(async () => {
    await session.close();
    workspace.remove();
    source.remove();
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await photograph(page, `failed-disk-${this.currentTest.title}`);
  });

  const row = (view: 'Models' | 'Corpus', text: string) =>
    page.locator(`.pane-body .monaco-list[aria-label="${view}"] .monaco-list-row`, { hasText: text });

  it('to the first model of an open window is seen in the view of models and in its tab', async () => {
    await page.locator('.activitybar .action-label[aria-label="Textloom"]').click();
    await page.getByText('There is no model here yet').waitFor();
    elsewhere(`fs.mkdirSync(${quoted(model)}, { recursive: true });
      for (const name of fs.readdirSync(${quoted(made)}))
        fs.copyFileSync(path.join(${quoted(made)}, name), path.join(${quoted(model)}, name));`);
    await row('Models', 'ahab').first().waitFor();
    await runCommand(page, 'Textloom: Open Model');
    await question(page, 'Open Model');
    await answer(page, 'ahab');
    const card = await findWebview(page, { selector: '.model-facts .facts' }, 60);
    await card.locator('h1', { hasText: 'ahab' }).first().waitFor();
    const file = quoted(join(model, 'model.json'));
    elsewhere(`const text = fs.readFileSync(${file}, 'utf8').replace('"name": "ahab"', '"name": "ishmael"')
        .replace(/,\\s*"checksum": "[^"]*"/, '');
      fs.writeFileSync(${file} + '.new', text);
      fs.renameSync(${file} + '.new', ${file});`);
    await row('Models', 'ishmael').first().waitFor();
    await card.locator('h1', { hasText: 'ishmael' }).first().waitFor();
    elsewhere(`fs.rmSync(${quoted(join(workspace.folder, '.textloom'))}, { recursive: true })`);
    await page.getByText('There is no model here yet').waitFor();
    await card.locator('.failure', { hasText: 'There is no model in' }).waitFor();
  });

  it('to the first textloom.json of an open window is seen in the view of the corpus, also while that is hidden', async () => {
    await runCommand(page, 'View: Show Textloom');
    const recipe = quoted(join(workspace.folder, 'textloom.json'));
    elsewhere(`fs.writeFileSync(${recipe}, '{ "exclude": ["chapter_1.md"] }')`);
    await row('Corpus', 'chapter_1.md').filter({ hasText: 'left out by' }).waitFor();
    await runCommand(page, 'View: Show Explorer');
    await row('Corpus', 'chapter_1.md').waitFor({ state: 'detached' });
    // No recipe tells of this one: to look at the view is to look at the disk.
    elsewhere(`fs.writeFileSync(${quoted(join(workspace.folder, 'epilogue.md'))}, 'And I only am escaped alone.')`);
    await page.locator('.activitybar .action-label[aria-label="Textloom"]').click();
    await row('Corpus', 'epilogue.md').waitFor();
    assert.ok(await row('Corpus', 'chapter_2.md').isVisible());
  });

  it('that no watcher hears of is seen once the window has the focus again', async () => {
    const recipe = quoted(join(workspace.folder, 'textloom.json'));
    // Watchers hear of what is written by the name that they watch, and not by another name of the same file.
    const other = quoted(join(source.folder, 'other.json'));
    elsewhere(`fs.linkSync(${recipe}, ${other})`);
    await runCommand(page, 'Textloom: Refresh Corpus');
    await row('Corpus', 'chapter_1.md').filter({ hasText: 'left out by' }).waitFor();
    elsewhere(`fs.writeFileSync(${other}, '{ "exclude": ["chapter_2.md", "nothing.md"] }')`);
    const leftOut = row('Corpus', 'chapter_2.md').filter({ hasText: 'left out by' });
    // A focus that is back before the editor has noticed that it was gone is no news to it.
    await eventually(
      async () => {
        await focus(page, false);
        await focus(page, true);
        return shows(leftOut);
      },
      (isThere) => isThere,
      60,
      'What was written by another name',
    );
  });
});

/** Has the window lose the focus, or have it again, as when the user turns to another program. */
async function focus(page: Page, has: boolean): Promise<void> {
  // The editor looks a moment after a blur whether the focus is somewhere else in it.
  await page.evaluate(`new Promise((resolve) => {
    document.hasFocus = () => ${has};
    window.dispatchEvent(new Event('${has ? 'focus' : 'blur'}'));
    setTimeout(() => requestAnimationFrame(resolve));
  }).then(() => null)`);
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

/** Runs a few lines of JavaScript, which may use `fs` and `path`, in a program of their own, and waits for its end. */
function elsewhere(script: string): void {
  execFileSync(process.execPath, ['-e', `const fs = require('node:fs'), path = require('node:path');\n${script}`]);
}
