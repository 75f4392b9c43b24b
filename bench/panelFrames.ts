// `npm run bench:panel`: frames a second of the panel's page on a long run, in a headless browser that draws by software.
// The page is the one that ships, fed with what the editor would post; every frame something is asked of it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import type { PanelSnapshot, ToPanel } from '../src/protocol/panel';
import { advanceRun, type Run } from '../src/training/record/run';
import { startBrowser } from '../test/launcher/browser';
import { evaluationAt, progressAt, runWith } from '../test/unit/panel/runs';

/** Progress events of the run; of these the page keeps `maximumPoints` at most, and draws them all. */
const told = 10_000;
const measuredSeconds = 6;

/** An hour that falls from 3 to 1.5 nats, with noise that is the same each time. */
function longRun(): PanelSnapshot {
  const loss = (share: number, index: number) => 1.5 + 1.5 * Math.exp(-5 * share) + 0.05 * Math.sin(index * 12.9898);
  const seconds = (index: number) => (3600 * (index + 1)) / told;
  const events = Array.from({ length: told }, (_, index) => progressAt(seconds(index), loss(index / told, index)));
  // Thinned as the editor thins it, so that what is measured is what a user would have on the screen.
  const { progress } = events.reduce<Run>((run, event) => advanceRun(run, event) ?? run, runWith({}));
  const evaluations = events
    .filter((_, index) => index % 50 === 49)
    .map((event) => evaluationAt(event.seconds, event.loss + 0.1));
  const baseline = { type: 'baseline', order: 5, natsPerCharacter: 2 } as const;
  return {
    run: runWith({ progress, evaluations, baseline }),
    live: true,
    elsewhere: null,
    preparing: null,
    failure: null,
    activeModel: null,
    earlier: [],
    effort: 'full',
  };
}

/** What is done to the page in one frame, as source to be run there; `frame` counts from 0. */
const deeds: Readonly<Record<string, string>> = {
  'pointer over the chart': `(frame) => {
    const over = document.querySelector('.chart-large .u-over');
    const { left, top, width } = over.getBoundingClientRect();
    over.dispatchEvent(new MouseEvent('mousemove', { clientX: left + (frame * 7) % width, clientY: top + 50, bubbles: true }));
  }`,
  'zooming and panning': `(frame) => {
    const keys = ['+', '+', '+', 'ArrowRight', 'ArrowRight', 'ArrowLeft', '-', '-', '-', 'Escape'];
    const key = keys[Math.floor(frame / 6) % keys.length];
    document.querySelector('.chart-large').dispatchEvent(
      new KeyboardEvent('keydown', { key, shiftKey: key.startsWith('Arrow'), bubbles: true }),
    );
  }`,
  'the run going on': `(frame) => {
    // The editor posts at most ten messages a second.
    if (frame % 6 !== 0) return;
    const last = window.lastEvent;
    window.lastEvent = { ...last, step: last.step + 3, seconds: last.seconds + 0.3, tokens: last.tokens + 3000 };
    window.dispatchEvent(new MessageEvent('message', { data: { type: 'events', events: [window.lastEvent] } }));
  }`,
};

async function main(): Promise<void> {
  const browser = await startBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const snapshot = longRun();
    await openPanel(page, snapshot);
    const drawn = snapshot.run?.progress.length ?? 0;
    const counts = `${told.toLocaleString('en')} points told, ${drawn.toLocaleString('en')} of them kept and drawn`;
    process.stdout.write(`${counts}, ${measuredSeconds} s each\n`);
    for (const [name, deed] of Object.entries({ nothing: '() => undefined', ...deeds })) {
      const { intervals, work } = await measure(page, deed);
      const rate = (1000 * intervals.length) / intervals.reduce((sum, value) => sum + value, 0);
      const figures = [`${rate.toFixed(1)} frames/s`, `99 % within ${quantile(intervals, 0.99).toFixed(1)} ms`];
      const script = `script ${quantile(work, 0.5).toFixed(2)} ms a frame, 99 % ${quantile(work, 0.99).toFixed(2)} ms`;
      process.stdout.write(`${name.padEnd(24)} ${figures.join(', ')}; ${script}\n`);
    }
  } finally {
    await browser.close();
  }
}

/** Loads the page as the editor would, with an editor that only listens. */
async function openPanel(page: Page, snapshot: PanelSnapshot): Promise<void> {
  const dist = (file: string) => join(process.cwd(), 'dist', file);
  await page.goto(pathToFileURL(dist('panel.css')).href);
  await page.setContent('<!DOCTYPE html><html><body class="vscode-dark"></body></html>');
  await page.addStyleTag({ content: `${readFileSync(dist('panel.css'), 'utf8')}\n${theme}` });
  await page.evaluate(stopwatch);
  await page.evaluate('window.acquireVsCodeApi = () => ({ postMessage() {}, getState() {}, setState() {} })');
  await page.addScriptTag({ content: readFileSync(dist('panel.js'), 'utf8'), type: 'module' });
  const message: ToPanel = { type: 'snapshot', snapshot };
  await page.evaluate(`window.postMessage(${JSON.stringify(message)})`);
  await page.evaluate(`window.lastEvent = ${JSON.stringify(snapshot.run?.progress.at(-1))}`);
  await page.waitForSelector('.chart-large canvas');
}

/**
 * Adds up the milliseconds of what the page is asked and of its frames, with what they put off to the end of their task: the
 * charts are drawn then.
 */
const stopwatch = `
  window.spent = 0;
  window.timed = (work) => {
    const began = performance.now();
    work();
    queueMicrotask(() => {
      window.spent += performance.now() - began;
    });
  };
  window.nextFrame = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (draw) => window.nextFrame((time) => window.timed(() => draw(time)));
`;

/** Milliseconds between frames, and those of each in which the page's script ran. */
async function measure(page: Page, deed: string): Promise<{ readonly intervals: number[]; readonly work: number[] }> {
  return page.evaluate(`new Promise((resolve) => {
    const deed = ${deed};
    const intervals = [], work = [];
    window.spent = 0;
    const end = performance.now() + ${measuredSeconds * 1000};
    let last = performance.now();
    let frame = 0;
    const next = (now) => {
      intervals.push(now - last);
      work.push(window.spent);
      last = now;
      window.spent = 0;
      if (now >= end) return resolve({ intervals: intervals.slice(1), work: work.slice(1) });
      window.timed(() => deed(frame++));
      // Frames are called in the order in which they were asked for: the page's own, then this one.
      window.nextFrame(next);
    };
    window.nextFrame(next);
  })`);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

const theme = `:root {
  --vscode-editor-background: #1f1f1f; --vscode-editor-foreground: #cccccc; --vscode-foreground: #cccccc;
  --vscode-font-family: sans-serif; --vscode-font-size: 13px; --vscode-widget-border: #444444;
  --vscode-charts-blue: #3794ff; --vscode-charts-yellow: #cca700; --vscode-charts-green: #89d185;
}`;

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
