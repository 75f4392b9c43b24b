import type { Page } from 'playwright-core';
import { startBrowser } from './browser';
import { watchPage } from './failurePictures';
import { type ServerOptions, startServer } from './server';
import { freshUser } from './userFolder';

/** An editor for a test to look at and to press keys in. */
export interface SessionOptions extends Omit<ServerOptions, 'userData' | 'testModule'> {
  /** In CSS pixels; 1280 x 800 otherwise. */
  readonly size?: { readonly width: number; readonly height: number };
}

/** A workbench, open on the screen that nobody sees. */
export interface EditorSession {
  /** Its first window. */
  readonly page: Page;
  /** Opens the same workspace in one more window of the same user: close the one before it first, as a user would. */
  openWindow(): Promise<Page>;
  /** Folder with the user's settings (`User/settings.json`) and the logs (`logs/`). */
  readonly userData: string;
  /** Ends the browser, the server, the extension host and everything below them. */
  close(): Promise<void>;
}

/**
 * Opens the editor on a workspace, as a fresh user, with the extension loaded. Resolves once the workbench is drawn and
 * its extensions are up.
 * @throws Error when the editor or the browser does not start.
 */
export async function openSession(options: SessionOptions): Promise<EditorSession> {
  const user = freshUser();
  const ends: (() => unknown)[] = [() => user.remove()];
  const close = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const server = await startServer({ ...options, userData: user.path });
    ends.push(() => server.stop());
    const browser = await startBrowser();
    ends.push(() => browser.close());
    const context = await browser.newContext({ viewport: options.size ?? { width: 1280, height: 800 } });
    // Pasting and copying would ask for leave.
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const openWindow = async (): Promise<Page> => {
      const page = await context.newPage();
      watchPage(page);
      await page.goto(server.url);
      await workbenchReady(page);
      return page;
    };
    return { page: await openWindow(), openWindow, userData: user.path, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Waits until the workbench is drawn and has loaded its extensions: from then on their commands are there. */
async function workbenchReady(page: Page): Promise<void> {
  await page.waitForSelector('.monaco-workbench .statusbar-item', { timeout: 60_000 });
  await page.waitForFunction("performance.getEntriesByName('code/didLoadExtensions').length > 0");
}
