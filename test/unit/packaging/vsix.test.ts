import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listFiles, PackageManager } from '@vscode/vsce';

/** Everything that a user downloads. A new name belongs here only when the product needs it at run time. */
const shipped = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'dist/background.js',
  'dist/cli.js',
  'dist/codicon.css',
  'dist/codicon.ttf',
  'dist/extension.js',
  'dist/kernelThread.js',
  'dist/kernels.relaxed.wasm',
  'dist/kernels.simd.wasm',
  'dist/modelPage.css',
  'dist/modelPage.js',
  'dist/panel.css',
  'dist/panel.js',
  'dist/sample.md',
  'dist/trainingThread.js',
  'package.json',
  'schemas/recipe.schema.json',
];

/** None of them ships: the list of what does names no folder like these. */
const bigFolders = ['node_modules', '.cache', '.git', 'test-output'];

interface Manifest {
  readonly main: string;
  readonly icon: string;
  readonly bin: Readonly<Record<string, string>>;
}

describe('the VSIX', function () {
  this.timeout(120_000);
  let files: string[];

  // In a copy of the project without its big folders, which would take vsce half a minute to walk through.
  before(async () => {
    const copy = mkdtempSync(join(tmpdir(), 'textloom-vsix-'));
    try {
      for (const name of readdirSync('.')) {
        if (!bigFolders.includes(name)) cpSync(name, join(copy, name), { recursive: true });
      }
      files = await listFiles({ cwd: copy, packageManager: PackageManager.None });
    } finally {
      rmSync(copy, { recursive: true });
    }
  });

  it('holds what the product needs, pictures, and nothing else', () => {
    const code = files.filter((file) => !file.startsWith('media/')).sort();
    assert.deepEqual(code, shipped);
    const media = files.filter((file) => file.startsWith('media/'));
    assert.ok(media.length > 0);
    assert.deepEqual(
      media.filter((file) => !/\.(png|svg|woff|md)$/.test(file)),
      [],
    );
  });

  it('holds every file that the manifest names', () => {
    const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
    for (const named of [manifest.main, manifest.icon, ...Object.values(manifest.bin)]) {
      assert.ok(files.includes(named.replace(/^\.\//, '')), `${named} is not shipped`);
    }
  });
});
