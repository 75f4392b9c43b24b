// Four floats at a time: the multiply-add that every product is made of, and the functions that gates and softmax need.
import { Address, Floats, FLOAT, floats } from './units';

/** a * b + c, in one rounding where the machine's relaxed SIMD has it. */
// @inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/**
 * Stores two neighbours. Of the operations that lead to them V8 can make one on 256 bits each. It knows neighbours only by
 * addresses spelt as here, the second store's difference being a constant of its own, and pairs nothing where a load stands
 * between the stores: so both values are there before the first.
 */
// @inline
export function storePair(to: usize, first: v128, second: v128): void {
  v128.store(to, first);
  v128.store(to, second, 16);
}

/** Stores a line, of two times two neighbours: see {@link storePair}. */
// @inline
export function storeLine(to: usize, x0: v128, x1: v128, x2: v128, x3: v128): void {
  v128.store(to, x0);
  v128.store(to, x1, 16);
  v128.store(to, x2, 32);
  v128.store(to, x3, 48);
}

// The numbers below lie in memory, each under a name of its table's. One in the code costs V8 some four instructions each
// time that it is used, in loops too; one load broadcasts it to a vector, or to a pair of them.

// @inline
function constant(table: usize, index: i32): v128 {
  return v128.load32_splat(table + floats(index));
}

const ONE = memory.data<f32>([1]);

/** Ones. */
// @inline
export function one(): v128 {
  return v128.load32_splat(ONE);
}

/** tanh(x) = x . numerator(x^2) / denominator(x^2) between the bounds: the coefficient of x^2 to the power of each number. */
const enum Tanh {
  Numerator6,
  Numerator5,
  Numerator4,
  Numerator3,
  Numerator2,
  Numerator1,
  Numerator0,
  Denominator3,
  Denominator2,
  Denominator1,
  Denominator0,
  Highest,
  Lowest,
  Half,
}

const TANH = memory.data<f32>([
  -2.76076847742355e-16, 2.00018790482477e-13, -8.60467152213735e-11, 5.12229709037114e-8, 1.48572235717979e-5,
  6.37261928875436e-4, 4.89352455891786e-3, 1.19825839466702e-6, 1.18534705686654e-4, 2.268434632439e-3,
  4.89352518554385e-3, 7.90531110763549805, -7.90531110763549805, 0.5,
]);

/**
 * tanh by the rational approximation of Eigen (degree 13 over 6, absolute error below 3e-7). NaN stays NaN: `pmin` and
 * `pmax` return their first operand when the comparison fails.
 */
// @inline
export function tanh4(value: v128): v128 {
  const x = f32x4.pmax(f32x4.pmin(value, constant(TANH, Tanh.Highest)), constant(TANH, Tanh.Lowest));
  const square = f32x4.mul(x, x);
  let p = multiplyAdd(square, constant(TANH, Tanh.Numerator6), constant(TANH, Tanh.Numerator5));
  p = multiplyAdd(square, p, constant(TANH, Tanh.Numerator4));
  p = multiplyAdd(square, p, constant(TANH, Tanh.Numerator3));
  p = multiplyAdd(square, p, constant(TANH, Tanh.Numerator2));
  p = multiplyAdd(square, p, constant(TANH, Tanh.Numerator1));
  p = multiplyAdd(square, p, constant(TANH, Tanh.Numerator0));
  let q = multiplyAdd(square, constant(TANH, Tanh.Denominator3), constant(TANH, Tanh.Denominator2));
  q = multiplyAdd(square, q, constant(TANH, Tanh.Denominator1));
  q = multiplyAdd(square, q, constant(TANH, Tanh.Denominator0));
  return f32x4.div(f32x4.mul(x, p), q);
}

/** 1 / (1 + exp(-x)) = (1 + tanh(x / 2)) / 2. */
// @inline
export function sigmoid4(x: v128): v128 {
  const half = constant(TANH, Tanh.Half);
  return multiplyAdd(tanh4(f32x4.mul(x, half)), half, half);
}

/** exp(x) = 2^n . exp(r), with n = x . Log2E to the nearest integer, and r = x - n . ln 2 in two steps, for precision. */
const enum Exp {
  /** Of the arguments whose result is not zero. */
  Lowest,
  Log2E,
  /** 1.5 . 2^23: adding it leaves the nearest integer in the low bits. */
  Rounder,
  MinusLn2High,
  MinusLn2Low,
  /** Coefficients of r to the power of each number. */
  Power7,
  Power6,
  Power5,
  Power4,
  Power3,
  Power2,
}

const EXP = memory.data<f32>([
  -87.0, 1.4426950408889634, 12582912.0, -0.693359375, 2.1219444e-4, 1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3,
  4.1665795894e-2, 1.6666665459e-1, 0.5,
]);

/**
 * exp of values that are not positive (Cephes' polynomial, relative error below 2e-7); zero below -87, where a float
 * would be about to underflow. The power of two is made by adding to the exponent bits.
 */
// @inline
export function expOfNegative4(value: v128): v128 {
  const lowest = constant(EXP, Exp.Lowest);
  const rounder = constant(EXP, Exp.Rounder);
  const x = f32x4.pmax(value, lowest);
  const shifted = multiplyAdd(x, constant(EXP, Exp.Log2E), rounder);
  const n = f32x4.sub(shifted, rounder);
  let r = multiplyAdd(n, constant(EXP, Exp.MinusLn2High), x);
  r = multiplyAdd(n, constant(EXP, Exp.MinusLn2Low), r);
  let p = multiplyAdd(constant(EXP, Exp.Power7), r, constant(EXP, Exp.Power6));
  p = multiplyAdd(p, r, constant(EXP, Exp.Power5));
  p = multiplyAdd(p, r, constant(EXP, Exp.Power4));
  p = multiplyAdd(p, r, constant(EXP, Exp.Power3));
  p = multiplyAdd(p, r, constant(EXP, Exp.Power2));
  p = multiplyAdd(p, f32x4.mul(r, r), r);
  p = f32x4.add(p, one());
  const power = i32x4.add(p, i32x4.shl(shifted, 23));
  return v128.andnot(power, f32x4.lt(value, lowest));
}

/** Largest of the four lanes. */
// @inline
export function largestLane(x: v128): f32 {
  const pairs = f32x4.max(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(f32x4.max(pairs, v128.shuffle<f32>(pairs, pairs, 1, 0, 3, 2)), 0);
}

/** Sum of the four lanes. */
// @inline
export function laneSum(x: v128): f32 {
  const pairs = f32x4.add(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(f32x4.add(pairs, v128.shuffle<f32>(pairs, pairs, 1, 0, 3, 2)), 0);
}

/** Elementwise tanh of `count` floats (a multiple of four). For tests of the approximation. */
export function tanhAll(output: Address, input: Address, count: Floats): void {
  for (let i = 0; i < count; i += 4) v128.store(output + floats(i), tanh4(v128.load(input + floats(i))));
}

/** Elementwise sigmoid of `count` floats (a multiple of four). For tests of the approximation. */
export function sigmoidAll(output: Address, input: Address, count: Floats): void {
  for (let i = 0; i < count; i += 4) v128.store(output + floats(i), sigmoid4(v128.load(input + floats(i))));
}

/** Elementwise exp of `count` floats that are not positive (a multiple of four). For tests of the approximation. */
export function expAll(output: Address, input: Address, count: Floats): void {
  for (let i = 0; i < count; i += 4) {
    v128.store(output + floats(i), expOfNegative4(v128.load(input + floats(i))));
  }
}
