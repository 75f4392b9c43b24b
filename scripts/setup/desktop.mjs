// @ts-check
// Desktop VS Code, by the editor's own test tool, where its host can be reached and there is a screen to open it on.
import { spawnSync } from 'node:child_process';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { cache, isComplete, makeFolder } from './step.mjs';

const key = 'desktop VS Code, stable';
const folder = join(cache, 'editor', 'desktop');
/** Its age says when the host was last found out of reach. */
const unreachable = join(cache, 'editor', 'desktop-unreachable');
const probe = { host: 'https://update.code.visualstudio.com/api/releases/stable', seconds: 5, everyHours: 24 };

/**
 * Downloads desktop VS Code. A file `executable` in its folder holds the program's path, relative to that folder.
 * @param {(text: string) => void} doing
 */
export async function setUpDesktop(doing) {
  if (process.env['TEXTLOOM_EDITOR'] === 'browser') return { told: 'not asked for', value: undefined };
  if (!hasScreen()) return { told: 'no display here: the browser edition is used', value: undefined };
  if (isComplete(folder, key)) return { told: 'ready', value: undefined };
  if (!(await isReachable())) return { told: 'out of reach: the browser edition is used', value: undefined };
  doing('fetching VS Code (150 MB)');
  await makeFolder(folder, key, async (partial) => {
    const { downloadAndUnzipVSCode, SilentReporter } = await import('@vscode/test-electron');
    const executable = await downloadAndUnzipVSCode({ cachePath: partial, reporter: new SilentReporter() });
    writeFileSync(join(partial, 'executable'), relative(partial, executable));
  });
  return { told: 'done', value: undefined };
}

/** A display, or on Linux the program that makes one in memory. */
function hasScreen() {
  if (process.platform !== 'linux') return true;
  if (process.env['DISPLAY'] !== undefined || process.env['WAYLAND_DISPLAY'] !== undefined) return true;
  return spawnSync('Xvfb', ['-help']).error === undefined;
}

async function isReachable() {
  const hours = (Date.now() - (statSync(unreachable, { throwIfNoEntry: false })?.mtimeMs ?? 0)) / 3_600_000;
  if (hours < probe.everyHours) return false;
  try {
    await fetch(probe.host, { signal: AbortSignal.timeout(probe.seconds * 1000) });
    return true;
  } catch {
    mkdirSync(join(cache, 'editor'), { recursive: true });
    writeFileSync(unreachable, '');
    return false;
  }
}
