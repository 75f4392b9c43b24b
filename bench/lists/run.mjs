// @ts-check
// Runs the benchmark of lists: see lists.ts.
import { node24 } from '../../scripts/setup/node24.mjs';
import { runBundled } from '../bundled.mjs';

await runBundled('lists', { kernelThread: 'src/engine/wasm/kernelThread.ts' }, node24());
