// @ts-check
// The bundles in dist/, made anew when anything that they are made of has changed.
import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';
import { isComplete, markComplete, root } from './step.mjs';

const sources = [
  'esbuild.js',
  'package-lock.json',
  'scripts/kernels.js',
  'scripts/sampleText.js',
  'package.json',
  'src',
  'test',
];

/** Builds for development. A build by hand leaves no stamp, so that the next set-up builds once more. */
export async function setUpBuild() {
  const dist = join(root, 'dist');
  const key = stateOf(sources);
  if (isComplete(dist, key)) return { told: 'ready', value: undefined };
  await run(process.execPath, ['esbuild.js'], { cwd: root });
  markComplete(dist, key);
  return { told: 'done', value: undefined };
}

/**
 * Names, sizes and times of all files: what makes a build out of date.
 * @param {string[]} places
 */
function stateOf(places) {
  const hash = createHash('sha256');
  for (const place of places) {
    const path = join(root, place);
    const files = statSync(path).isDirectory() ? readdirSync(path, { recursive: true, encoding: 'utf8' }).sort() : [''];
    for (const file of files) {
      const { size, mtimeMs } = statSync(join(path, file));
      hash.update(`${place}/${file} ${size} ${mtimeMs}\n`);
    }
  }
  return hash.digest('hex').slice(0, 16);
}
