// @ts-check
// Runs the ablation on the Node that the editor ships: see ablation.ts.
import { node24 } from '../../scripts/setup/node24.mjs';
import { runBundled } from '../bundled.mjs';

await runBundled('ablation', { kernelThread: 'src/engine/wasm/kernelThread.ts' }, node24());
