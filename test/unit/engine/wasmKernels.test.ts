import { before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { dropoutKey, dropoutThreshold, isKept } from '../../../src/engine/dropout';
import { compileKernels, instantiate } from '../../../src/engine/wasm/kernelBuild';
import { type KernelFile, knowsRelaxed, withPrivateMemory } from '../../../src/engine/wasm/kernelFiles';
import type { Kernels } from '../../../src/engine/wasm/kernels';
import { makeMemory } from '../../../src/engine/wasm/threadPool';
import { Random } from '../../../src/model/model';
import { assertClose } from './closeness';

const files: readonly KernelFile[] = knowsRelaxed() ? ['simd', 'relaxed'] : ['simd'];

for (const file of files) {
  for (const wideTiles of [false, true]) {
    describe(`kernels: ${file}, ${wideTiles ? 'wide' : 'narrow'} tiles`, () => describeKernels(file, wideTiles));
  }
}

describe('the kernel files', () => {
  it('take less than their limit of bytes', () => {
    const sizes = ['simd', 'relaxed'].map((file) => statSync(kernelPath(file)).size);
    assert.ok(sizes[0]! + sizes[1]! < 100_000, `${sizes.join(' and ')} bytes`);
  });
});

function kernelPath(file: string): string {
  return join(process.cwd(), 'dist', `kernels.${file}.wasm`);
}

function describeKernels(file: KernelFile, wideTiles: boolean): void {
  const random = Random.seeded(1, 'kernels');
  const memory = makeMemory(4 << 20, false);
  const floats = new Float32Array(memory.buffer);
  const integers = new Int32Array(memory.buffer);
  let kernels: Kernels;
  let next = 1 << 16;
  before(async () => {
    const { module } = await compileKernels(withPrivateMemory(new Uint8Array(readFileSync(kernelPath(file)))));
    kernels = instantiate({ module, wideTiles }, memory);
  });

  /** Memory for this many floats, set to random values. */
  function fill(count: number): number {
    const address = next;
    next += Math.ceil(count / 16) * 64;
    for (let i = 0; i < count; i++) floats[address / 4 + i] = 2 * random.uniform() - 1;
    return address;
  }

  function release(): void {
    next = 1 << 16;
  }

  /** Element (row, column) of a matrix in panels. */
  function at(address: number, stride: number, row: number, column: number): number {
    return (address + Math.floor(column / 16) * stride) / 4 + row * 16 + (column % 16);
  }

  it('squash within 2e-6 everywhere', () => {
    release();
    const values = Array.from({ length: 4096 }, (_, i) => (i - 2048) / 100);
    const [input, output] = [fill(4096), fill(4096)];
    floats.set(values, input / 4);
    const result = (): Float32Array => floats.slice(output / 4, output / 4 + 4096);
    kernels.tanhAll(output, input, 4096);
    result().forEach((y, i) => assert.ok(Math.abs(y - Math.tanh(values[i]!)) < 2e-6, `tanh ${values[i]}: ${y}`));
    kernels.sigmoidAll(output, input, 4096);
    result().forEach((y, i) => assert.ok(Math.abs(y - 1 / (1 + Math.exp(-values[i]!))) < 2e-6, `sigmoid ${values[i]}`));
    kernels.expAll(output, input, 2048);
    for (let i = 0; i < 2048; i++) {
      const exact = Math.exp(values[i]!);
      assert.ok(Math.abs(floats[output / 4 + i]! / exact - 1) < 1e-6, `exp ${values[i]}`);
    }
  });

  it('pass on what is not a number, and end exp in zero', () => {
    release();
    const [input, output] = [fill(4), fill(4)];
    const result = (): number[] => [...floats.slice(output / 4, output / 4 + 4)];
    floats.set([NaN, Infinity, -Infinity, 0], input / 4);
    kernels.tanhAll(output, input, 4);
    assert.ok(Number.isNaN(result()[0]));
    assertClose(result().slice(1), [1, -1, 0], 1e-6, 'tanh');
    floats.set([NaN, -1e30, -88, 0], input / 4);
    kernels.expAll(output, input, 4);
    assert.ok(Number.isNaN(result()[0]));
    assert.deepEqual(result().slice(1), [0, 0, 1]);
  });

  for (const [rows, panels, outputs] of [
    [1, 1, 16],
    [2, 2, 32],
    [3, 3, 16],
    [4, 5, 48],
    [13, 35, 32],
  ] as const) {
    it(`multiply ${rows} rows of ${panels} panels by ${outputs} columns as integers`, () => {
      release();
      const inputs = 16 * panels;
      const pairs = Math.ceil(panels / 2);
      const stride = (rows + 2) * 64;
      const [a, b] = [fill((panels * stride) / 4), fill(inputs * outputs)];
      const [states, weights] = [fill((pairs * stride) / 4), fill(pairs * 16 * outputs)];
      const [scales, bias, c] = [fill(outputs), fill(outputs), fill((outputs / 16) * (stride / 4))];
      // One output without weights, and one whose weights are all as large as they can be, as its states are.
      for (let k = 0; k < inputs; k++) {
        floats[at(b, inputs * 64, k, 3)] = 0;
        floats[at(b, inputs * 64, k, 5)] = 1;
        floats[at(a, stride, 0, k)] = 1;
      }
      const old = floats.slice(c / 4, c / 4 + (outputs / 16) * (stride / 4));
      kernels.quantizeWeights(weights, scales, b, panels, outputs / 16);
      kernels.quantizeRows(states, a, stride, rows, panels);
      kernels.matmulQuantized(c, states, stride, rows, pairs, weights, scales, outputs / 16, bias, 64, 0);
      const weight = (k: number, column: number): number => floats[at(b, inputs * 64, k, column)]!;
      for (let column = 0; column < outputs; column++) {
        const amounts = Array.from({ length: inputs }, (_, k) => Math.abs(weight(k, column)));
        const total = amounts.reduce((one, other) => one + other, 0);
        const step = Math.max(total / 260_000, Math.max(...amounts) / 32_767);
        for (let row = 0; row < rows; row++) {
          let sum = floats[bias / 4 + column]!;
          // A state is at most half of its step away, and so is a weight.
          let allowed = 1e-5 + total / 8192 / 2;
          for (let k = 0; k < inputs; k++) {
            const state = floats[at(a, stride, row, k)]!;
            sum += state * weight(k, column);
            allowed += ((Math.abs(state) + 1 / 8192) * step) / 2;
          }
          const actual = floats[at(c, stride, row, column)]!;
          assert.ok(Math.abs(actual - sum) < allowed, `${row}, ${column}: ${actual}, not ${sum}`);
        }
      }
      const untouched = at(c, stride, rows, 0) - c / 4;
      assert.equal(floats[c / 4 + untouched], old[untouched], 'the row after the last');
    });
  }

  for (const [rows, inputs, outputs] of [
    [1, 16, 16],
    [2, 32, 48],
    [3, 16, 16],
    [7, 48, 32],
    [13, 272, 16],
    [25, 528, 32],
  ] as const) {
    it(`multiply ${rows} rows of ${inputs} by ${outputs} columns`, () => {
      release();
      const stride = (rows + 2) * 64;
      const [a, b] = [fill((inputs / 16) * (stride / 4)), fill(inputs * outputs)];
      const [c, bias] = [fill((outputs / 16) * (stride / 4)), fill(outputs)];
      const old = floats.slice(c / 4, c / 4 + (outputs / 16) * (stride / 4));
      const product = (row: number, column: number): number => {
        let sum = 0;
        for (let k = 0; k < inputs; k++) sum += floats[at(a, stride, row, k)]! * floats[at(b, inputs * 64, k, column)]!;
        return sum;
      };
      const expected = grid(rows, outputs, product);
      const added = expected.map((value, i) => {
        return value + old[at(0, stride, Math.floor(i / outputs), i % outputs)]!;
      });
      const biased = expected.map((value, i) => value + floats[bias / 4 + (i % outputs)]!);
      const actual = (): number[] => grid(rows, outputs, (row, column) => floats[at(c, stride, row, column)]!);
      kernels.matmul(c, a, stride, rows, inputs / 16, b, outputs / 16, c, stride, 64);
      assertClose(actual(), added, 1e-5, 'added to what is there');
      kernels.matmul(c, a, stride, rows, inputs / 16, b, outputs / 16, bias, 64, 0);
      assertClose(actual(), biased, 1e-5, 'added to a bias');
      const unused = at(c, stride, rows, 0);
      assert.equal(floats[unused], old[at(0, stride, rows, 0)], 'the row after the last');
    });
  }

  for (const [times, rows, columns, outputs] of [
    [1, 1, 16, 16],
    [5, 3, 48, 32],
    [3, 130, 32, 16],
    [2, 300, 16, 16],
    [40, 7, 272, 16],
  ] as const) {
    it(`multiply transposed ${columns} x ${outputs} over ${times} times of ${rows} rows`, () => {
      release();
      const stride = (rows | 1) * 64;
      const [aTime, bTime] = [(columns / 16) * stride, (outputs / 16) * stride];
      const [a, b] = [fill((times * aTime) / 4), fill((times * bTime) / 4)];
      const c = fill(columns * outputs);
      const old = grid(columns, outputs, (row, column) => floats[at(c, columns * 64, row, column)]!);
      const expected = grid(columns, outputs, (row, column) => {
        let sum = old[row * outputs + column]!;
        for (let t = 0; t < times; t++) {
          for (let r = 0; r < rows; r++) {
            sum += floats[at(a + t * aTime, stride, r, row)]! * floats[at(b + t * bTime, stride, r, column)]!;
          }
        }
        return sum;
      });
      const [aPanels, bPanels] = [columns / 16, outputs / 16];
      kernels.matmulTransposed(c, columns * 64, 64, a, aTime, aPanels, b, bTime, bPanels, stride, times, rows);
      const actual = grid(columns, outputs, (row, column) => floats[at(c, columns * 64, row, column)]!);
      assertClose(actual, expected, 1e-5, 'gradient');
    });
  }

  it('multiply a matrix and a vector', () => {
    release();
    const [row, weights, initial, result] = [fill(48), fill(48 * 32), fill(32), fill(32)];
    kernels.matvec(result, initial, row, 3, weights, 2);
    const expected = grid(1, 32, (_, column) => {
      let sum = floats[initial / 4 + column]!;
      for (let k = 0; k < 48; k++) sum += floats[row / 4 + k]! * floats[at(weights, 48 * 64, k, column)]!;
      return sum;
    });
    assertClose(floats.slice(result / 4, result / 4 + 32), expected, 1e-5, 'row');
  });

  it('multiply a quantized matrix and a vector', () => {
    release();
    const [row, weights, initial, result, scales] = [fill(48), fill(48 * 32), fill(32), fill(32), fill(32)];
    for (let k = 0; k < 48; k++) floats[at(weights, 48 * 64, k, 5)] = 0;
    const expected = grid(1, 32, (_, column) => {
      let sum = floats[initial / 4 + column]!;
      for (let k = 0; k < 48; k++) sum += floats[row / 4 + k]! * floats[at(weights, 48 * 64, k, column)]!;
      return sum;
    });
    kernels.quantizeForMatvec(weights, scales, 3, 2);
    kernels.matvecQuantized(result, initial, row, 3, weights, scales, 2);
    const actual = floats.slice(result / 4, result / 4 + 32);
    assertClose(actual, expected, 1e-4, 'row');
    assert.equal(actual[5], floats[initial / 4 + 5], 'a column of zeros');
  });

  it('drop exactly what dropout.ts says', () => {
    release();
    const [rows, width] = [5, 37];
    const stride = (rows | 1) * 64;
    for (const [rate, ids] of [
      [0.2, null],
      [0.5, [7, 0, 90_000, 3, 11]],
    ] as const) {
      const [panels, idAddress] = [fill((3 * stride) / 4), fill(16)];
      floats.fill(1, panels / 4, panels / 4 + (3 * stride) / 4);
      integers.set(ids ?? [], idAddress / 4);
      const [key, threshold] = [dropoutKey(9, 4, 2), dropoutThreshold(rate)];
      kernels.dropRows(panels, stride, 3, rows, ids === null ? 0 : idAddress, 1000, width, key, threshold, 2);
      const actual = grid(rows, width, (row, column) => floats[at(panels, stride, row, column)]!);
      const expected = grid(rows, width, (row, column) => {
        const index = (ids === null ? 1000 + row : ids[row]!) * width + column;
        return isKept(key, index, threshold) ? 2 : 0;
      });
      assert.deepEqual(actual, expected);
      assert.ok(expected.includes(0) && expected.includes(2));
    }
  });

  it('transpose blocks', () => {
    release();
    const [from, to] = [fill(512), fill(512)];
    kernels.transposeBlocks(to, 64, 1024, from, 128, 64, 2);
    for (let row = 0; row < 16; row++) {
      for (let column = 0; column < 32; column++) {
        assert.equal(floats[to / 4 + column * 16 + row], floats[from / 4 + row * 32 + column]);
      }
    }
  });
}

/** Row-major values of a matrix. */
function grid(rows: number, columns: number, value: (row: number, column: number) => number): number[] {
  return Array.from({ length: rows * columns }, (_, i) => value(Math.floor(i / columns), i % columns));
}
