// @ts-check
// Desktop VS Code, by the editor's own test tool, where its host can be reached and there is a screen to open it on.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { forgetMissed, networkMinutes, recallMissed, rememberMissed } from './missed.mjs';
import { cache, isComplete, makeFolder } from './step.mjs';

const key = 'desktop VS Code, stable';
const home = join(cache, 'editor', 'desktop');
const probe = { host: 'https://update.code.visualstudio.com/api/releases/stable', seconds: 5 };

/**
 * Downloads desktop VS Code where it can be had. It is a comfort, no need: whatever goes wrong, the browser edition serves.
 * @param {(text: string) => void} doing
 * @param {{ triesAgain: boolean }} how whether a failure of a moment ago is to be tried again
 */
export async function setUpDesktop(doing, { triesAgain }) {
  if (process.env['TEXTLOOM_EDITOR'] === 'browser') return told('not asked for');
  if (!hasScreen()) return told('no display here: the browser edition is used');
  return await fetchDesktop(home, doing, { isReachable, download, minutes: triesAgain ? 0 : networkMinutes });
}

/**
 * Fetches the editor into `folder`, unless that has failed in the last `minutes`. Never rejects. A file `executable` in
 * the folder holds the program's path, relative to it.
 * @param {string} folder
 * @param {(text: string) => void} doing
 * @param {{
 *   isReachable: () => Promise<boolean>,
 *   download: (folder: string) => Promise<string>,
 *   minutes: number,
 * }} how
 * @tested
 */
export async function fetchDesktop(folder, doing, { isReachable, download, minutes }) {
  if (isComplete(folder, key)) return told('ready');
  const missed = `${folder}-missed`;
  const before = recallMissed(missed, minutes);
  if (typeof before === 'string') return told(before);
  try {
    if (!(await isReachable())) throw new Error('out of reach');
    doing('fetching VS Code (150 MB)');
    await makeFolder(folder, key, async (partial) => {
      writeFileSync(join(partial, 'executable'), relative(partial, await download(partial)));
    });
    forgetMissed(missed);
    return told('done');
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n', 1);
    const sentence = `not to be had here (${reason}): the browser edition is used`;
    rememberMissed(missed, sentence);
    return told(sentence);
  }
}

/** @param {string} folder @returns {Promise<string>} the program's path */
async function download(folder) {
  const { downloadAndUnzipVSCode, SilentReporter } = await import('@vscode/test-electron');
  return await downloadAndUnzipVSCode({ cachePath: folder, reporter: new SilentReporter() });
}

/** A display, or on Linux the program that makes one in memory. */
function hasScreen() {
  if (process.platform !== 'linux') return true;
  if (process.env['DISPLAY'] !== undefined || process.env['WAYLAND_DISPLAY'] !== undefined) return true;
  return spawnSync('Xvfb', ['-help']).error === undefined;
}

/** Whether the very host answers: a proxy that refuses answers too, but not so. */
async function isReachable() {
  try {
    return (await fetch(probe.host, { signal: AbortSignal.timeout(probe.seconds * 1000) })).ok;
  } catch {
    return false;
  }
}

/** @param {string} text */
function told(text) {
  return { told: text, value: undefined };
}
