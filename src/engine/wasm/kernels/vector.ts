// Four floats at a time: the multiply-add that every product is made of, and the functions that gates and softmax need.

/** a * b + c, in one rounding where the machine's relaxed SIMD has it. */
// @ts-ignore: decorator
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/**
 * tanh by the rational approximation of Eigen (degree 13 over 6, absolute error below 3e-7). NaN stays NaN: `pmin` and
 * `pmax` return their first operand when the comparison fails.
 */
// @ts-ignore: decorator
@inline
export function tanh4(value: v128): v128 {
  const bound = f32x4.splat(7.90531110763549805);
  const x = f32x4.pmax(f32x4.pmin(value, bound), f32x4.neg(bound));
  const square = f32x4.mul(x, x);
  let p = f32x4.splat(-2.76076847742355e-16);
  p = multiplyAdd(square, p, f32x4.splat(2.00018790482477e-13));
  p = multiplyAdd(square, p, f32x4.splat(-8.60467152213735e-11));
  p = multiplyAdd(square, p, f32x4.splat(5.12229709037114e-8));
  p = multiplyAdd(square, p, f32x4.splat(1.48572235717979e-5));
  p = multiplyAdd(square, p, f32x4.splat(6.37261928875436e-4));
  p = multiplyAdd(square, p, f32x4.splat(4.89352455891786e-3));
  let q = f32x4.splat(1.19825839466702e-6);
  q = multiplyAdd(square, q, f32x4.splat(1.18534705686654e-4));
  q = multiplyAdd(square, q, f32x4.splat(2.268434632439e-3));
  q = multiplyAdd(square, q, f32x4.splat(4.89352518554385e-3));
  return f32x4.div(f32x4.mul(x, p), q);
}

/** 1 / (1 + exp(-x)) = (1 + tanh(x / 2)) / 2. */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  const half = f32x4.splat(0.5);
  return multiplyAdd(tanh4(f32x4.mul(x, half)), half, half);
}

/**
 * exp of values that are not positive (Cephes' polynomial, relative error below 2e-7); zero below -87, where a float
 * would be about to underflow. The power of two is made by adding to the exponent bits.
 */
// @ts-ignore: decorator
@inline
export function expOfNegative4(value: v128): v128 {
  const lowest = f32x4.splat(-87.0);
  const rounder = f32x4.splat(12582912.0); // 1.5 * 2^23: adding it leaves the nearest integer in the low bits
  const x = f32x4.pmax(value, lowest);
  const shifted = multiplyAdd(x, f32x4.splat(1.44269504088896341), rounder);
  const n = f32x4.sub(shifted, rounder);
  let r = multiplyAdd(n, f32x4.splat(-0.693359375), x);
  r = multiplyAdd(n, f32x4.splat(2.12194440e-4), r);
  let p = f32x4.splat(1.9875691500e-4);
  p = multiplyAdd(p, r, f32x4.splat(1.3981999507e-3));
  p = multiplyAdd(p, r, f32x4.splat(8.3334519073e-3));
  p = multiplyAdd(p, r, f32x4.splat(4.1665795894e-2));
  p = multiplyAdd(p, r, f32x4.splat(1.6666665459e-1));
  p = multiplyAdd(p, r, f32x4.splat(0.5));
  p = multiplyAdd(p, f32x4.mul(r, r), r);
  p = f32x4.add(p, f32x4.splat(1.0));
  const power = i32x4.add(p, i32x4.shl(shifted, 23));
  return v128.andnot(power, f32x4.lt(value, lowest));
}

/** Largest of the four lanes. */
// @ts-ignore: decorator
@inline
export function largestLane(x: v128): f32 {
  const pairs = f32x4.max(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(f32x4.max(pairs, v128.shuffle<f32>(pairs, pairs, 1, 0, 3, 2)), 0);
}

/** Sum of the four lanes. */
// @ts-ignore: decorator
@inline
export function laneSum(x: v128): f32 {
  const pairs = f32x4.add(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(f32x4.add(pairs, v128.shuffle<f32>(pairs, pairs, 1, 0, 3, 2)), 0);
}

/** Elementwise tanh of `count` floats (a multiple of four). For tests of the approximation. */
export function tanhAll(output: usize, input: usize, count: i32): void {
  for (let i = 0; i < count; i += 4) v128.store(output + (<usize>i << 2), tanh4(v128.load(input + (<usize>i << 2))));
}

/** Elementwise sigmoid of `count` floats (a multiple of four). For tests of the approximation. */
export function sigmoidAll(output: usize, input: usize, count: i32): void {
  for (let i = 0; i < count; i += 4) v128.store(output + (<usize>i << 2), sigmoid4(v128.load(input + (<usize>i << 2))));
}

/** Elementwise exp of `count` floats that are not positive (a multiple of four). For tests of the approximation. */
export function expAll(output: usize, input: usize, count: i32): void {
  for (let i = 0; i < count; i += 4) {
    v128.store(output + (<usize>i << 2), expOfNegative4(v128.load(input + (<usize>i << 2))));
  }
}
