// @ts-check
// Compiles the AssemblyScript kernels of src/engine/wasm/kernels into one small .wasm file a variant. An unchanged
// source is not compiled again: the files are kept in .cache/kernels under a hash of it.
const { createHash } = require('node:crypto');
const {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} = require('node:fs');
const { basename, join } = require('node:path');
const prettier = require('prettier');
const { matmulTiles } = require('../src/engine/wasm/kernels/matmulTiles.template.js');

const root = join(__dirname, '..');
const folder = 'src/engine/wasm/kernels';
const cache = join(root, '.cache', 'kernels');

/** Plain SIMD runs everywhere; relaxed SIMD has the fused multiply-add, where the run time knows it. */
const variants = {
  'kernels.simd.wasm': ['simd', 'threads'],
  'kernels.relaxed.wasm': ['simd', 'relaxed-simd', 'threads'],
};

/** Without checks, runtime or data of their own, over an imported shared memory of up to 4 GB. */
const options = [
  ...['-O3', '--debug', '--noAssert', '--runtime', 'stub'],
  ...['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
];

module.exports = { buildKernels };

/** @param {string} target folder where the .wasm files go */
async function buildKernels(target) {
  mkdirSync(target, { recursive: true });
  const sources = readSources();
  const built = join(cache, hashOf(sources));
  if (!existsSync(built)) await compileAll(sources, built);
  for (const name of Object.keys(variants)) copyFileSync(join(built, name), join(target, name));
}

/** All sources by name, with those that a template writes. */
function readSources() {
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith('.ts'));
  const sources = new Map(names.sort().map((name) => [name, readFileSync(join(root, folder, name), 'utf8')]));
  return sources.set('matmulTiles.ts', matmulTiles());
}

/** A hash of all that decides the output: sources, options and the compiler's version. @param {Map<string, string>} sources */
function hashOf(sources) {
  const hash = createHash('sha256').update(JSON.stringify([variants, options, ...sources]));
  hash.update(require('assemblyscript/package.json').version);
  return hash.digest('hex').slice(0, 20);
}

/**
 * `// @inline` above a function or constant stands for AssemblyScript's decorator, which TypeScript takes for a mistake
 * there, and with it whatever else reads the sources: the editor, the lint, the formatter.
 * @param {string} source
 */
function decorate(source) {
  return source.replace(/^\/\/ @inline$/gm, '@inline');
}

/**
 * Compiles every variant into `target`, which appears only when all are done.
 * @param {Map<string, string>} sources
 * @param {string} target
 */
async function compileAll(sources, target) {
  const unfinished = `${target}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  await showTiles(sources.get('matmulTiles.ts') ?? '');
  const { default: asc } = await import('assemblyscript/asc');
  /** Answers null for what isn't there: the compiler tries several places. */
  const readFile = (/** @type {string} */ path) => {
    const source = path.startsWith(`${folder}/`) ? sources.get(basename(path)) : undefined;
    return source === undefined ? null : decorate(source);
  };
  for (const [name, features] of Object.entries(variants)) {
    const enabled = features.flatMap((feature) => ['--enable', feature]);
    const { error, stderr } = await asc.main(
      [`${folder}/kernels.ts`, '--outFile', join(unfinished, name), '--baseDir', root, ...enabled, ...options],
      { readFile },
    );
    if (error) throw new Error(`The kernels do not compile (${name}).\n${stderr.toString()}`);
  }
  if (existsSync(target)) rmSync(unfinished, { recursive: true });
  else renameSync(unfinished, target);
}

/** Leaves what the template writes where it can be read, and found from the sources. @param {string} tiles */
async function showTiles(tiles) {
  const shown = join(cache, 'sources');
  mkdirSync(shown, { recursive: true });
  writeFileSync(join(shown, 'matmulTiles.ts'), await prettier.format(tiles, { parser: 'typescript', printWidth: 120 }));
}
