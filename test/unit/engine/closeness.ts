import assert from 'node:assert/strict';
import type { Parameters } from '../../../src/model/model';

/**
 * Asserts that two arrays agree: each difference is within `tolerance` of the expected value or, where values cancel to
 * nearly nothing, of the tensor's root mean square.
 */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  assert.equal(actual.length, expected.length, `${what}: number of elements`);
  const squares = Array.from(expected, (value) => value ** 2);
  const scale = Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / Math.max(1, squares.length));
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!);
    const allowed = tolerance * Math.max(Math.abs(expected[i]!), scale);
    // Written so that NaN fails.
    if (!(difference <= allowed)) {
      assert.fail(`${what}: element ${i} is ${actual[i]!}, expected ${expected[i]!} (scale ${scale})`);
    }
  }
}

/** {@link assertClose} for every parameter, which must be the same by name and shape. */
export function assertParametersClose(actual: Parameters, expected: Parameters, tolerance: number, what: string): void {
  assert.deepEqual([...actual.keys()], [...expected.keys()], `${what}: names`);
  for (const [name, tensor] of expected) {
    assert.deepEqual([...actual.get(name)!.shape], [...tensor.shape], `${what} ${name}: shape`);
    assertClose(actual.get(name)!.data, tensor.data, tolerance, `${what} ${name}`);
  }
}

/** Asserts that every parameter is the same, bit for bit. */
export function assertParametersEqual(actual: Parameters, expected: Parameters, what: string): void {
  assert.deepEqual([...actual.keys()], [...expected.keys()], `${what}: names`);
  for (const [name, { data }] of expected) {
    const same = Buffer.from(bytes(actual.get(name)!.data)).equals(bytes(data));
    assert.ok(same, `${what} ${name} differs`);
  }
}

function bytes(data: Float32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
