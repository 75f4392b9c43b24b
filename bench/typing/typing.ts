/**
 * How long a typed character takes to stand on the screen, with ghost text on and off by turns, in the real editor.
 *
 *   node bench/typing/run.mjs [--keys 2000]
 *
 * So many keys are measured with each, in about four minutes. Bar: the 99th percentile with ghost text within 5 ms of that
 * without.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { trainByTerminal } from '../../test/e2e/trainByTerminal';
import { openFile, whaleWorkspace } from '../../test/e2e/workbench';
import { openSession } from '../../test/launcher/launcher';

/** Time from key to key, milliseconds: least, and how much more at most. Quicker than anyone types on. */
const leastGap = 15;
const gapRange = 30;

const keysPerTurn = 250;

/** Longest time that is spent, milliseconds: a slow machine measures fewer keys. */
const patience = 240_000;

/**
 * Notes when a key goes down, and when the text has next been drawn: all keys that went down before stand there then, since
 * the editor takes each in at once and draws once a frame.
 */
const instrument = `(() => {
  globalThis.keyTimes = [];
  let pressed = [];
  document.addEventListener('keydown', () => pressed.push(performance.now()), true);
  new MutationObserver(() => {
    const now = performance.now();
    for (const time of pressed) keyTimes.push(now - time);
    pressed = [];
  }).observe(document.querySelector('.monaco-editor.focused .view-lines'), {
    subtree: true, childList: true, characterData: true,
  });
})()`;

async function main(keys: number): Promise<void> {
  const start = performance.now();
  const workspace = whaleWorkspace(30);
  trainByTerminal(workspace.folder, 'whale', { hidden: 256, steps: 200 });
  // Suggested at once, at every key: the worst that the setting allows.
  const settings = { 'textloom.ghostText.enabled': false, 'textloom.ghostText.delay': 0, 'files.autoSave': 'off' };
  const session = await openSession({ workspace: workspace.folder, settings });
  try {
    const { page, userData } = session;
    await openFile(page, 'draft.md');
    await page.evaluate(instrument);
    const source = readFileSync(join(workspace.folder, 'chapter_3.md'), 'utf8');
    const words = source.replace(/\s+/g, ' ').replace(/[^a-z ,.]/gi, '');
    const times = { off: [] as number[], on: [] as number[] };
    // The first turn of each is for warming up.
    for (let turn = 0; times.on.length < keys && performance.now() - start < patience; turn++) {
      const mode = turn % 2 === 0 ? 'off' : 'on';
      await switchGhostText(userData, mode === 'on');
      const place = (turn * keysPerTurn) % (words.length - keysPerTurn);
      const turnTimes = await typeAll(page, words.slice(place, place + keysPerTurn));
      if (turn >= 2) times[mode].push(...turnTimes);
    }
    const [off, on] = [report('ghost text off', times.off), report('ghost text on', times.on)];
    process.stdout.write(`difference: median ${(on.median - off.median).toFixed(1)} ms, `);
    process.stdout.write(`p99 ${(on.p99 - off.p99).toFixed(1)} ms\n`);
  } finally {
    await session.close();
    workspace.remove();
  }
}

async function switchGhostText(userData: string, isOn: boolean): Promise<void> {
  const path = join(userData, 'User', 'settings.json');
  const settings = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  writeFileSync(path, JSON.stringify({ ...settings, 'textloom.ghostText.enabled': isOn }));
  await sleep(1500);
}

async function typeAll(page: Page, text: string): Promise<number[]> {
  await page.evaluate('keyTimes.length = 0');
  for (const character of text) {
    await page.keyboard.press(character === ' ' ? 'Space' : character);
    await sleep(leastGap + Math.random() * gapRange);
  }
  await sleep(300);
  const times = await page.evaluate<number[]>('keyTimes.slice()');
  // A suggestion goes, and the next turn has a line of its own.
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  return times;
}

function report(name: string, times: readonly number[]): { readonly median: number; readonly p99: number } {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? NaN;
  const [median, p95, p99, most] = [0.5, 0.95, 0.99, 1].map(at);
  const figures = [`median ${ms(median)}`, `p95 ${ms(p95)}`, `p99 ${ms(p99)}`, `most ${ms(most)}`];
  process.stdout.write(`${name}: ${times.length} keys, ${figures.join(', ')}\n`);
  return { median: median ?? NaN, p99: p99 ?? NaN };
}

function ms(time = NaN): string {
  return `${time.toFixed(1)} ms`;
}

const { values } = parseArgs({ options: { keys: { type: 'string', default: '2000' } } });

main(Number(values.keys)).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
