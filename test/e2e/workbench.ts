/**
 * test/e2e/: a user's hands and eyes on the real workbench: keys are pressed, the screen is read. Nothing here reaches into the
 * extension; what a test wants to know it finds on the screen or on disk.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Frame, Locator, Page } from 'playwright-core';
import { type EditorSession, openSession, type SessionOptions } from '../launcher/launcher';

/** A folder to write in that goes away again. */
export interface Workspace {
  readonly folder: string;
  remove(): void;
}

/** An empty workspace. */
export function emptyWorkspace(name: string): Workspace {
  const folder = join(mkdtempSync(join(tmpdir(), 'textloom-e2e-')), name);
  mkdirSync(folder);
  return { folder, remove: () => rmSync(join(folder, '..'), { recursive: true, force: true, maxRetries: 5 }) };
}

/** A workspace with the first chapters of Moby-Dick, a Markdown file each, and a `draft.md` that begins with {@link opening}. */
export function whaleWorkspace(chapters: number): Workspace {
  const workspace = emptyWorkspace('moby-dick');
  const { folder } = workspace;
  const data = join(process.cwd(), 'node_modules', '@stdlib', 'datasets-moby-dick', 'data');
  const texts = readdirSync(data).filter((file) => /^chapter_\d+\.txt$/.test(file));
  for (const file of texts.filter((name) => numberIn(name) <= chapters)) {
    writeFileSync(join(folder, file.replace('.txt', '.md')), readFileSync(join(data, file)));
  }
  writeFileSync(join(folder, 'draft.md'), opening);
  return workspace;
}

/** What stands in the workspace's draft. */
export const opening = 'It was a damp, drizzly morning, and the captain';

function numberIn(name: string): number {
  return Number(/\d+/.exec(name)?.[0]);
}

/** Runs a command by the palette, as it is called there. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await takeRow(page, { key: 'F1', text: `>${title}`, row: title, taken: () => isGone(page, `>${title}`) });
}

/** Opens a file of the workspace, by its path there, in the first group of editors and puts the cursor at its end. */
export async function openFile(page: Page, path: string): Promise<void> {
  await page.keyboard.press('Control+1');
  await pickFile(page, path);
  await page.locator('.editor-group-container.active .monaco-editor.focused').waitFor();
  await page.keyboard.press('Control+End');
}

/** Opens a file of the workspace with whatever shows such files. */
export async function pickFile(page: Page, path: string): Promise<void> {
  const name = basename(path);
  const tab = page.locator(`.editor-group-container.active .tab.active[data-resource-name="${name}"]`);
  await takeRow(page, { key: 'Control+P', text: path, row: name, taken: () => shows(tab) });
}

/** Whether the list in which this was typed closes, or another takes its place, within some seconds. */
function isGone(page: Page, typed: string): Promise<boolean> {
  const input = page.locator('.quick-input-widget input.input');
  return within(5, async () => !(await input.isVisible()) || (await input.inputValue()) !== typed);
}

/** A row to take from a list that a key opens. */
interface RowSought {
  readonly key: string;
  readonly text: string;
  /** Its beginning. */
  readonly row: string;
  /** Whether taking it is seen to have had its effect. */
  taken(): Promise<boolean>;
}

/**
 * Opens the list that a key opens, types, and takes the row that begins with what is looked for. A list closes by itself
 * when something else takes the focus late, an editor that has just been opened say; a key is lost on a workbench that isn't
 * ready for it, or on a list that is filled anew just then; and a file may be too new to be known. Whoever sits before it
 * then begins again, and so does this.
 */
async function takeRow(page: Page, sought: RowSought): Promise<void> {
  const input = page.locator('.quick-input-widget input.input');
  const row = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: sought.row }).first();
  const tries = 4;
  for (let attempt = 1; attempt <= tries; attempt++) {
    await page.keyboard.press(sought.key);
    try {
      await input.waitFor({ state: 'visible', timeout: 10_000 });
      await input.fill(sought.text);
      await row.waitFor({ timeout: 10_000 });
      await pickRow(page, sought.row);
      if (await sought.taken()) return;
      throw new Error(`The row "${sought.row}" was pressed without effect.`);
    } catch (error) {
      if (attempt === tries) throw error;
      // Where the list has gone already, the key would go to whatever has the focus, and close that.
      if (await input.isVisible()) await page.keyboard.press('Escape');
    }
  }
}

/** How long a list that is open may take to answer, milliseconds: one that has gone is noticed then. */
const listed = { timeout: 5000 };

/** Goes down the open list to the row that begins so, and takes it. */
export async function pickRow(page: Page, beginning: string): Promise<void> {
  const rows = page.locator('.quick-input-list .monaco-list-row');
  await rows.filter({ hasText: beginning }).first().waitFor(listed);
  const focused = page.locator('.quick-input-list .monaco-list-row.focused .quick-input-list-row').first();
  const input = page.locator('.quick-input-widget input.input');
  for (let row = 0; row < 20; row++) {
    if ((await focused.innerText(listed)).startsWith(beginning)) return input.press('Enter', listed);
    await input.press('ArrowDown', listed);
  }
  throw new Error(`No row of the list begins with "${beginning}".`);
}

/** Types into the open question until the row with the focus has these words, and takes it. */
export async function answer(page: Page, words: string): Promise<void> {
  const input = page.locator('.quick-input-widget input.input');
  // A list that is filled anew meanwhile may take the focus from the row that was typed for.
  await untilSeen(page.locator('.quick-input-list .monaco-list-row.focused', { hasText: words }), async () => {
    await input.fill('');
    await input.fill(words);
  });
  await input.press('Enter');
}

/** Whether something comes to be seen within some seconds. */
export function shows(sought: Locator): Promise<boolean> {
  return sought.waitFor({ timeout: 5000 }).then(
    () => true,
    () => false,
  );
}

/** Does something, again if need be, until it is seen to have had its effect. */
export async function untilSeen(effect: Locator, deed: () => Promise<void>): Promise<void> {
  await eventually(
    async () => {
      await deed();
      return shows(effect);
    },
    (isSeen) => isSeen,
    40,
    String(effect),
  );
}

/** Waits for the question whose title has this, and gives its input. */
export async function question(page: Page, title: string, seconds = 30): Promise<void> {
  await page
    .locator('.quick-input-widget .quick-input-titlebar', { hasText: title })
    .waitFor({ state: 'visible', timeout: seconds * 1000 });
}

/** Text of Textloom's item in the status bar. */
export async function statusBarText(page: Page): Promise<string> {
  const item = page.locator('.statusbar-item[id^="textloom.textloom"]').first();
  return (await item.textContent()) ?? '';
}

/** Calls until the answer is right. @throws Error with the last answer when it never is. */
export async function eventually<T>(
  ask: () => Promise<T>,
  isRight: (answer: T) => boolean,
  seconds: number,
  what: string,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (isRight(answer)) return answer;
    if (Date.now() > deadline) {
      throw new Error(`${what} did not come in ${seconds} s; at last it was ${JSON.stringify(answer)}.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Whether it is so within some seconds. */
export function within(seconds: number, isSo: () => Promise<boolean>): Promise<boolean> {
  return eventually(isSo, (so) => so, seconds, 'It').catch(() => false);
}

/** A theme of each kind, by what a picture taken in it is called. */
export const themes = {
  dark: 'Dark Modern',
  light: 'Light Modern',
  'high-contrast': 'Dark High Contrast',
  'high-contrast-light': 'Light High Contrast',
} as const;

type Theme = (typeof themes)[keyof typeof themes];

/** By the file of each, which the workbench marks itself with. */
const files: Readonly<Record<Theme, string>> = {
  'Dark Modern': 'dark_modern',
  'Light Modern': 'light_modern',
  'Dark High Contrast': 'hc_black',
  'Light High Contrast': 'hc_light',
};

/** Puts the workbench into another theme, as a user does; again where the list has moved under the key. */
export async function changeTheme(page: Page, theme: Theme): Promise<void> {
  const isWorn = page.locator(`.monaco-workbench[class*="${files[theme]}"]`);
  const input = page.getByPlaceholder('Select Color Theme');
  const tries = 3;
  for (let attempt = 1; attempt <= tries; attempt++) {
    await runCommand(page, 'Preferences: Color Theme');
    await input.waitFor();
    await answer(page, theme);
    await input.waitFor({ state: 'hidden' });
    try {
      await isWorn.waitFor({ timeout: 10_000 });
      return;
    } catch (error) {
      if (attempt === tries) throw error;
    }
  }
}

/** Opens the editor in the dark theme: the browser edition begins in the light one, whatever the settings say. */
export async function openWorkbench(options: SessionOptions): Promise<EditorSession> {
  const session = await openSession(options);
  try {
    await changeTheme(session.page, themes.dark);
    return session;
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** What the tests of a describe share: see {@link useWorkbench}. */
export interface Workbench {
  /** Of the workspace, there from the first `before` on. */
  readonly folder: string;
  /** The session that was opened last. */
  readonly session: EditorSession;
  /** Opens the editor on the workspace, unless other options say otherwise, in place of the session before it. */
  open(options?: Partial<SessionOptions>): Promise<Page>;
}

/**
 * Gives the tests of a describe a workspace and an editor. After them the editor is closed and the workspace removed.
 */
export function useWorkbench(make: () => Workspace): Workbench {
  let workspace: Workspace | undefined;
  let session: EditorSession | undefined;

  before(() => {
    workspace = make();
  });

  after(async () => {
    await session?.close();
    workspace?.remove();
  });

  return {
    get folder() {
      return workspace!.folder;
    },
    get session() {
      return session!;
    },
    async open(options = {}) {
      await session?.close();
      session = undefined;
      session = await openWorkbench({ workspace: workspace!.folder, ...options });
      return session.page;
    },
  };
}

/** Saves what is on the screen under test-output/screenshots/. */
export async function photograph(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join('test-output', 'screenshots', `${name}.png`) });
}

/** Waits until a page inside the workbench wears a theme: it is told of one after the workbench. */
export async function wearsTheme(webview: Frame, name: string): Promise<void> {
  await eventually(
    () => webview.evaluate<string | undefined>('document.body.dataset.vscodeThemeKind'),
    (kind) => kind === `vscode-${name}`,
    30,
    `The theme ${name} in the page`,
  );
}
