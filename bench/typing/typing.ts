// Measures how long a typed character takes to stand on the screen, with ghost text on and off by turns, in the real
// editor. By hand, after a build (node esbuild.js), under Node 24:
//   npx esbuild bench/typing/typing.ts --bundle --platform=node --packages=external --outfile=dist/test/typing.js
//   node dist/test/typing.js [ROUNDS]
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { trainByTerminal } from '../../test/e2e/trainByTerminal';
import { openFile, whaleWorkspace } from '../../test/e2e/workbench';
import { openSession } from '../../test/launcher/launcher';

/** A quick typist's time from key to key, milliseconds: least, and how much more at most. */
const leastGap = 60;
const gapRange = 80;

const keysPerTurn = 150;

/** Notes when a key goes down and when the line has been drawn anew; keys of which that isn't seen count as lost. */
const instrument = `(() => {
  globalThis.keyTimes = [];
  let pressed = null;
  document.addEventListener('keydown', () => (pressed = performance.now()), true);
  new MutationObserver(() => {
    if (pressed === null) return;
    keyTimes.push(performance.now() - pressed);
    pressed = null;
  }).observe(document.querySelector('.monaco-editor.focused .view-lines'), {
    subtree: true, childList: true, characterData: true,
  });
})()`;

async function main(rounds: number): Promise<void> {
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
    let place = 0;
    // The first turn of each is for warming up.
    for (let turn = 0; turn < 2 * (rounds + 1); turn++) {
      const mode = turn % 2 === 0 ? 'off' : 'on';
      await switchGhostText(page, userData, mode === 'on');
      const turnTimes = await typeAll(page, words.slice(place, place + keysPerTurn));
      place += keysPerTurn;
      if (turn >= 2) times[mode].push(...turnTimes);
    }
    report('ghost text off', times.off);
    report('ghost text on', times.on);
  } finally {
    await session.close();
    workspace.remove();
  }
}

async function switchGhostText(page: Page, userData: string, isOn: boolean): Promise<void> {
  const path = join(userData, 'User', 'settings.json');
  const settings = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  writeFileSync(path, JSON.stringify({ ...settings, 'textloom.ghostText.enabled': isOn }));
  await page.waitForTimeout(2000);
}

async function typeAll(page: Page, text: string): Promise<number[]> {
  await page.evaluate('keyTimes.length = 0');
  for (const character of text) {
    await page.keyboard.press(character === ' ' ? 'Space' : character);
    await page.waitForTimeout(leastGap + Math.random() * gapRange);
  }
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  return page.evaluate<number[]>(`keyTimes.slice(0, ${text.length})`);
}

function report(name: string, times: readonly number[]): void {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))] ?? NaN).toFixed(1);
  const line = `${name}: ${times.length} keys, median ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms`;
  process.stdout.write(`${line}\n`);
}

main(Number(process.argv[2] ?? 3)).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
