// One stream, one token: products of a row with weights, which read every weight once and so run at memory's pace.
import { multiplyAdd } from './vector';

/**
 * result = initial + row . weights, for `panels` panels of 16 outputs.
 * @param row `inputs` floats on end
 */
export function multiplyRow(result: usize, initial: usize, row: usize, inputs: i32, weights: usize, panels: i32): void {
  const rowEnd = row + ((<usize>inputs) << 2);
  for (let panel = 0; panel < panels; panel++) {
    let s0 = v128.load(initial),
      s1 = v128.load(initial, 16),
      s2 = v128.load(initial, 32),
      s3 = v128.load(initial, 48);
    let t0 = f32x4.splat(0),
      t1 = t0,
      t2 = t0,
      t3 = t0;
    for (let at = row; at < rowEnd; at += 8) {
      const a = v128.load32_splat(at),
        b = v128.load32_splat(at, 4);
      s0 = multiplyAdd(a, v128.load(weights), s0);
      s1 = multiplyAdd(a, v128.load(weights, 16), s1);
      s2 = multiplyAdd(a, v128.load(weights, 32), s2);
      s3 = multiplyAdd(a, v128.load(weights, 48), s3);
      t0 = multiplyAdd(b, v128.load(weights, 64), t0);
      t1 = multiplyAdd(b, v128.load(weights, 80), t1);
      t2 = multiplyAdd(b, v128.load(weights, 96), t2);
      t3 = multiplyAdd(b, v128.load(weights, 112), t3);
      weights += 128;
    }
    v128.store(result, f32x4.add(s0, t0));
    v128.store(result, f32x4.add(s1, t1), 16);
    v128.store(result, f32x4.add(s2, t2), 32);
    v128.store(result, f32x4.add(s3, t3), 48);
    result += 64;
    initial += 64;
  }
}
