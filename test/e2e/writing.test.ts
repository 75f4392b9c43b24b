import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import {
  changeTheme,
  eventually,
  openFile,
  opening,
  photograph,
  runCommand,
  statusBarText,
  useWorkbench,
  whaleWorkspace,
} from './workbench';

const rows = '.quick-input-list .monaco-list-row';
const choices = '.suggest-widget.visible .monaco-list-row';

describe('writing with a model, by keys', () => {
  const bench = useWorkbench(() => whaleWorkspace(12));
  let page: Page;
  let file: string;

  before(async () => {
    file = join(bench.folder, 'draft.md');
    trainBriefly(bench.folder);
    page = await bench.open({
      settings: {
        'editor.wordWrap': 'on',
        'files.autoSave': 'off',
        // Slow enough that a text is still being written when it is stopped.
        'textloom.generation.speed': 30,
        'textloom.generation.seed': 5,
      },
      size: { width: 1280, height: 800 },
    });
    await openFile(page, 'draft.md');
    await eventually(
      () => statusBarText(page),
      (text) => text.includes('whale'),
      30,
      'The model',
    );
  });

  it('stops by Esc, and by the button in the status bar, with what was written until then', async () => {
    for (const stop of [
      () => page.keyboard.press('Escape'),
      () => page.locator('.statusbar-item[id^="textloom.textloom"] a').first().click(),
    ]) {
      await page.keyboard.press('Control+Alt+Enter');
      await eventually(
        () => editorText(page),
        (text) => text.length > opening.length + 20,
        30,
        'Some text',
      );
      await stop();
      await eventually(
        () => statusBarText(page),
        (text) => !text.includes('Writing'),
        30,
        'A stop',
      );
      const written = await savedText(page, file, (text) => text.length > opening.length);
      assert.ok(written.startsWith(opening), written);
      assert.ok(written.length < opening.length + 400, `${written.length} characters`);
      await focusEditor(page);
      await page.keyboard.press('Control+Z');
      assert.equal(await savedText(page, file, (text) => text === opening), opening);
    }
  });

  it('shows alternatives in place, draws more of them, and leaves the text as it is by Esc', async () => {
    await openAlternatives(page);
    await press(page, 'ArrowDown', rows, 1);
    const second = await page.locator(rows).nth(1).locator('.label-name').first().innerText();
    const beginning = flat(second.slice(1, 40));
    await eventually(
      () => previewText(page),
      (text) => flat(text).startsWith(beginning),
      30,
      `A preview of "${second}"`,
    );
    await photograph(page, 'alternatives-dark');
    // From the first row, up goes to the last: the one that draws others.
    await press(page, 'ArrowUp', rows, 0);
    await press(page, 'ArrowUp', rows, 5);
    await page.keyboard.press('Enter');
    await eventually(
      () => page.locator(rows).count(),
      (count) => count >= 10,
      60,
      'More of them',
    );
    await page.keyboard.press('Escape');
    await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await eventually(
      () => previewText(page),
      (text) => text === '',
      30,
      'The end of the preview',
    );
    assert.equal(await page.locator('.tab.active.dirty').count(), 0, 'nothing to save');
    assert.equal(readFileSync(file, 'utf8'), opening);
  });

  it('writes the alternative that Enter takes as one undo step', async () => {
    await openAlternatives(page);
    const first = await page.locator(rows).first().locator('.label-name').first().innerText();
    await page.keyboard.press('Enter');
    const written = await savedText(page, file, (text) => text.length > opening.length);
    assert.ok(written.startsWith(opening), written);
    assert.ok(flat(written.slice(opening.length)).startsWith(flat(first.slice(1, 40))), `${first} | ${written}`);
    await page.keyboard.press('Control+Z');
    assert.equal(await savedText(page, file, (text) => text === opening), opening);
  });

  it('names what the model has never seen, and offers to teach it; in a light theme', async () => {
    await changeTheme(page, 'Light Modern');
    await focusEditor(page);
    await page.keyboard.type(' Ω☃ ');
    await openAlternatives(page);
    await photograph(page, 'alternatives-light');
    await page.keyboard.press('Escape');
    await runCommand(page, 'Notifications: Show Notifications');
    const notice = page.locator('.notification-list-item', { hasText: 'has never seen Ω ☃' }).first();
    await notice.waitFor();
    await photograph(page, 'prompt-doctor-light');
    await notice.getByRole('button', { name: 'Extend the Vocabulary' }).click();
    await page.getByPlaceholder(/2 new symbols/).waitFor();
    await page.keyboard.press('Escape');
  });

  describe('step by hand', () => {
    beforeEach(async () => {
      await focusEditor(page);
      await page.keyboard.press('Control+A');
      await page.keyboard.type(opening);
      await runCommand(page, 'Textloom: Step by Hand');
      await offered((labels) => labels.length > 1, 'Ways on');
    });

    afterEach(async () => {
      await page.keyboard.press('Escape');
      await eventually(
        () => statusBarText(page),
        (text) => !text.includes('Step by hand'),
        30,
        'The end of the mode',
      );
      writeUnit('word');
    });

    it('takes the way that the arrows went to, and offers what may follow it', async () => {
      await press(page, 'ArrowDown', choices, 1);
      const [, second] = await offered((labels) => labels.length > 1, 'Ways on');
      await page.keyboard.press('Enter');
      const text = await textOf((found) => found !== opening);
      assert.ok(text.startsWith(opening), text);
      assert.equal(flat(text.slice(opening.length)), flat(second!));
      await offered((labels) => labels.length > 1 && labels[1] !== second, 'What may follow');
      assert.equal(await focusedRow(page, choices), 0);
    });

    it('narrows the choice to the letters typed, and writes them once', async () => {
      await page.keyboard.type(' th', { delay: 60 });
      const [first] = await offered(startWith('th'), 'Words with these letters');
      await page.keyboard.press('Enter');
      const text = await textOf((found) => found.length > opening.length + 3);
      assert.equal(text.trimEnd(), `${opening} ${first!}`);
    });

    it('keeps up with a blank and letters that follow at once, with letters taken back, and with a comma', async () => {
      for (const letter of ['w', 'a', 's', 'h', 'o']) {
        await page.keyboard.type(` ${letter}`);
        await offered(startWith(letter), `Words with ${letter}`);
        await page.keyboard.press('Backspace');
        await offered((labels) => labels.some((label) => !label.startsWith(letter)), 'Words with any letter');
      }
      await page.keyboard.type(', t');
      const [first] = await offered(startWith('t'), 'Words after a comma');
      await page.keyboard.press('Enter');
      await textOf((text) => text.trimEnd().endsWith(`, ${first!}`));
    });

    it('goes on after a blank that was itself one of the choices', async () => {
      await page.keyboard.press('Escape');
      writeUnit('character');
      await page.keyboard.type(' the');
      await eventually(
        async () => {
          await runCommand(page, 'Textloom: Step by Hand');
          return offered((labels) => labels.length > 1, 'Ways on');
        },
        (labels) => labels.some((label) => label.includes('space')),
        60,
        'Characters, a blank among them',
      );
      await page.keyboard.type(' ');
      await offered((labels) => labels.length > 3 && !labels[0]!.includes('space'), 'Characters after the blank');
    });

    it('ends by Esc: what is typed then is asked of nobody', async () => {
      await page.keyboard.press('Escape');
      await eventually(
        () => statusBarText(page),
        (text) => text.includes('whale') && !text.includes('Step by hand'),
        30,
        'The end of the mode',
      );
      await page.locator('.suggest-widget.visible').waitFor({ state: 'hidden' });
      await page.keyboard.type(' the');
      await textOf((text) => text === `${opening} the`);
      assert.equal(await page.locator(choices).count(), 0);
    });

    /** The list at the cursor, once it is right and stays so. */
    function offered(isRight: (labels: readonly string[]) => boolean, what: string): Promise<readonly string[]> {
      return atRest(() => page.locator(`${choices} .label-name`).allInnerTexts(), isRight, what, 700);
    }

    function startWith(letters: string): (labels: readonly string[]) => boolean {
      return (labels) => labels.length > 0 && labels.every((label) => label.startsWith(letters));
    }

    function textOf(isRight: (text: string) => boolean): Promise<string> {
      return eventually(() => editorText(page), isRight, 30, 'The text');
    }

    /** The workspace's settings are read again as they change. */
    function writeUnit(unit: 'word' | 'character'): void {
      mkdirSync(join(bench.folder, '.vscode'), { recursive: true });
      const settings = { 'textloom.stepByHand.unit': unit };
      writeFileSync(join(bench.folder, '.vscode', 'settings.json'), JSON.stringify(settings));
    }
  });
});

/** A model that has seen enough to write words. */
function trainBriefly(folder: string): void {
  const recipe = '--name whale --steps 250 --tokenizer char --hidden 160 --layers 1 --batch 24 --sequence 32 --seed 1';
  execFileSync(process.execPath, ['dist/cli.js', 'train', folder, ...recipe.split(' '), '--engine', 'wasm', '--json']);
}

/** Opens the list of drafts, and waits until all of them are complete: a list that is filled takes no arrows. */
async function openAlternatives(page: Page): Promise<void> {
  await runCommand(page, 'Textloom: Choose from Alternatives');
  await page.locator('.quick-input-titlebar', { hasText: 'Choose from Alternatives' }).waitFor();
  await atRest(
    async () => ({
      labels: await page.locator(`${rows} .label-name`).allInnerTexts(),
      busy: await page.locator('.quick-input-progress.active').count(),
      focused: await focusedRow(page, rows),
    }),
    ({ labels, busy, focused }) => {
      const drafts = labels.slice(0, 5);
      return busy === 0 && focused === 0 && labels.length > 5 && drafts.every((label) => label.length > 1);
    },
    'Five drafts',
  );
}

/** Waits until an answer is right and has been the same for longer than a list waits before it says that it is busy. */
async function atRest<T>(
  ask: () => Promise<T>,
  isRight: (answer: T) => boolean,
  what: string,
  milliseconds = 1500,
): Promise<T> {
  let last = '';
  let since = Date.now();
  const { answer } = await eventually(
    async () => {
      const found = await ask();
      const text = JSON.stringify(found);
      if (text !== last) since = Date.now();
      last = text;
      return { answer: found, rest: Date.now() - since };
    },
    ({ answer: found, rest }) => rest > milliseconds && isRight(found),
    60,
    what,
  );
  return answer;
}

/** Presses an arrow, and waits until it has brought the focus to a row. */
async function press(page: Page, key: 'ArrowUp' | 'ArrowDown', list: string, row: number): Promise<void> {
  await page.keyboard.press(key);
  await eventually(
    () => focusedRow(page, list),
    (focused) => focused === row,
    60,
    `The focus on row ${row}`,
  );
}

/** The row of a list that has the focus, from 0; null where none has. */
function focusedRow(page: Page, list: string): Promise<number | null> {
  return page.evaluate<number | null>(`(() => {
    const row = document.querySelector(${JSON.stringify(`${list}.focused`)});
    return row === null ? null : Number(row.dataset.index);
  })()`);
}

/** What the card below the cursor says: '' where there is none. */
async function previewText(page: Page): Promise<string> {
  const css = await page.evaluate<string>(`(() => {
    for (const element of document.querySelectorAll('.view-line span')) {
      const { content, position } = getComputedStyle(element, '::after');
      if (position === 'absolute' && content.startsWith('"')) return content;
    }
    return '""';
  })()`);
  return css.slice(1, -1).replace(/\\([0-9a-f]+) ?|\\(.)/g, (_, code: string | undefined, plain: string) => {
    return code === undefined ? plain : String.fromCodePoint(parseInt(code, 16));
  });
}

/** What stands in the active editor, as far as it is drawn; blanks are blanks. */
async function editorText(page: Page): Promise<string> {
  const lines = await page.locator('.editor-group-container.active .view-line').allInnerTexts();
  return lines.join('').replace(/\u00a0/g, ' ');
}

async function focusEditor(page: Page): Promise<void> {
  await page.keyboard.press('Control+1');
  await page.locator('.editor-group-container.active .monaco-editor.focused').waitFor();
  await page.keyboard.press('Control+End');
}

function flat(text: string): string {
  return text.replace(/↵/g, ' ').replace(/\s+/g, ' ').trim();
}

/** Saves the active editor until the file on disk is right, and gives its text. */
async function savedText(page: Page, file: string, isRight: (text: string) => boolean): Promise<string> {
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
