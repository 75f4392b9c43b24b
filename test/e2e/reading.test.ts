import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { trainByTerminal } from './trainByTerminal';
import {
  changeTheme,
  eventually,
  openFile,
  photograph,
  question,
  runCommand,
  shows,
  statusBarText,
  themes,
  useWorkbench,
  whaleWorkspace,
} from './workbench';

const draft = `It was a damp, drizzly morning, and the captain stood upon the deck and looked at the sea.
The whale was there, and the ship was therr, and teh men of the ship were at their oars.
xqzj kwvq! Then the old man said that they should lower the boats for the whale.

`;

describe('reading with a model', () => {
  const bench = useWorkbench(() => whaleWorkspace(12));
  let page: Page;

  before(async () => {
    writeFileSync(join(bench.folder, 'draft.md'), draft);
    trainByTerminal(bench.folder, 'small', { hidden: 24, steps: 60 });
    trainByTerminal(bench.folder, 'whale', { hidden: 96, steps: 450 });
    writeFileSync(join(bench.folder, 'long.txt'), longText(6e6));
    page = await bench.open({
      settings: {
        'editor.wordWrap': 'on',
        'files.autoSave': 'off',
        'editor.hover.delay': 100,
        // Of two models of one text, the memory is the same: what their LSTMs make of it is what differs.
        'textloom.generation.memory': 'off',
      },
    });
    await openFile(page, 'draft.md');
    await eventually(
      () => statusBarText(page),
      (text) => /whale|small/.test(text),
      60,
      'The model',
    );
  });

  it('fills a table of the models as each is scored, and the one picked writes', async () => {
    await runCommand(page, 'Textloom: Compare Models');
    await question(page, 'Compare Models on draft.md');
    const rows = page.locator('.quick-input-list .monaco-list-row');
    await eventually(
      async () => (await rows.allInnerTexts()).join(' '),
      (text) => text.split('bits per character').length === 3,
      60,
      'Two scores',
    );
    const [best, other] = await rows.allInnerTexts();
    assert.match(best!, /whale[^]*· best/);
    assert.match(other!, /small[^]*\+\d/);
    await photograph(page, 'compare-dark');
    await takeModel(page, 'small');
    await eventually(
      () => statusBarText(page),
      (text) => text.includes('small'),
      60,
      'The picked model in the status bar',
    );
    await runCommand(page, 'Textloom: Compare Models');
    await rows.filter({ hasText: '· best' }).waitFor({ timeout: 60_000 });
    await takeModel(page, 'whale');
    await eventually(
      () => statusBarText(page),
      (text) => text.includes('whale'),
      60,
      'The best model in the status bar',
    );
  });

  it('colours what is surprising, in every kind of theme, with a legend', async () => {
    await runCommand(page, 'Textloom: Toggle Surprise');
    await eventually(
      () => surpriseText(page),
      (text) => /[\d.]+ bits\/character/.test(text),
      30,
      'A mean',
    );
    const seen = new Set<string>();
    for (const [name, theme] of Object.entries(themes)) {
      await changeTheme(page, theme);
      const colours = await eventually(
        () => coloursIn(page),
        (found) => found.length >= 3 && !seen.has(found.join()),
        60,
        `Colours of ${theme}`,
      );
      seen.add(colours.join());
      await photograph(page, `surprise-${name}`);
    }
    await changeTheme(page, themes.dark);
    const legend = page.locator('.monaco-hover', { hasText: 'astonishing' });
    // A hover that comes as the item is drawn anew goes with it.
    await eventually(
      async () => {
        if (await legend.isVisible()) return true;
        await page.mouse.move(600, 500);
        await page.locator(surpriseItem).hover();
        return shows(legend);
      },
      (isThere) => isThere,
      60,
      'The legend',
    );
    await photograph(page, 'surprise-legend');
    await page.mouse.move(600, 600);
  });

  it('jumps to the most surprising place, and says there what was expected', async () => {
    await runCommand(page, 'Textloom: Go to Next Surprising Passage');
    const cursor = page.locator('.statusbar-item', { hasText: /Ln \d+, Col \d+/ });
    await eventually(
      () => cursor.innerText(),
      (text) => text.includes('Ln 3,'),
      60,
      'The line of noise',
    );
    const hover = page.locator('.monaco-hover', { hasText: 'Expected:' });
    await eventually(
      async () => {
        await runCommand(page, 'Show or Focus Hover');
        return (await shows(hover)) ? await hover.innerText({ timeout: 1000 }).catch(() => '') : '';
      },
      (text) => /[\d.]+ bits for .*1 in (?:[\d,]+|more than a million)[^]*Expected: .+%/.test(text),
      60,
      'What was expected',
    );
    await photograph(page, 'surprise-hover');
    await page.keyboard.press('Escape');
  });

  it('scores what is typed, and takes the colours away again', async () => {
    const before = await marksIn(page);
    await page.keyboard.press('Control+End');
    await page.keyboard.type('The captain zzxqj said');
    await eventually(
      () => marksIn(page),
      (count) => count >= before + 2,
      60,
      'Colours on the new line',
    );
    await photograph(page, 'surprise-typed');
    await runCommand(page, 'Textloom: Toggle Surprise');
    await eventually(
      () => coloursIn(page),
      (found) => found.length === 0,
      60,
      'No colours',
    );
  });

  it('colours what is seen of a long document first, and what is scrolled to, long before the rest', async () => {
    await openFile(page, 'long.txt');
    await page.keyboard.press('Control+Home');
    await runCommand(page, 'Textloom: Toggle Surprise');
    await eventually(() => progressIn(page), isOnTheWay, 120, 'Colours at the start');
    await page.keyboard.press('Control+End');
    await page.locator('.view-line', { hasText: 'kwvq' }).waitFor();
    await eventually(() => progressIn(page), isOnTheWay, 120, 'Colours at the end');
    await photograph(page, 'surprise-on-the-way');
    await runCommand(page, 'Textloom: Toggle Surprise');
    await eventually(
      () => progressIn(page),
      ({ status, marks }) => status === '' && marks === 0,
      60,
      'No colours',
    );
  });
});

/** The chapters over and over, so that a score of them all takes a while, and a line of noise. */
function longText(length: number): string {
  const data = join('node_modules', '@stdlib', 'datasets-moby-dick', 'data');
  const chapters = Array.from({ length: 60 }, (_, i) => readFileSync(join(data, `chapter_${i + 1}.txt`), 'utf8'));
  return `xqzj kwvs\n${chapters.join('\n').repeat(20).slice(0, length)}\nxqzj kwvq\n`;
}

interface SurpriseProgress {
  readonly status: string;
  readonly marks: number;
}

/** What is said of a score, and how much is coloured, at one moment. */
function progressIn(page: Page): Promise<SurpriseProgress> {
  return page.evaluate<SurpriseProgress>(`({
    status: document.querySelector(${JSON.stringify(surpriseItem)})?.textContent ?? '',
    marks: document.querySelectorAll('.view-overlays [class*="ced-"]').length,
  })`);
}

function isOnTheWay({ status, marks }: SurpriseProgress): boolean {
  return /\d%/.test(status) && !status.includes('100%') && marks > 0;
}

const surpriseItem = '.statusbar-item[id$="textloom.surprise"]';

async function surpriseText(page: Page): Promise<string> {
  const item = page.locator(surpriseItem);
  return (await item.count()) === 0 ? '' : ((await item.textContent()) ?? '');
}

/** Goes down the open list to the row of a model, and takes it. */
async function takeModel(page: Page, name: string): Promise<void> {
  const focused = page.locator('.quick-input-list .monaco-list-row.focused').first();
  for (let row = 0; row < 5; row++) {
    if ((await focused.innerText()).includes(name)) return page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
  }
  assert.fail(`${name} is not in the list.`);
}

/** How many stretches of the text on the screen are coloured. */
function marksIn(page: Page): Promise<number> {
  return page.locator('.view-overlays [class*="ced-"]').count();
}

/** The distinct colours behind the text. */
function coloursIn(page: Page): Promise<readonly string[]> {
  return page.evaluate<string[]>(`(() => {
    const marks = [...document.querySelectorAll('.view-overlays [class*="ced-"]')];
    const colours = marks.map((mark) => getComputedStyle(mark).backgroundColor);
    return [...new Set(colours)].filter((colour) => colour !== 'rgba(0, 0, 0, 0)').sort();
  })()`);
}
