// @ts-check
// Bundles the benchmark of the forecast with the engine's kernels into a folder of its own and runs it: see forecast.ts.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const { buildKernels } = createRequire(import.meta.url)('../../scripts/kernels.js');
const folder = mkdtempSync(join(tmpdir(), 'textloom-forecast-bundle-'));
try {
  await build({
    entryPoints: { forecast: 'bench/forecast/forecast.ts', kernelThread: 'src/engine/wasm/kernelThread.ts' },
    outdir: folder,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['@tensorflow/tfjs-node'],
    mainFields: ['module', 'main'],
    logLevel: 'warning',
  });
  await buildKernels(folder, { production: true });
  const { status } = spawnSync(process.execPath, [join(folder, 'forecast.js'), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
