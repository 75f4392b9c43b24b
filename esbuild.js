// @ts-check
// Bundles every entry of the project into dist/. Types are checked apart (npm run check-types).
//   node esbuild.js [--production] [--watch]
// A development build holds the tests as well; a production build holds what ships and nothing else, and writes
// ThirdPartyNotices.txt.
const { mkdirSync, readdirSync, rmSync, writeFileSync } = require('node:fs');
const { basename, dirname, join } = require('node:path');
const esbuild = require('esbuild');
const { buildKernels } = require('./scripts/kernels.js');
const { noticesOf } = require('./scripts/notices.js');
const { buildSampleText } = require('./scripts/sampleText.js');

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

/** Prints errors in the form that VS Code's `$esbuild-watch` problem matcher reads. @type {esbuild.Plugin} */
const problemMatcher = {
  name: 'problem-matcher',
  setup(build) {
    build.onStart(() => console.log('[watch] build started'));
    build.onEnd((result) => {
      for (const { text, location } of result.errors) {
        console.error(`✘ [ERROR] ${text}`);
        if (location) console.error(`    ${location.file}:${location.line}:${location.column}:`);
      }
      console.log('[watch] build finished');
    });
  },
};

/**
 * Writes CommonJS, as the editor and older Nodes load it, of what esbuild can split in parts as ES modules only: what is
 * imported dynamically is a file of its own, read when it is needed, and what several parts need is there once.
 * @type {esbuild.Plugin}
 */
const commonJs = {
  name: 'common-js',
  setup(build) {
    build.onEnd(async ({ outputFiles = [] }) => {
      for (const { path, text } of outputFiles) {
        const { code, map } = await esbuild.transform(text, {
          format: 'cjs',
          platform: 'node',
          target: 'node20',
          // The editor gives `vscode` to what is required.
          supported: { 'dynamic-import': false },
          minify: production,
          sourcemap: production ? false : 'external',
          sourcesContent: false,
          sourcefile: path,
        });
        mkdirSync(dirname(path), { recursive: true });
        if (map !== '') writeFileSync(`${path}.map`, map);
        writeFileSync(path, map === '' ? code : `${code}//# sourceMappingURL=${basename(path)}.map\n`);
      }
    });
  },
};

/** @type {esbuild.BuildOptions} */
const shared = {
  bundle: true,
  outdir: 'dist',
  minify: production,
  sourcemap: production ? false : 'linked',
  sourcesContent: false,
  // All of them are in ThirdPartyNotices.txt.
  legalComments: 'none',
  metafile: production,
  logLevel: watch ? 'silent' : 'warning',
  plugins: watch ? [problemMatcher] : [],
};

/** @type {esbuild.BuildOptions} */
const node = {
  ...shared,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // Provided by the editor, native, or run-time dependencies of the tests that are not to be bundled.
  external: [
    'vscode',
    '@tensorflow/tfjs-node',
    'mocha',
    'playwright-core',
    '@vscode/test-electron',
    '@vscode/vsce',
    'esbuild',
    'axe-core',
  ],
  mainFields: ['module', 'main'],
};

/** Every test file of a layer is an entry of its own, found by its name. @param {string} layer */
function testEntries(layer) {
  const folder = join('test', layer);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => ({ in: join(folder, file), out: join('test', layer, file.replace(/\.ts$/, '')) }));
}

/** @type {esbuild.BuildOptions[]} */
const bundles = [
  {
    ...node,
    format: 'esm',
    splitting: true,
    write: false,
    plugins: [commonJs, ...shared.plugins],
    sourcemap: production ? false : 'inline',
    entryPoints: { extension: 'src/extension/extension.ts' },
    chunkNames: 'extension/[name]-[hash]',
  },
  {
    ...node,
    entryPoints: {
      background: 'src/background/background.ts',
      worker: 'src/background/worker.ts',
      kernelThread: 'src/engine/wasm/kernelThread.ts',
      cli: 'src/cli/cli.ts',
    },
  },
  {
    ...shared,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    entryPoints: {
      panel: 'src/panel/run/panel.ts',
      modelPage: 'src/panel/model/modelPage.ts',
      codicon: '@vscode/codicons/dist/codicon.css',
    },
    loader: { '.ttf': 'file' },
    assetNames: '[name]',
  },
];
if (!production) {
  bundles.push({
    ...node,
    // Tests run beside node_modules: to bundle it into each of them would only take time.
    packages: 'external',
    entryPoints: [
      ...testEntries('unit'),
      ...testEntries('vscode'),
      ...testEntries('e2e'),
      { in: 'src/engine/tensorflow/install/install.ts', out: 'installTensorFlow' },
      { in: 'test/vscode/index.ts', out: 'test/vscode/index' },
      { in: 'test/launcher/launcher.ts', out: 'test/launcher/launcher' },
      { in: 'test/launcher/desktopRun.ts', out: 'test/launcher/desktopRun' },
      { in: 'test/harness/main.ts', out: 'test/harness/main' },
      { in: 'test/harness/report.ts', out: 'test/harness/report' },
      { in: 'bench/panelFrames.ts', out: 'bench/panelFrames' },
      { in: 'test/e2e/pictures.ts', out: 'test/pictures' },
      ...['holdsLock', 'injector', 'program', 'main'].map((name) => ({
        in: `test/faults/${name}.ts`,
        out: `test/faults/${name}`,
      })),
    ],
  });
}

async function main() {
  rmSync('dist', { recursive: true, force: true });
  await buildKernels('dist', { production });
  buildSampleText('dist', 'sample.md');
  if (watch) {
    const contexts = await Promise.all(bundles.map((options) => esbuild.context(options)));
    await Promise.all(contexts.map((context) => context.watch()));
  } else {
    const results = await Promise.all(bundles.map((options) => esbuild.build(options)));
    const metafiles = results.flatMap(({ metafile }) => metafile ?? []);
    if (production) writeFileSync('ThirdPartyNotices.txt', noticesOf(metafiles));
  }
}

main().catch((error) => {
  // esbuild has told of its own.
  if (!Array.isArray(error.errors)) console.error(error.message);
  process.exit(1);
});
