import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
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
  'dist/panel.css',
  'dist/panel.js',
  'dist/trainingThread.js',
  'package.json',
];

interface Manifest {
  readonly main: string;
  readonly icon: string;
  readonly bin: Readonly<Record<string, string>>;
}

describe('the VSIX', () => {
  let files: string[];

  before(async function () {
    this.timeout(120_000); // It looks through the caches of set-up as well.
    files = await listFiles({ packageManager: PackageManager.None });
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
