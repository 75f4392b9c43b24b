// @ts-check
// The real editor, for the tests and for `npm start`: VS Code's browser edition and a Chromium to look at it, both from
// npm, which need neither root nor a display; and desktop VS Code, where its host can be reached.
// test/launcher/ starts what lies here.
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cache, hashOf, isComplete, makeFolder, root } from './step.mjs';
import { installPackages, run, withNode } from './run.mjs';

/** VS Code 1.139.1. */
const server = 'code-server@4.139.1';
const folder = join(cache, 'editor', 'server');
const fileLog = join(root, 'scripts', 'setup', 'fileLog.cjs');

/**
 * Installs VS Code's browser edition.
 * @param {string} node Node 24, which it runs on
 * @param {(text: string) => void} doing
 */
export async function setUpEditor(node, doing) {
  const key = `${server} ${hashOf(fileLog)}`;
  if (isComplete(folder, key)) return { told: 'ready', value: undefined };
  doing("fetching VS Code's browser edition from npm (200 MB)");
  await makeFolder(folder, key, async (partial) => {
    await installPackages(partial, [server]);
    const vscode = join(partial, 'node_modules', 'code-server', 'lib', 'vscode');
    // Its package brings the versions of its dependencies along. They do without their native parts, but for the log.
    await run('npm', ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: vscode,
      env: withNode(node),
    });
    await copyFile(fileLog, join(vscode, 'node_modules', '@vscode', 'spdlog', 'index.js'));
  });
  return { told: 'done', value: undefined };
}
