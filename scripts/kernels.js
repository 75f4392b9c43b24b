// @ts-check
// Compiles the AssemblyScript kernels of src/engine/wasm/kernels into one small .wasm file a variant. An unchanged
// source is not compiled again: the files are kept in .cache/kernels under a hash of it.
const { createHash } = require('node:crypto');
const { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..');
const sources = join(root, 'src', 'engine', 'wasm', 'kernels');
const cache = join(root, '.cache', 'kernels');

/** Plain SIMD runs everywhere; relaxed SIMD has the fused multiply-add, where the run time knows it. */
const variants = {
  'kernels.simd.wasm': ['simd', 'threads'],
  'kernels.relaxed.wasm': ['simd', 'relaxed-simd', 'threads'],
};

/** Without checks, runtime or data of their own, over an imported shared memory of up to 4 GB. */
const options = [
  ...['-O3', '--noAssert', '--runtime', 'stub'],
  ...['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
];

module.exports = { buildKernels };

/** @param {string} folder where the .wasm files go */
async function buildKernels(folder) {
  mkdirSync(folder, { recursive: true });
  const built = join(cache, sourceHash());
  if (!existsSync(built)) await compileAll(built);
  for (const name of Object.keys(variants)) copyFileSync(join(built, name), join(folder, name));
}

/** A hash of all that decides the output: sources, options and the compiler's version. */
function sourceHash() {
  const hash = createHash('sha256').update(JSON.stringify([variants, options]));
  hash.update(require('assemblyscript/package.json').version);
  for (const file of sourceFiles()) hash.update(`\0${file}\0`).update(readFileSync(join(sources, file)));
  return hash.digest('hex').slice(0, 20);
}

function sourceFiles() {
  return readdirSync(sources)
    .filter((file) => file.endsWith('.ts'))
    .sort();
}

/** Compiles every variant into `target`, which appears only when all are done. @param {string} target */
async function compileAll(target) {
  const unfinished = `${target}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  const { default: asc } = await import('assemblyscript/asc');
  for (const [name, features] of Object.entries(variants)) {
    const enabled = features.flatMap((feature) => ['--enable', feature]);
    const { error, stderr } = await asc.main([
      join(sources, 'kernels.ts'),
      ...['--outFile', join(unfinished, name), '--baseDir', '/'],
      ...enabled,
      ...options,
    ]);
    if (error) throw new Error(`The kernels do not compile (${name}).\n${stderr.toString()}`);
  }
  if (existsSync(target)) rmSync(unfinished, { recursive: true });
  else renameSync(unfinished, target);
}
