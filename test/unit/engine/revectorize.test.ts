import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { canPair, pairingFlags } from '../../../src/engine/wasm/kernelBuild';
import { loadWasmEngine } from '../../../src/engine/wasm/wasm';

const program = 'new WebAssembly.Module(require("node:fs").readFileSync(process.argv[1]))';

describe('kernels whose vectors V8 pairs', () => {
  it('are paired wherever they store two neighbours, or nowhere and that is known', async () => {
    const kernels = join(process.cwd(), 'dist', 'kernels.relaxed.wasm');
    const flags = [...pairingFlags, '--single-threaded', '--trace-wasm-revectorize'];
    const trace = canPair()
      ? execFileSync(process.execPath, [...flags, '-e', program, kernels], { encoding: 'utf8' })
      : '';
    if (!trace.includes('Begin revec')) {
      // The processor has no vectors of 256 bits, or this V8 doesn't know how.
      const engine = await loadWasmEngine({ kernelFolder: join(process.cwd(), 'dist'), threads: 1 });
      assert.notEqual(engine.settleInstructions(), 'paired');
      return;
    }
    assert.ok(trace.match(/Decide to vectorize/g)!.length > 20);
    // A pair of sums for each half of a row, in tiles of one row to five.
    assert.ok(trace.match(/PackNode \[I32x4DotI16x8S\]/g)!.length >= 2 * (1 + 2 + 3 + 4 + 5), 'integers');
    const lines = trace.split('\n');
    const failures = lines.flatMap((line, at) => (line.includes('Build tree failed') ? [lines[at - 1]] : []));
    // Rounding can't be paired; it is done once a model, as its weights are quantized.
    assert.deepEqual(
      failures.filter((reason) => !reason?.includes('[F32x4NearestInt]')),
      [],
    );
  });
});
