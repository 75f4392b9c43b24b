// @ts-check
// Runs the benchmark of surprise with the engine's threads: see surprise.ts.
import { node24 } from '../../scripts/setup/node24.mjs';
import { runBundled } from '../bundled.mjs';

const threads = {
  cli: 'src/cli/cli.ts',
  worker: 'src/background/worker.ts',
  kernelThread: 'src/engine/wasm/kernelThread.ts',
};
await runBundled('surprise', threads, node24());
