// One stream, one token: products of a row with weights, which read every weight once and so run at memory's pace.
import { multiplyAdd, storeLine, storePair } from './simdMath';
import { Address, Panels, HALF_LINE, LINE, lines } from './units';

/**
 * result = initial + row . weights, for a row of `inputs` panels on end, and so `result` and `initial`.
 */
export function matvec(
  result: Address,
  initial: Address,
  row: Address,
  inputs: Panels,
  weights: Address,
  outputs: Panels,
): void {
  const rowEnd = row + lines(inputs);
  for (let panel = 0; panel < outputs; panel++) {
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
    storeLine(result, f32x4.add(s0, t0), f32x4.add(s1, t1), f32x4.add(s2, t2), f32x4.add(s3, t3));
    result += LINE;
    initial += LINE;
  }
}

/**
 * Turns weights into 16-bit integers, in place (so that they fill half the space), each column with a scale of its own:
 * weight = integer * scale, to one part in 65,000 of the column's largest.
 */
export function quantizeForMatvec(weights: Address, scales: Address, inputs: Panels, outputs: Panels): void {
  let to = weights;
  for (let panel = 0; panel < outputs; panel++) {
    for (let lane: usize = 0; lane < LINE; lane += HALF_LINE) {
      let at = weights + lane;
      let largest0 = f32x4.splat(0);
      let largest1 = largest0;
      for (let input = 0; input < 16 * inputs; input++, at += LINE) {
        largest0 = f32x4.max(largest0, f32x4.abs(v128.load(at)));
        largest1 = f32x4.max(largest1, f32x4.abs(v128.load(at, 16)));
      }
      const step = f32x4.splat(1.0 / 32767.0);
      storePair(scales + lane, f32x4.mul(largest0, step), f32x4.mul(largest1, step));
    }
    for (let input = 0; input < 16 * inputs; input++) {
      storePair(to, narrow8(weights, scales), narrow8(weights + HALF_LINE, scales + HALF_LINE));
      weights += LINE;
      to += 32;
    }
    scales += LINE;
  }
}

/** Eight weights over their scales, as 16-bit integers; a scale of zero gives zeros. */
// @inline
function narrow8(weights: usize, scales: usize): v128 {
  const low = f32x4.nearest(f32x4.div(v128.load(weights), v128.load(scales)));
  const high = f32x4.nearest(f32x4.div(v128.load(weights, 16), v128.load(scales, 16)));
  return i16x8.narrow_i32x4_s(i32x4.trunc_sat_f32x4_s(low), i32x4.trunc_sat_f32x4_s(high));
}

/** {@link matvec} with weights that were quantized. */
export function matvecQuantized(
  result: Address,
  initial: Address,
  row: Address,
  inputs: Panels,
  weights: Address,
  scales: Address,
  outputs: Panels,
): void {
  const rowEnd = row + lines(inputs);
  for (let panel = 0; panel < outputs; panel++) {
    let s0 = f32x4.splat(0),
      s1 = s0,
      s2 = s0,
      s3 = s0,
      t0 = s0,
      t1 = s0,
      t2 = s0,
      t3 = s0;
    for (let at = row; at < rowEnd; at += 8) {
      const a = v128.load32_splat(at),
        b = v128.load32_splat(at, 4);
      s0 = multiplyAdd(a, widen4(weights), s0);
      s1 = multiplyAdd(a, widen4(weights + 8), s1);
      s2 = multiplyAdd(a, widen4(weights + 16), s2);
      s3 = multiplyAdd(a, widen4(weights + 24), s3);
      t0 = multiplyAdd(b, widen4(weights + 32), t0);
      t1 = multiplyAdd(b, widen4(weights + 40), t1);
      t2 = multiplyAdd(b, widen4(weights + 48), t2);
      t3 = multiplyAdd(b, widen4(weights + 56), t3);
      weights += LINE;
    }
    const x0 = multiplyAdd(f32x4.add(s0, t0), v128.load(scales), v128.load(initial));
    const x1 = multiplyAdd(f32x4.add(s1, t1), v128.load(scales, 16), v128.load(initial, 16));
    const x2 = multiplyAdd(f32x4.add(s2, t2), v128.load(scales, 32), v128.load(initial, 32));
    const x3 = multiplyAdd(f32x4.add(s3, t3), v128.load(scales, 48), v128.load(initial, 48));
    storeLine(result, x0, x1, x2, x3);
    result += LINE;
    initial += LINE;
    scales += LINE;
  }
}

// @inline
function widen4(at: usize): v128 {
  return f32x4.convert_i32x4_s(v128.load16x4_s(at));
}
