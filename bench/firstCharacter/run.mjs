// @ts-check
// How long one waits for the first character: bundles the measurement and runs it in the real editor.
//   npm run build && node bench/firstCharacter/run.mjs
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const folder = mkdtempSync(join(tmpdir(), 'textloom-first-character-'));
try {
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
