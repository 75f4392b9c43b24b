// Runs a layer of tests: `node dist/test/harness/main.js unit|vscode|e2e [FILE...]`. Those of `vscode` run inside the real
// editor, all of them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runExtensionTests } from '../launcher/launcher';
import { isLayer, runLayer } from './layerRun';
import { grepVariable, writeLine } from './report';

/** Seconds that all tests inside the editor may take together, on a slow machine. */
const editorSeconds = 1500;

async function main(layer: string | undefined, files: readonly string[]): Promise<void> {
  if (!isLayer(layer)) throw new Error('Say which layer: unit, vscode or e2e.');
  const cache = mkdtempSync(join(tmpdir(), 'textloom-cache-'));
  process.on('exit', () => rmSync(cache, { recursive: true, force: true }));
  // Inherited by all that the tests start: they neither use nor fill the cache of who runs them.
  process.env['TEXTLOOM_CACHE'] = cache;
  if (layer === 'vscode') await runInEditor();
  else await runLayer(layer, join('dist', 'test', layer), files);
}

/** Hands on what the tests inside the editor report. @throws Error when the editor's run failed as a whole. */
async function runInEditor(): Promise<void> {
  const workspace = mkdtempSync(join(tmpdir(), 'textloom-workspace-'));
  const grep = process.env[grepVariable];
  try {
    const { report, failure } = await runExtensionTests({
      workspace,
      testModule: resolve('dist', 'test', 'vscode', 'index.js'),
      timeoutSeconds: editorSeconds,
      env: grep === undefined ? {} : { [grepVariable]: grep },
      onLog: (line) => process.stdout.write(`${line}\n`),
    });
    report.forEach(writeLine);
    if (failure !== undefined) throw new Error(failure);
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

main(process.argv[2], process.argv.slice(3)).then(
  // What a test has left open must not keep the run from ending.
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
