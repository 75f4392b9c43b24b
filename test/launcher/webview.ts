import type { Frame, Page } from 'playwright-core';

/** How to know a webview: by its title or by what is in it. */
export type WebviewSought = { readonly title: string } | { readonly selector: string };

/**
 * Finds the document inside a webview. VS Code wraps it in two frames, of which the inner one is replaced when the
 * page is loaded anew: ask again after a reload.
 * @throws Error when no such webview shows up in time.
 */
export async function findWebview(page: Page, sought: WebviewSought, timeoutSeconds = 30): Promise<Frame> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  while (Date.now() < deadline) {
    for (const frame of page.frames()) {
      if (ancestors(frame) === 2 && (await matches(frame, sought))) return frame;
    }
    await page.waitForTimeout(100);
  }
  throw new Error(`No webview with ${JSON.stringify(sought)} in ${timeoutSeconds} s.`);
}

/** The workbench has none, a webview's wrapper one, its document two. */
function ancestors(frame: Frame): number {
  const parent = frame.parentFrame();
  return parent === null ? 0 : 1 + ancestors(parent);
}

async function matches(frame: Frame, sought: WebviewSought): Promise<boolean> {
  try {
    if ('selector' in sought) return (await frame.$(sought.selector)) !== null;
    const element = await frame.frameElement();
    return (await element.getAttribute('title')) === sought.title || (await frame.title()) === sought.title;
  } catch {
    return false; // The frame went while it was looked at.
  }
}
