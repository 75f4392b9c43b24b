// @ts-check
// Runs the benchmark of the forecast: see forecast.ts.
import { node24 } from '../../scripts/setup/node24.mjs';
import { runBundled } from '../bundled.mjs';

await runBundled('forecast', { kernelThread: 'src/engine/wasm/kernelThread.ts' }, node24());
