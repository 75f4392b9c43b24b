// Four floats at a time: the multiply-add that every product is made of, and the functions that gates and softmax need.

/** a * b + c, in one rounding where the machine's relaxed SIMD has it. */
// @ts-ignore: decorator
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/**
 * Stores two neighbours. Of the operations that lead to them V8 can make one on 256 bits each, unless a load stands between
 * the stores: so both values are there before the first.
 */
// @ts-ignore: decorator
@inline
export function storePair(to: usize, first: v128, second: v128): void {
  v128.store(to, first);
  v128.store(to, second, 16);
}

// The constants below lie in memory. One in the code costs V8 some four instructions each time that it is used, in loops
// too, and keeps what it is used in from being paired; one load broadcasts it to a pair.

// @ts-ignore: decorator
@inline
function constant(table: usize, index: usize): v128 {
  return v128.load32_splat(table + (index << 2));
}

const ONE = memory.data<f32>([1]);

/** Ones. */
// @ts-ignore: decorator
@inline
export function one(): v128 {
  return constant(ONE, 0);
}

/** Numerator, from the highest power down, denominator, bounds. */
const TANH = memory.data<f32>([
  -2.76076847742355e-16, 2.00018790482477e-13, -8.60467152213735e-11, 5.12229709037114e-8, 1.48572235717979e-5,
  6.37261928875436e-4, 4.89352455891786e-3,
  1.19825839466702e-6, 1.18534705686654e-4, 2.268434632439e-3, 4.89352518554385e-3,
  7.90531110763549805, -7.90531110763549805,
  0.5,
]);

/**
 * tanh by the rational approximation of Eigen (degree 13 over 6, absolute error below 3e-7). NaN stays NaN: `pmin` and
 * `pmax` return their first operand when the comparison fails.
 */
// @ts-ignore: decorator
@inline
export function tanh4(value: v128): v128 {
  const x = f32x4.pmax(f32x4.pmin(value, constant(TANH, 11)), constant(TANH, 12));
  const square = f32x4.mul(x, x);
  let p = multiplyAdd(square, constant(TANH, 0), constant(TANH, 1));
  p = multiplyAdd(square, p, constant(TANH, 2));
  p = multiplyAdd(square, p, constant(TANH, 3));
  p = multiplyAdd(square, p, constant(TANH, 4));
  p = multiplyAdd(square, p, constant(TANH, 5));
  p = multiplyAdd(square, p, constant(TANH, 6));
  let q = multiplyAdd(square, constant(TANH, 7), constant(TANH, 8));
  q = multiplyAdd(square, q, constant(TANH, 9));
  q = multiplyAdd(square, q, constant(TANH, 10));
  return f32x4.div(f32x4.mul(x, p), q);
}

/** 1 / (1 + exp(-x)) = (1 + tanh(x / 2)) / 2. */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  const half = constant(TANH, 13);
  return multiplyAdd(tanh4(f32x4.mul(x, half)), half, half);
}

/** Lowest argument, log2(e), a rounder, the two parts of -ln(2), the polynomial from the highest power down. */
const EXP = memory.data<f32>([
  -87.0,
  1.44269504088896341,
  12582912.0, // 1.5 * 2^23: adding it leaves the nearest integer in the low bits
  -0.693359375, 2.1219444e-4,
  1.987569150e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 0.5,
]);

/**
 * exp of values that are not positive (Cephes' polynomial, relative error below 2e-7); zero below -87, where a float
 * would be about to underflow. The power of two is made by adding to the exponent bits.
 */
// @ts-ignore: decorator
@inline
export function expOfNegative4(value: v128): v128 {
  const lowest = constant(EXP, 0);
  const rounder = constant(EXP, 2);
  const x = f32x4.pmax(value, lowest);
  const shifted = multiplyAdd(x, constant(EXP, 1), rounder);
  const n = f32x4.sub(shifted, rounder);
  let r = multiplyAdd(n, constant(EXP, 3), x);
  r = multiplyAdd(n, constant(EXP, 4), r);
  let p = multiplyAdd(constant(EXP, 5), r, constant(EXP, 6));
  p = multiplyAdd(p, r, constant(EXP, 7));
  p = multiplyAdd(p, r, constant(EXP, 8));
  p = multiplyAdd(p, r, constant(EXP, 9));
  p = multiplyAdd(p, r, constant(EXP, 10));
  p = multiplyAdd(p, f32x4.mul(r, r), r);
  p = f32x4.add(p, one());
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
