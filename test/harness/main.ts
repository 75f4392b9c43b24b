// Runs a layer of tests in this Node: `node dist/test/harness/main.js unit|e2e`.
import { join } from 'node:path';
import { isLayer, runLayer } from './layerRun';

async function main(layer: string | undefined): Promise<void> {
  if (!isLayer(layer) || layer === 'vscode') throw new Error('Say which layer: unit or e2e.');
  await runLayer(layer, join('dist', 'test', layer));
}

main(process.argv[2]).then(
  // What a test has left open must not keep the run from ending.
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
