// @ts-check
// Runs the benchmark of the forecast: see forecast.ts.
import { runBundled } from '../bundled.mjs';

await runBundled('forecast', { kernelThread: 'src/engine/wasm/kernelThread.ts' });
