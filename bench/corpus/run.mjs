// @ts-check
// Runs the benchmark of large corpora: see corpus.ts.
import { runBundled } from '../bundled.mjs';

await runBundled('corpus', {});
