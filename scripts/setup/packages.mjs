// @ts-check
// The packages of package-lock.json, none of which runs code while it is installed.
import { join } from 'node:path';
import { run } from './run.mjs';
import { hashOf, isComplete, markComplete, root } from './step.mjs';

/**
 * Installs the packages. npm empties node_modules first, so that what an interruption leaves behind has no stamp.
 * @param {(text: string) => void} doing
 */
export async function setUpPackages(doing) {
  const folder = join(root, 'node_modules');
  const key = hashOf(join(root, 'package-lock.json'));
  if (isComplete(folder, key)) return { told: 'ready', value: undefined };
  doing('fetching 700 packages from npm (120 MB)');
  await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root });
  markComplete(folder, key);
  return { told: 'done', value: undefined };
}
