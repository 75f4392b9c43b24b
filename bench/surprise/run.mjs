// @ts-check
// Runs the benchmark of surprise with the engine's threads: see surprise.ts.
import { runBundled } from '../bundled.mjs';

await runBundled('surprise', {
  cli: 'src/cli/cli.ts',
  trainingThread: 'src/background/trainingThread.ts',
  kernelThread: 'src/engine/wasm/kernelThread.ts',
});
