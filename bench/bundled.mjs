// @ts-check
// Runs a benchmark that is bundled into a folder of its own with what it loads beside itself. The folder goes again.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const { buildKernels } = createRequire(import.meta.url)('../scripts/kernels.js');

/**
 * Bundles `bench/NAME/NAME.ts`, the threads given and the engine's kernels, runs the benchmark with the arguments of this
 * process, and ends as it did.
 * @param {string} name
 * @param {Record<string, string>} threads sources of other programs that it starts, by the name that it looks for
 * @param {string} node that runs it
 */
export async function runBundled(name, threads, node = process.execPath) {
  const folder = mkdtempSync(join(tmpdir(), `textloom-${name}-bundle-`));
  try {
    await build({
      entryPoints: { [name]: `bench/${name}/${name}.ts`, ...threads },
      outdir: folder,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      external: ['@tensorflow/tfjs-node'],
      mainFields: ['module', 'main'],
      logLevel: 'warning',
    });
    await buildKernels(folder);
    const { status } = spawnSync(node, [join(folder, `${name}.js`), ...process.argv.slice(2)], { stdio: 'inherit' });
    process.exitCode = status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
