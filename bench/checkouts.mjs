// @ts-check
// Bundles Textloom as its terminal has it, and the checkout of another commit beside it, to be compared in one run.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cache, root, step } from '../scripts/setup/step.mjs';

/**
 * Bundles this checkout, and another one.
 * @param {string} bench where the bundles go: a benchmark's name
 * @param {string | undefined} other folder of the other checkout
 * @returns {Promise<string[]>} flags that name the builds as tables call them, each with the folder of its bundle
 */
export async function bundleCheckouts(bench, other) {
  const flags = [];
  for (const checkout of [root, ...(other === undefined ? [] : [resolve(other)])]) {
    const isOwn = checkout === root;
    const folder = join(cache, 'bench', bench, isOwn ? 'own' : 'other');
    const bundled = async () => ({ told: 'done', value: `${await bundle(checkout, folder)}=${folder}` });
    flags.push('--bundles', await step(isOwn ? 'Textloom' : 'The other build', bundled));
  }
  return flags;
}

/**
 * Bundles a checkout as it bundles its own benchmarks.
 * @param {string} checkout
 * @param {string} folder where the bundle goes
 * @returns {Promise<string>} what the tables call it
 */
async function bundle(checkout, folder) {
  const bundler = join(checkout, 'bench', 'bundled.mjs');
  if (!existsSync(bundler)) throw new Error(`${checkout} is no checkout of Textloom: it has no ${bundler}.`);
  if (!existsSync(join(checkout, 'node_modules'))) throw new Error(`Run npm ci in ${checkout} first.`);
  const { bundleWithKernels } = await import(pathToFileURL(bundler).href);
  await bundleWithKernels(folder, { cli: 'src/cli/cli.ts', kernelThread: 'src/engine/wasm/kernelThread.ts' });
  if (checkout === root) return 'Textloom';
  const commit = spawnSync('git', ['-C', checkout, 'rev-parse', '--short', 'HEAD'], { encoding: 'utf8' });
  return `build ${commit.stdout.trim() || basename(checkout)}`;
}

/** The environment in which a bundled build finds the TensorFlow that set-up has installed. @returns {NodeJS.ProcessEnv} */
export function buildEnvironment() {
  const tensorflow = join(cache, 'tensorflow');
  return { ...(existsSync(tensorflow) && { TEXTLOOM_TENSORFLOW: tensorflow }), ...process.env };
}
