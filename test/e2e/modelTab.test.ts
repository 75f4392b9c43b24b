import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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
  photograph,
  pickFile,
  question,
  runCommand,
  themes,
  useWorkbench,
  wearsTheme,
  whaleWorkspace,
} from './workbench';

describe('a model as a tab of the editor', () => {
  const bench = useWorkbench(() => whaleWorkspace(6));
  let page: Page;
  let model: string;

  before(async () => {
    trainByTerminal(bench.folder, 'ahab', { hidden: 48, steps: 160 });
    model = join(bench.folder, '.textloom', 'models', 'ahab');
    mkdirSync(join(bench.folder, 'other'));
    writeFileSync(join(bench.folder, 'other', 'model.json'), '{ "somebody": "else" }\n');
    page = await bench.open({
      size: { width: 1400, height: 1300 },
    });
  });

  it('shows its card, curve, samples, text and checksum', async () => {
    await runCommand(page, 'Textloom: Open Model');
    await question(page, 'Open Model');
    await answer(page, 'ahab');
    const card = await shownCard(page);
    assert.equal(await card.locator('h1').first().innerText(), 'ahab');
    assert.equal((await page.locator('.tab.active').first().innerText()).trim(), 'ahab', 'the tab has its name');
    const description = JSON.parse(readFileSync(join(model, 'model.json'), 'utf8')) as {
      memory: { natsPerCharacter: number };
      corpus: { documents: readonly { name: string }[] };
    };
    assert.equal(
      Number(await tile(card, 'Loss on unseen text')),
      Number(description.memory.natsPerCharacter.toFixed(3)),
    );
    assert.ok((await card.locator('.loss .data-table tbody tr').count()) >= 3);
    assert.ok((await card.locator('.sample').count()) >= 2);
    assert.ok((await card.locator('.corpus').innerText()).includes(description.corpus.documents[0]!.name));
    const digest = createHash('sha256')
      .update(readFileSync(join(model, 'model.safetensors')))
      .digest('hex');
    await card.locator('.digest', { hasText: digest }).waitFor();
    assert.match(await card.locator('.facts-pair').innerText(), /Format\s+1, the newest/);
  });

  it('has the colours of each theme, without a fault in accessibility', async () => {
    const seen = new Set<string>();
    for (const [name, theme] of Object.entries(themes)) {
      await changeTheme(page, theme);
      const card = await shownCard(page);
      const colours = async () =>
        card.evaluate<string>('getComputedStyle(document.body).backgroundColor + document.body.className');
      await wearsTheme(card, name);
      await eventually(colours, (colour) => !seen.has(colour), 30, theme);
      seen.add(await colours());
      await photograph(page, `model-${name}`);
      assert.deepEqual(await violations(card), [], theme);
    }
    await changeTheme(page, themes.dark);
  });

  it('fits a narrow group', async () => {
    await page.setViewportSize({ width: 640, height: 1300 });
    const card = await shownCard(page);
    await eventually(
      () => card.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth && innerWidth < 640'),
      (fits) => fits,
      30,
      'Fitting',
    );
    await photograph(page, 'model-narrow');
    await page.setViewportSize({ width: 1400, height: 1300 });
  });

  it('shows its files anew when they change', async () => {
    const card = await shownCard(page);
    const metrics = join(model, 'metrics.jsonl');
    const rows = await card.locator('.loss .data-table tbody tr').count();
    const last = JSON.parse(readFileSync(metrics, 'utf8').trim().split('\n').at(-1)!) as {
      step: number;
      seconds: number;
    };
    // Left out: its checksum was that of the line before.
    const next = { ...last, step: last.step + 1, seconds: last.seconds + 1, checksum: undefined };
    appendFileSync(metrics, `${JSON.stringify(next)}\nnonsense\n`);
    await eventually(
      () => card.locator('.loss .data-table tbody tr').count(),
      (count) => count === rows + 1,
      20,
      'One more score',
    );
  });

  it('says what is wrong with a damaged one and what to do, and is well again when the file is', async () => {
    const path = join(model, 'model.json');
    const whole = readFileSync(path, 'utf8');
    const card = await shownCard(page);
    // They carry a copy of it, which would stand in.
    const others = ['model.safetensors', 'training.safetensors'].map((name) => join(model, name));
    for (const other of others) renameSync(other, `${other}.away`);
    writeFileSync(path, whole.slice(0, 200));
    await card.getByRole('heading', { name: 'This model is damaged' }).waitFor();
    assert.match(await card.locator('.failure').innerText(), /not JSON/);
    assert.match(await card.locator('.invitation').innerText(), /Put its files back/);
    await photograph(page, 'model-damaged');
    assert.deepEqual(await violations(card), []);
    writeFileSync(path, whole.replace('"formatVersion": 1', '"formatVersion": 99'));
    await card.getByRole('heading', { name: 'newer than this Textloom' }).waitFor();
    await card.getByRole('button', { name: 'Check for Updates' }).waitFor();
    for (const other of others) renameSync(`${other}.away`, other);
    writeFileSync(path, whole);
    await card.getByRole('heading', { name: 'ahab', exact: true }).waitFor();
  });

  it('is worked by keys alone', async () => {
    const card = await shownCard(page);
    await card.locator('.chart-large').focus();
    await page.keyboard.press('+');
    await card.getByRole('button', { name: 'Show the whole run' }).waitFor();
    await page.keyboard.press('Escape');
    await card.getByRole('button', { name: 'Show the whole run' }).waitFor({ state: 'hidden' });
    await card.getByRole('button', { name: 'Show model.json as text' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('.editor-group-container.active .monaco-editor.focused').waitFor();
  });

  it("leaves other people's model.json alone", async () => {
    await openFile(page, 'other/model.json');
    await page.locator('.editor-group-container.active .breadcrumbs-control', { hasText: 'other' }).waitFor();
  });

  it('shows one that is packed in a single file, and leaves that alone', async () => {
    const packed = join(bench.folder, 'ahab.textloom');
    execFileSync(process.execPath, [join('dist', 'cli.js'), 'models', 'export', model, packed]);
    const before = readFileSync(packed);
    await pickFile(page, 'ahab.textloom');
    await page.locator('.tab.active', { hasText: 'ahab.textloom' }).waitFor();
    const card = await findWebview(page, { selector: 'vscode-button[icon="cloud-download"]:not([hidden])' }, 30);
    await card.locator('.phase', { hasText: 'Packed' }).waitFor();
    await card.getByRole('button', { name: 'Import Model' }).waitFor();
    assert.deepEqual(await violations(card), []);
    await photograph(page, 'model-packed');
    assert.ok(readFileSync(packed).equals(before));
  });

  it('says so when its folder has gone', async () => {
    await runCommand(page, 'Textloom: Open Model');
    await question(page, 'Open Model');
    await answer(page, 'ahab');
    await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await page.locator('.tab.active', { hasText: /^\s*ahab\s*$/ }).waitFor();
    rmSync(model, { recursive: true });
    await findWebview(page, { selector: 'h1:has-text("There is no model here"):visible' }, 60);
  });
});

/** The page of the model. */
function shownCard(page: Page): Promise<Frame> {
  return findWebview(page, { selector: '.model-facts .facts' }, 60);
}

async function tile(card: Frame, name: string): Promise<string> {
  return await card.locator('.tile', { hasText: name }).locator('.value').innerText();
}
