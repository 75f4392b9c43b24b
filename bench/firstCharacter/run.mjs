// @ts-check
// How long one waits for the first character: builds the extension, bundles the measurement and runs it in the real editor.
//   node bench/firstCharacter/run.mjs
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const folder = mkdtempSync(join(tmpdir(), 'textloom-first-character-'));
try {
  execFileSync(process.execPath, ['esbuild.js'], { stdio: 'inherit' });
  await build({
    entryPoints: ['bench/firstCharacter/firstCharacter.ts', 'bench/firstCharacter/inEditor.ts'],
    outdir: folder,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode', 'playwright-core', '@vscode/test-electron', 'chromium-bidi'],
    logLevel: 'warning',
  });
  const { status } = spawnSync(process.execPath, [join(folder, 'firstCharacter.js')], {
    stdio: 'inherit',
    env: { ...process.env, NODE_PATH: join(process.cwd(), 'node_modules') },
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
