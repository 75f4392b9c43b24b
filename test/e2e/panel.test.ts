import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { findWebview } from '../launcher/launcher';
import { trainByTerminal } from './trainByTerminal';
import { violations } from './violations';
import {
  answer,
  changeTheme,
  eventually,
  openFile,
  opening,
  photograph,
  pickFile,
  runCommand,
  themes,
  untilSeen,
  useWorkbench,
  wearsTheme,
  whaleWorkspace,
  type Workbench,
} from './workbench';

/** Of the window, whose right half the panel has. */
const widths = { narrow: 900, half: 1600, wide: 2700 } as const;

const size = { width: 1600, height: 1000 } as const;

describe('the panel of a run that was there before the window', () => {
  const bench = useWorkbench(() => whaleWorkspace(6));
  let page: Page;

  before(async () => {
    trainByTerminal(bench.folder, 'queequeg', { hidden: 48, steps: 160 });
    trainByTerminal(bench.folder, 'ishmael', { hidden: 48, steps: 160 });
    page = await bench.open({
      settings: { 'files.autoSave': 'off' },
      size,
    });
    await openFile(page, 'draft.md');
    await runCommand(page, 'Textloom: Show Panel');
  });

  it('shows the run, with an earlier one beneath it', async () => {
    const panel = await dashboard(page);
    assert.equal(await panel.locator('.title h1').innerText(), 'ishmael');
    await panel.getByRole('button', { name: 'Earlier runs' }).waitFor();
    assert.match(await panel.locator('.coach').innerText(), /On unseen text it is .* \d-gram baseline/);
  });

  it('saves the chart as SVG and PNG, and its numbers as CSV, beside the model', async () => {
    const panel = await dashboard(page);
    const model = join(bench.folder, '.textloom', 'models', 'ishmael');
    const save = async (button: string, file: string): Promise<Buffer> => {
      await panel.getByRole('button', { name: button }).press('Enter');
      const name = page.locator('.quick-input-widget input.input');
      await name.waitFor({ state: 'visible' });
      await eventually(
        () => name.inputValue(),
        (path) => path.endsWith(file),
        30,
        'A name to save under',
      );
      // The dialog looks its folder through first, and passes over an Enter that comes before.
      await eventually(
        async () => {
          if (await name.isVisible()) await page.keyboard.press('Enter');
          await name.waitFor({ state: 'hidden', timeout: 3000 }).catch(() => undefined);
          return name.isVisible();
        },
        (isOpen) => !isOpen,
        60,
        'The end of the dialog',
      );
      const path = join(model, file);
      // It is made empty, and filled then.
      return eventually(
        () => Promise.resolve(existsSync(path) ? readFileSync(path) : Buffer.alloc(0)),
        (content) => content.length > 0,
        30,
        file,
      );
    };
    const svg = (await save('Save the chart as SVG', 'chart.svg')).toString('utf8');
    assert.match(svg, /^<svg [^>]*width="960"/);
    assert.ok(svg.includes('>ishmael</text>') && svg.split('<polyline').length > 8);
    const png = await save('Save the chart as PNG', 'chart.png');
    assert.equal(png.subarray(1, 4).toString('latin1'), 'PNG');
    assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [1920, 1080]);
    const [header, ...rows] = (await save('Save the numbers as CSV', 'metrics.csv'))
      .toString('utf8')
      .trim()
      .split('\n');
    assert.match(header!, /^kind,step,seconds/);
    const scores = await panel.locator('.data-table tbody tr').count();
    assert.equal(rows.filter((row) => row.startsWith('evaluation,')).length, scores);
    assert.ok(rows.every((row) => row.split(',').length === header!.split(',').length));
  });

  it('zooms and pans by keys, by wheel and by dragging', async () => {
    const panel = await dashboard(page);
    const whole = panel.getByRole('button', { name: 'Show the whole run' });
    const chart = panel.locator('.chart-large');
    await chart.focus();
    const everything = await settled(panel);
    await page.keyboard.press('+');
    await whole.waitFor();
    await changed(panel, everything);
    const zoomed = await settled(panel);
    await page.keyboard.press('Shift+ArrowRight');
    await changed(panel, zoomed);
    await page.keyboard.press('Escape');
    await whole.waitFor({ state: 'hidden' });
    await eventually(
      () => ink(panel),
      (drawn) => drawn === everything,
      30,
      'The whole run again',
    );
    const box = (await chart.boundingBox())!;
    const [left, middle] = [box.x + box.width * 0.3, box.y + box.height / 2];
    await page.mouse.move(left, middle);
    await page.mouse.down();
    await page.mouse.move(left + box.width * 0.3, middle, { steps: 5 });
    await page.mouse.up();
    await whole.waitFor();
    const stretch = await settled(panel);
    await page.keyboard.down('Shift');
    await page.mouse.move(left + box.width * 0.2, middle);
    await page.mouse.down();
    await page.mouse.move(left, middle, { steps: 5 });
    await page.mouse.up();
    await page.keyboard.up('Shift');
    await changed(panel, stretch);
    await page.mouse.dblclick(left, middle);
    await whole.waitFor({ state: 'hidden' });
    await page.mouse.wheel(0, -200);
    await whole.waitFor();
    await whole.press('Enter');
    await whole.waitFor({ state: 'hidden' });
  });

  it('reads scores out to who asks for them by arrow', async () => {
    const panel = await dashboard(page);
    await panel.locator('.chart-large').focus();
    await page.keyboard.press('ArrowLeft');
    await eventually(
      () => panel.locator('.spoken[role=status]').innerText(),
      (text) => /Unseen text \d/.test(text),
      30,
      'A score in the live region',
    );
  });

  it('tells what is below the pointer', async () => {
    const panel = await dashboard(page);
    const box = (await panel.locator('.chart-large').boundingBox())!;
    const tooltip = panel.locator('.loss .tooltip');
    await eventually(
      async () => {
        await page.mouse.move(box.x + box.width * (0.4 + 0.2 * Math.random()), box.y + box.height / 2);
        return (await tooltip.isVisible()) ? tooltip.innerText() : '';
      },
      (text) => /Unseen text\s+\d\.\d+/.test(text) && text.includes('-gram'),
      30,
      'The read-out',
    );
  });

  it('counts in bits and by a logarithmic scale once that is chosen', async () => {
    const panel = await dashboard(page);
    const choose = async (list: string, choice: string): Promise<void> => {
      const before = await settled(panel);
      const select = panel.locator(`vscode-single-select[label="${list}"]`);
      await select.click();
      await select.locator('.option', { hasText: choice }).click();
      await changed(panel, before);
    };
    await choose('Loss in', 'Bits');
    await choose('Scale', 'Logarithmic');
    await photograph(page, 'panel-bits-logarithmic');
    await choose('Scale', 'Linear');
    await choose('Loss in', 'Nats');
  });

  it('plays from noise to prose, and says what its button does', async () => {
    const panel = await dashboard(page);
    await panel.getByRole('button', { name: 'Play from the first sample' }).press('Enter');
    await panel.getByRole('button', { name: 'Stop playing' }).waitFor();
    await panel.getByRole('button', { name: 'Play from the first sample' }).waitFor({ timeout: 60_000 });
    const copy = panel.getByRole('button', { name: /^Copy/ }).first();
    // It is said for two seconds only: where a slow machine has missed it, the sample is copied again.
    await untilSeen(page.locator('.statusbar-item', { hasText: 'Sample copied' }), () => copy.press('Enter'));
  });

  it('keeps still where less motion is wished', async () => {
    const panel = await dashboard(page);
    const animation = () =>
      panel.evaluate<string>(`(async () => {
        const bar = document.querySelector('.header vscode-progress-bar');
        const before = bar.indeterminate;
        bar.indeterminate = true;
        await bar.updateComplete;
        const name = getComputedStyle(bar.shadowRoot.querySelector('[part~=indicator]')).animationName;
        bar.indeterminate = before;
        return name;
      })()`);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await eventually(animation, (name) => name !== 'none', 30, 'A bar that moves');
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await eventually(animation, (name) => name === 'none', 30, 'A bar that keeps still');
    await page.emulateMedia({ reducedMotion: null });
  });

  it('goes back in time along its samples by keys, and puts one at the cursor', async () => {
    const panel = await dashboard(page);
    await panel.getByRole('slider', { name: /noise to prose/ }).focus();
    await page.keyboard.press('Home');
    const captions = panel.locator('.moment:not([hidden]) h3');
    await eventually(
      () => captions.allInnerTexts(),
      (texts) => texts[0]?.startsWith('Then') === true && texts[1]?.startsWith('Now') === true,
      30,
      'Then and now',
    );
    await photograph(page, 'panel-then-and-now');
    const sample = await panel.evaluate<string>(
      `document.querySelector('.moment:not([hidden]) .sample').lastChild.textContent`,
    );
    await panel.getByRole('button', { name: 'Insert in the editor' }).first().press('Enter');
    await page.locator('.editor-group-container.active .monaco-editor.focused').waitFor();
    const file = join(bench.folder, 'draft.md');
    await eventually(
      async () => {
        await page.keyboard.press('Control+S');
        return readFileSync(file, 'utf8');
      },
      (text) => text === opening + sample,
      30,
      'The sample in the text',
    );
    await page.keyboard.press('Control+Z');
    await page.keyboard.press('Control+S');
    await panel.getByRole('slider', { name: /noise to prose/ }).focus();
    await page.keyboard.press('End');
  });

  it('is walked through by Tab alone, and every stop has a name', async () => {
    const panel = await dashboard(page);
    await panel.evaluate(`document.activeElement?.blur?.()`);
    await panel.locator('vscode-button:not([hidden])').first().focus();
    const names: string[] = [];
    for (let stop = 0; stop < 40; stop++) {
      names.push(await panel.evaluate<string>(focusedName));
      await page.keyboard.press('Tab');
      if (!(await panel.evaluate<boolean>('document.hasFocus()'))) break;
    }
    for (const expected of [
      'Continue…',
      'Loss in',
      'Save the chart as PNG',
      'Earlier runs',
      'Loss against time',
      'noise to prose',
      'Copy',
      'Insert',
    ]) {
      assert.ok(
        names.some((name) => name.includes(expected)),
        `${expected} among ${names.join(' | ')}`,
      );
    }
    assert.ok(!names.includes(''), names.join(' | '));
  });

  it('stays whole at 200 % zoom', async () => {
    // A window of 1600 x 1000 pixels has half as many at 200 %, each of them four.
    await page.setViewportSize({ width: size.width / 2, height: size.height / 2 });
    const panel = await dashboard(page);
    await eventually(
      () => panel.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth && innerWidth < 800'),
      (fits) => fits,
      30,
      'Fitting',
    );
    await photograph(page, 'panel-200-percent');
    assert.deepEqual(await violations(panel), []);
    await page.setViewportSize(size);
  });

  for (const [themeName, theme] of Object.entries(themes)) {
    it(`has no fault in accessibility at any width in ${theme}`, async () => {
      await changeTheme(page, theme);
      for (const [widthName, width] of Object.entries(widths)) {
        await page.setViewportSize({ width, height: size.height });
        const panel = await dashboard(page);
        await eventually(
          () => panel.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth'),
          (fits) => fits,
          30,
          'Fitting',
        );
        await wearsTheme(panel, themeName);
        await photograph(page, `panel-${themeName}-${widthName}`);
        assert.deepEqual(await violations(panel), [], `${theme}, ${widthName}`);
      }
      await page.setViewportSize(size);
    });
  }

  it('is docked below the editor too, and is there only while it can be seen', async () => {
    const loss = await (await dashboard(page)).locator('.tile .value').first().innerText();
    await page.keyboard.press('Control+2');
    await pickFile(page, 'chapter_2.md');
    await eventually(
      () => hasDashboard(page),
      (there) => !there,
      30,
      'The end of the hidden tab',
    );
    await runCommand(page, 'Textloom: Focus on Training Panel View');
    const docked = await dashboard(page);
    assert.equal(await docked.locator('.title h1').innerText(), 'ishmael');
    assert.equal(await docked.locator('.tile .value').first().innerText(), loss);
    await docked.getByRole('button', { name: 'Earlier runs' }).waitFor();
    await photograph(page, 'panel-docked');
    assert.deepEqual(await violations(docked), []);
    await runCommand(page, 'View: Toggle Panel Visibility');
    await eventually(
      () => hasDashboard(page),
      (there) => !there,
      30,
      'The end of the hidden view',
    );
    await page.locator('.tab', { hasText: 'Textloom' }).first().click();
    await dashboard(page);
  });

  it('tells all of its numbers in a table', async () => {
    const table = (await dashboard(page)).locator('.data-table');
    await table.locator('summary').click();
    assert.deepEqual(await table.locator('thead th').allTextContents(), [
      'Time',
      'Step',
      'Unseen text',
      'Bits',
      'Training text',
      'Rate',
      'Gradient norm',
      'Tokens/s',
      'Best',
    ]);
    const scores = metrics(bench).map((line) => JSON.parse(line) as { step: number; natsPerCharacter: number });
    const rows = (await table.locator('tbody tr').allInnerTexts()).map((row) => row.split(/\s+/));
    assert.deepEqual(
      rows.map(([, step, nats]) => [Number(step), Number(nats)]),
      scores.map(({ step, natsPerCharacter }) => [step, Number(natsPerCharacter.toFixed(3))]),
    );
    for (const [, , nats, bits, training, , norm = '', speed = ''] of rows) {
      const row = [nats, bits, training, norm, speed].join(' ');
      assert.ok(Math.abs(Number(bits) - Number(nats) / Math.LN2) < 2e-3, row);
      assert.ok(Number(training) > 1 && /^(–|[\d.e-]+)$/.test(norm) && parseFloat(speed) > 0, row);
    }
    await table.locator('summary').click();
  });

  it("follows the coach's advice by one press", async () => {
    const panel = await dashboard(page);
    await panel
      .locator('.coach')
      .getByRole('button', { name: /^Train \d+ more minutes?$/ })
      .press('Enter');
    await eventually(
      () => phase(page),
      (text) => text.startsWith('Training ·'),
      60,
      'A training',
    );
    assert.ok(!(await page.locator('.quick-input-widget').isVisible()), 'nothing is asked');
    await panel.getByRole('button', { name: 'Stop and Keep' }).press('Enter');
    await eventually(
      () => phase(page),
      (text) => text === 'Stopped',
      60,
      'The end',
    );
  });

  it('continues by its own button, is gone while its tab is hidden, and stops', async () => {
    await (await dashboard(page)).getByRole('button', { name: 'Continue…' }).press('Enter');
    await howMuchLonger(page, 'Standard');
    await eventually(
      () => phase(page),
      (text) => text.startsWith('Training ·'),
      60,
      'A training',
    );
    const rows = async () => (await dashboard(page)).locator('.data-table tbody tr').allTextContents();
    const before = await rows();
    await page.keyboard.press('Control+2');
    await pickFile(page, 'chapter_1.md');
    await eventually(
      () => hasDashboard(page),
      (there) => !there,
      30,
      'The end of the hidden page',
    );
    const scored = await eventually(
      () => Promise.resolve(metrics(bench).length),
      (count) => count > before.length,
      90,
      'A score that nobody sees',
    );
    assert.equal(await hasDashboard(page), false);
    await page.locator('.tab', { hasText: 'Textloom' }).first().click();
    const after = await eventually(rows, (texts) => texts.length >= scored, 30, 'The whole curve');
    assert.deepEqual(after.slice(0, before.length), before);
    const time = async () => (await dashboard(page)).locator('.tile', { hasText: 'Time left' }).innerText();
    const shown = await time();
    await eventually(time, (text) => text !== shown, 30, 'The training going on');
    await (await dashboard(page)).getByRole('button', { name: 'Stop and Keep' }).press('Enter');
    await eventually(
      () => phase(page),
      (text) => text === 'Stopped',
      60,
      'The end',
    );
  });

  it('changes the rate of a training that goes on, and discards it', async () => {
    await runCommand(page, 'Textloom: Continue Training');
    await page.locator('.quick-input-widget input[placeholder*="Which model should be trained further"]').waitFor();
    await answer(page, 'ishmael');
    await howMuchLonger(page, 'Standard');
    const panel = await dashboard(page);
    await eventually(
      () => panel.locator('.phase').innerText(),
      (text) => text.startsWith('Training ·'),
      60,
      'A training',
    );
    await panel.getByRole('button', { name: '½× rate' }).press('Enter');
    await panel.getByRole('button', { name: 'Pause' }).press('Enter');
    const model = join(bench.folder, '.textloom', 'models', 'ishmael');
    // A pause saves what has happened.
    await eventually(
      () => Promise.resolve(readFileSync(join(model, 'run.json'), 'utf8')),
      (run) => run.includes("The rate is now 0.5 times the schedule's."),
      30,
      'The change of the rate on disk',
    );
    await panel.getByRole('button', { name: 'Discard this run' }).press('Enter');
    await page.locator('.monaco-dialog-box').waitFor();
    assert.match(
      await page.locator('.monaco-dialog-box').innerText(),
      /Discard this training\?[^]*"ishmael" goes back to how it was before \(.+ of training\)/,
    );
    await page.locator('.monaco-dialog-box .monaco-button', { hasText: 'Discard' }).press('Enter');
    await eventually(
      () => panel.locator('.phase').innerText(),
      (text) => text === 'Discarded',
      30,
      'The end',
    );
    assert.match(await panel.locator('.coach').innerText(), /"ishmael" is as it was before/);
    await panel.getByRole('button', { name: 'Generate at Cursor' }).waitFor();
    const happened = await panel.locator('.happened li').allTextContents();
    assert.ok(
      happened.some((text) => /^[\d:]+: The rate is now 0\.5 times/.test(text)),
      happened.join('\n'),
    );
    assert.ok(existsSync(join(model, 'model.safetensors')), 'the model of before');
  });
});

/** The panel's page, once it shows a run. */
function dashboard(page: Page): Promise<Frame> {
  return findWebview(page, { selector: '.dashboard:not([hidden]) .chart-large canvas' }, 60);
}

/** Whether there is a page with a dashboard anywhere in the workbench. */
async function hasDashboard(page: Page): Promise<boolean> {
  const count = (frame: Frame) =>
    frame
      .locator('.dashboard')
      .count()
      .catch(() => 0); // The frame went while it was looked at.
  return (await Promise.all(page.frames().map(count))).some((found) => found > 0);
}

/** What the panel says that the run does. */
async function phase(page: Page): Promise<string> {
  return (await dashboard(page)).locator('.phase').innerText();
}

/** The scores of the run on disk, a line each. */
function metrics({ folder }: Workbench): readonly string[] {
  const file = join(folder, '.textloom', 'models', 'ishmael', 'metrics.jsonl');
  return readFileSync(file, 'utf8').trim().split('\n');
}

/** A sum over what is drawn on the large chart: another picture, another sum. */
async function ink(panel: Frame): Promise<number> {
  return await panel.evaluate<number>(`(() => {
    const canvas = document.querySelector('.chart-large canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let sum = 0;
    for (let index = 0; index < data.length; index++) sum = (sum * 31 + data[index]) | 0;
    return sum;
  })()`);
}

/** Answers the question how much longer a model may learn. */
async function howMuchLonger(page: Page, choice: string): Promise<void> {
  await page.locator('.quick-input-widget input[placeholder*="How much longer"]').waitFor({ timeout: 60_000 });
  await answer(page, choice);
}

/** The sum of the picture once two in a row are the same. */
async function settled(panel: Frame): Promise<number> {
  let last = await ink(panel);
  return eventually(
    async () => {
      const before = last;
      last = await ink(panel);
      return [before, last] as const;
    },
    ([before, now]) => before === now,
    30,
    'A picture that stays',
  ).then(([, now]) => now);
}

/** The sum of the next picture. */
function changed(panel: Frame, before: number): Promise<number> {
  return eventually(
    () => ink(panel),
    (drawn) => drawn !== before,
    30,
    'Another picture',
  );
}

/** What a screen reader would call the element that has the focus, looked for inside of components too. */
const focusedName = `(() => {
  let focused = document.activeElement;
  const names = [];
  while (focused !== null) {
    names.push(focused.getAttribute('aria-label') ?? focused.getAttribute('label') ?? focused.getAttribute('title') ?? focused.labels?.[0]?.textContent ?? '');
    names.push(focused.textContent.trim().slice(0, 60));
    focused = focused.shadowRoot?.activeElement ?? null;
  }
  return names.filter((name) => name !== '').join(' / ');
})()`;
