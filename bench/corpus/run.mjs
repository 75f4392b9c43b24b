// @ts-check
// Runs the benchmark of large corpora: see corpus.ts.
import { node24 } from '../../scripts/setup/node24.mjs';
import { runBundled } from '../bundled.mjs';

await runBundled('corpus', {}, node24());
