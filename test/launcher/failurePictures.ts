import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** Each test file is a bundle of its own, and so has a launcher of its own: the pages that are open are known to all. */
const everywhere = globalThis as typeof globalThis & { textloomOpenPages?: Set<Page> };
const pages = (everywhere.textloomOpenPages ??= new Set<Page>());

/** From now on, until it is closed, a page is photographed when a test fails. */
export function watchPage(page: Page): void {
  pages.add(page);
  page.once('close', () => pages.delete(page));
}

/**
 * Saves what the open pages show under test-output/failures/. Never rejects: the failure is what is to be told.
 * @param title of the test
 * @returns where the pictures are
 */
export async function photographFailure(title: string): Promise<readonly string[]> {
  const name = title.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 80);
  const shots = [...pages].map(async (page, index) => {
    const path = join('test-output', 'failures', index === 0 ? `${name}.png` : `${name}-${index + 1}.png`);
    try {
      await page.screenshot({ path, timeout: 10_000 });
      return [path];
    } catch {
      return []; // A page that has crashed has no picture.
    }
  });
  return (await Promise.all(shots)).flat();
}
