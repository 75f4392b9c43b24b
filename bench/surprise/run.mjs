// @ts-check
// Bundles the benchmark of surprise with the engine's threads and kernels into a folder of its own and runs it: see
// surprise.ts.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const { buildKernels } = createRequire(import.meta.url)('../../scripts/kernels.js');
const folder = mkdtempSync(join(tmpdir(), 'textloom-surprise-bundle-'));
try {
  await build({
    entryPoints: {
      surprise: 'bench/surprise/surprise.ts',
      cli: 'src/cli/cli.ts',
      trainingThread: 'src/background/trainingThread.ts',
      kernelThread: 'src/engine/wasm/kernelThread.ts',
    },
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
  const { status } = spawnSync(process.execPath, [join(folder, 'surprise.js'), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
