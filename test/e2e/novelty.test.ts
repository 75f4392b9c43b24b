import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { trainByTerminal } from './trainByTerminal';
import {
  emptyWorkspace,
  eventually,
  openFile,
  photograph,
  runCommand,
  statusBarText,
  useWorkbench,
  within,
} from './workbench';

const refrain = 'Row, row, row your boat, gently down the stream; merrily, merrily, life is but a dream.\n';

describe('writing with a model that knows its text by heart', () => {
  const bench = useWorkbench(() => emptyWorkspace('songs'));
  let page: Page;

  before(async () => {
    writeFileSync(join(bench.folder, 'song.md'), refrain.repeat(200));
    trainByTerminal(bench.folder, 'parrot', { hidden: 64, steps: 300 });
    writeFileSync(join(bench.folder, 'draft.md'), 'Row, row, ');
    page = await bench.open({
      settings: {
        'editor.wordWrap': 'on',
        'files.autoSave': 'off',
        'textloom.generation.temperature': 0,
        'textloom.generation.length': 200,
      },
    });
    await openFile(page, 'draft.md');
    await eventually(
      () => statusBarText(page),
      (text) => text.includes('parrot'),
      60,
      'The model',
    );
  });

  it('underlines what was copied for a moment, and says on hover from where', async () => {
    // The line is there for a moment only: where a slow machine has missed it, some more is written.
    await eventually(
      async () => {
        await page.keyboard.press('Control+End');
        await page.keyboard.press('Control+Alt+Enter');
        const isMarked = await within(15, async () => (await underlined(page)) > 0);
        if (!isMarked) return '';
        for (let i = 0; i < 8; i++) await page.keyboard.press('ArrowLeft');
        await runCommand(page, 'Show or Focus Hover');
        const hover = page.locator('.monaco-hover', { hasText: 'characters as in' }).first();
        await within(5, () => hover.isVisible());
        const said = await hover.innerText({ timeout: 1000 }).catch(() => '');
        if (said !== '') await photograph(page, 'copied-hover');
        await page.keyboard.press('Escape');
        return said;
      },
      (said) => /\d+\scharacters\sas\sin\s(songs\/)?song\.md:\d+/.test(said),
      150,
      'Where it was copied from',
    );
  });
});

/** How many stretches of text on the screen have a dotted line below them. */
function underlined(page: Page): Promise<number> {
  return page.evaluate<number>(`[...document.querySelectorAll('.view-overlays [class*="ced-"]')]
    .filter((mark) => getComputedStyle(mark).borderBottomStyle === 'dotted').length`);
}
