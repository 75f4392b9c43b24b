import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canPair, compileKernels, compileUnpaired, pairingFlags } from '../../../src/engine/wasm/kernelBuild';
import { computeTheSame } from '../../../src/engine/wasm/kernelComparison';
import { knowsRelaxed, withPrivateMemory } from '../../../src/engine/wasm/kernelFiles';
import { loadWasmEngine } from '../../../src/engine/wasm/wasm';
import { functionsOf, withTrap } from './wasmModule';

const kernelFolder = join(process.cwd(), 'dist');
const kernelFile = join(kernelFolder, `kernels.${knowsRelaxed() ? 'relaxed' : 'simd'}.wasm`);

/**
 * Pairs of neighbours that each function stores, where V8 pairs anything. What the compiler puts into its caller is counted
 * there: tiles of few rows. So does V8 when it compiles, by rules of its own, so that a caller may have more.
 */
const expectedPairs: Readonly<Record<string, number>> = {
  tile6x16: 12,
  tile5x16: 10,
  tile4x16: 8,
  matmulRows6x16: 2 * (3 + 2 + 1),
  outer6x16: 12,
  outer5x16: 10,
  integerTile5x16: 10,
  integerTile4x16: 8,
  integerTile3x16: 6,
  matmulQuantized: 2 * (2 + 1),
  cellForward: 8,
  cellBackward: 5,
  copyKept: 1,
  crossEntropy: 3,
  crossEntropyGradient: 1,
  gatherRows: 1,
  scatterRows: 2,
  gatherLines: 1,
  sumLines: 2,
  sumColumns: 2,
  add: 1,
  dropRows: 1,
  adamW: 4,
  quantizeRows: 1,
  matvec: 2,
  matvecQuantized: 2,
};

/**
 * A module of one function of two addresses, which adds two vectors to two neighbours: what V8 pairs where it pairs anything.
 * (v128.store $0 (f32x4.add (v128.load $1) (v128.load $0))), and the same with offset=16 everywhere, all loads first.
 */
const probe = Buffer.from(
  '0061736d0100000001060160027f7f000302010005030100010712020570726f62650000066d656d6f727902000a34013201017b2001fd0004' +
    '102000fd000410fde401210220002001fd0004002000fd000400fde401fd0b040020002002fd0b04100b',
  'hex',
);

describe('kernels whose vectors V8 pairs', () => {
  const bytes = withPrivateMemory(new Uint8Array(readFileSync(kernelFile)));
  const functions = functionsOf(bytes);
  const { pairs, failures } = traceOf(bytes);

  it('are paired wherever they store two neighbours, or nothing is and that is known', async () => {
    if (traceOf(probe).pairs.size === 0) {
      // The processor has no vectors of 256 bits, memory has no guard pages, or this V8 doesn't know how.
      const engine = await loadWasmEngine({ kernelFolder, threads: 1 });
      assert.notEqual(engine.settleInstructions(), 'paired');
      engine.dispose();
      return;
    }
    const unpaired = Object.entries(expectedPairs).filter(([name, count]) => (pairs.get(name) ?? 0) < count);
    assert.deepEqual(unpaired, [], `fewer pairs than these, of ${JSON.stringify([...pairs])}`);
    // Rounding can't be paired; it is done once a model, as its weights are quantized.
    assert.deepEqual(
      failures.filter((reason) => !reason.includes('[F32x4NearestInt]')),
      [],
    );
  });

  it('are compared with unpaired ones, each that has pairs', async () => {
    const unpaired = compileUnpaired(bytes);
    assert.ok(computeTheSame(unpaired, await compileKernels(bytes)), 'the same kernels compute the same');
    const paired = new Set([...Object.keys(expectedPairs), ...pairs.keys()]);
    const missed: string[] = [];
    for (const name of paired) {
      const index = functions.get(name);
      assert.ok(index !== undefined, `There is no function ${name}.`);
      const broken = await compileKernels(withTrap(bytes, index));
      if (endsWell(() => computeTheSame(unpaired, broken))) missed.push(name);
    }
    assert.deepEqual(missed, [], 'never called by the comparison');
  });
});

function endsWell(act: () => unknown): boolean {
  try {
    act();
    return true;
  } catch (error) {
    assert.match(String(error), /unreachable/);
    return false;
  }
}

/** What V8 tells as it compiles a module: pairs of stores in each function that has any, and why others have none. */
function traceOf(module: Uint8Array): { pairs: ReadonlyMap<string, number>; failures: readonly string[] } {
  const pairs = new Map<string, number>();
  const failures: string[] = [];
  if (!canPair()) return { pairs, failures };
  const program = 'new WebAssembly.Module(Buffer.from(process.argv[1], "base64"))';
  const flags = [...pairingFlags, '--single-threaded', '--trace-wasm-revectorize'];
  const encoded = Buffer.from(module).toString('base64');
  const trace = execFileSync(process.execPath, [...flags, '-e', program, encoded], { encoding: 'utf8' });
  let name = '';
  let isDecided = false;
  let line = '';
  for (const next of trace.split('\n')) {
    const begun = /^Begin revec function (?:.*\/)?(\S+)$/.exec(next);
    if (begun !== null) [name, isDecided] = [begun[1]!, false];
    else if (next.includes('Decide to vectorize')) isDecided = true;
    else if (isDecided && next.includes(': Store(')) pairs.set(name, (pairs.get(name) ?? 0) + 1);
    else if (next.includes('Build tree failed')) failures.push(`${name}: ${line}`);
    line = next;
  }
  return { pairs, failures };
}
