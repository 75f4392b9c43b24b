import { build } from 'esbuild';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface KernelScript {
  readonly buildKernels: (folder: string) => Promise<void>;
}

/** The background process, bundled from the sources as they are into a folder of its own. */
export interface Bundle {
  readonly folder: string;
  readonly modulePath: string;
  readonly remove: () => void;
}

/** Bundles the background process with its threads and kernels. */
export async function bundleBackground(): Promise<Bundle> {
  const folder = mkdtempSync(join(tmpdir(), 'textloom-background-'));
  await build({
    entryPoints: {
      background: 'src/background/background.ts',
      worker: 'src/background/worker.ts',
      kernelThread: 'src/engine/wasm/kernelThread.ts',
    },
    outdir: folder,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['@tensorflow/tfjs-node'],
    mainFields: ['module', 'main'],
    sourcemap: 'linked',
    logLevel: 'silent',
  });
  const { buildKernels } = createRequire(join(process.cwd(), 'package.json'))('./scripts/kernels.js') as KernelScript;
  await buildKernels(folder);
  return {
    folder,
    modulePath: join(folder, 'background.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
