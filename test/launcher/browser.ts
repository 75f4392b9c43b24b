import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { browserEdition } from './places';

const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];

/**
 * Starts a headless browser: the Chromium that set-up has fetched, else the Chrome, Edge or Chromium of this machine.
 * @throws Error when there is none.
 */
export async function startBrowser(): Promise<Browser> {
  const folder = browserEdition().chromium;
  if (folder !== undefined) return await chromium.launch(fetched(folder));
  const installed = installedChromium();
  if (installed !== undefined) return await chromium.launch({ executablePath: installed, args: quiet });
  for (const channel of ['chrome', 'msedge']) {
    try {
      return await chromium.launch({ channel, args: quiet });
    } catch {
      // Not installed: the next one may be.
    }
  }
  throw new Error('No browser to show the editor in: install Chrome, Chromium or Edge.');
}

/** Our own Chromium, with its own fonts, and its own libraries where the system has none. */
function fetched(folder: string): Parameters<typeof chromium.launch>[0] {
  const libraries = join(folder, 'lib');
  const env = {
    ...definedVariables(),
    FONTCONFIG_FILE: join(folder, 'fonts.conf'),
    XDG_CACHE_HOME: join(folder, 'cache'),
    ...(existsSync(libraries) ? { LD_LIBRARY_PATH: libraries } : {}),
  };
  return { executablePath: join(folder, 'chromium'), args: quiet, env };
}

function installedChromium(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const found = ['chromium', 'chromium-browser'].map((name) => spawnSync('which', [name], { encoding: 'utf8' }));
  return found.map((result) => result.stdout.trim()).find((path) => path !== '');
}

function definedVariables(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
