// The module that the editor runs inside its extension host: every test/vscode/**/*.test.ts.
import { runLayer } from '../harness/layerRun';

/** Called by the editor. Rejects when a test fails or none has run. */
export async function run(): Promise<void> {
  await runLayer('vscode', __dirname);
}
