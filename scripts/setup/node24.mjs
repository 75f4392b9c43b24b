// @ts-check
// The Node that VS Code ships, from npm, so that the editor and the tests run on it whatever Node the user has. Its
// folder holds the headers as well, so that native code is built without fetching them.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cache, isComplete, makeFolder } from './step.mjs';
import { installPackages } from './run.mjs';

const version = '24';
const folder = join(cache, 'node24');

/** npm's package of a Node binary for this machine. */
function packageName() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  return `node-${platform}-${process.arch}`;
}

/** Path of the Node 24 that set-up has installed, or would. */
export function node24() {
  const bin = join(folder, 'node_modules', packageName(), 'bin');
  return join(bin, process.platform === 'win32' ? 'node.exe' : 'node');
}

/** Folder with `include/node`, for node-gyp's `nodedir`; undefined when there is none. */
export function node24Headers() {
  const home = join(folder, 'node_modules', packageName());
  return existsSync(join(home, 'include', 'node', 'node_api.h')) ? home : undefined;
}

/**
 * Installs Node 24.
 * @param {(text: string) => void} doing
 */
export async function setUpNode24(doing) {
  const key = `${packageName()}@${version}`;
  if (isComplete(folder, key)) return { told: 'ready', value: node24() };
  doing('fetching the Node that VS Code runs on (50 MB)');
  await makeFolder(folder, key, (partial) => installPackages(partial, [key]));
  return { told: 'done', value: node24() };
}
