// @ts-check
// Bundles benchmarks, and runs one in a folder of its own with what it loads beside itself. The folder goes again.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const { buildKernels } = createRequire(import.meta.url)('../scripts/kernels.js');

/** @type {import('esbuild').BuildOptions} */
const options = {
  absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  logLevel: 'warning',
};

/**
 * Bundles programs that use the engines, with the kernels beside them.
 * @param {string} folder where they are put
 * @param {Record<string, string>} entryPoints their sources, by their names
 */
export async function bundleWithKernels(folder, entryPoints) {
  const external = ['@tensorflow/tfjs-node'];
  await build({ ...options, entryPoints, outdir: folder, external, mainFields: ['module', 'main'] });
  await buildKernels(folder);
}

/**
 * Bundles `bench/NAME/NAME.ts`, the threads given and the engine's kernels, runs the benchmark with the arguments of this
 * process, and ends as it did.
 * @param {string} name
 * @param {Record<string, string>} threads sources of other programs that it starts, by the name that it looks for
 * @param {string} node that runs it
 */
export function runBundled(name, threads, node = process.execPath) {
  return runIn(name, async (folder) => {
    await bundleWithKernels(folder, { [name]: `bench/${name}/${name}.ts`, ...threads });
    return spawnSync(node, [join(folder, `${name}.js`), ...process.argv.slice(2)], { stdio: 'inherit' });
  });
}

/**
 * Builds the extension, bundles `bench/NAME/NAME.ts`, which starts the editor, and what that loads, runs the benchmark with
 * the arguments of this process, and ends as it did.
 * @param {string} name
 * @param {string[]} modules sources of what the editor loads
 */
export function runWithEditor(name, modules = []) {
  return runIn(name, async (folder) => {
    execFileSync(process.execPath, ['esbuild.js'], { stdio: 'inherit' });
    const external = ['vscode', 'playwright-core', '@vscode/test-electron', 'chromium-bidi'];
    await build({ ...options, entryPoints: [`bench/${name}/${name}.ts`, ...modules], outdir: folder, external });
    return spawnSync(process.execPath, [join(folder, `${name}.js`), ...process.argv.slice(2)], {
      stdio: 'inherit',
      env: { ...process.env, NODE_PATH: join(process.cwd(), 'node_modules') },
    });
  });
}

/**
 * @param {string} name
 * @param {(folder: string) => Promise<{ status: number | null }>} run
 */
async function runIn(name, run) {
  const folder = mkdtempSync(join(tmpdir(), `textloom-${name}-bundle-`));
  try {
    const { status } = await run(folder);
    process.exitCode = status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
