// Products of 16-bit integers, summed in 32 bits: twice the multiplications a cycle of floats, for whoever reads a long text
// and can do with less precision. Inputs stand in pairs, made of the same column of two neighbouring panels:
//   activations  [pair of panels][row][16 pairs]
//   weights      [panel of outputs][pair of panels][16 pairs][16 outputs, two integers each]
// so that a pair of inputs meets its weights in one 32-bit lane, and tiles go over both as those of floats do.
import { cellForward } from './lstmCell';
import { multiplyAdd, storePair } from './simdMath';

/** Pairs of panels taken at a time: 16 lines each, so that the weights in use (16 KB) stay in the first cache. */
const PAIRS_AT_ONCE: i32 = 16;

/** What a state, which is never beyond 1, is multiplied by. */
const STATE_SCALE: f32 = 8192.0;

/** Most that the integer weights of one output may sum up to, by amount: with the largest states they fill 31 bits. */
const MOST_SUM: f32 = 260000.0;

/** The scale of states; 1.5 * 2^23, by adding which a float has its nearest integer in the low bits. */
const ROUND = memory.data<f32>([STATE_SCALE, 12582912.0]);
const LOW_HALF = memory.data<i32>([0xffff]);
const ZERO = memory.data<i32>([0]);

/** Turns states (the hidden states of `rows` streams) into pairs of integers. An odd panel at the end is paired with itself. */
export function quantizeRows(to: usize, from: usize, stride: usize, rows: i32, panels: i32): void {
  for (let panel = 0; panel < panels; panel += 2) {
    const other = from + (panel + 1 < panels ? stride : 0);
    const bytes = (<usize>rows) << 6;
    for (let at: usize = 0; at < bytes; at += 32) {
      const low0 = rounded(v128.load(from + at)), low1 = rounded(v128.load(from + at, 16));
      const high0 = rounded(v128.load(other + at)), high1 = rounded(v128.load(other + at, 16));
      storePair(to + at, pair(low0, high0), pair(low1, high1));
    }
    to += stride;
    from += 2 * stride;
  }
}

/** A scaled state with its nearest integer in the low 16 bits. */
// @ts-ignore: decorator
@inline
function rounded(state: v128): v128 {
  return multiplyAdd(state, v128.load32_splat(ROUND), v128.load32_splat(ROUND, 4));
}

/** The low halves of two lanes as one. */
// @ts-ignore: decorator
@inline
function pair(low: v128, high: v128): v128 {
  return v128.or(v128.and(low, v128.load32_splat(LOW_HALF)), i32x4.shl(high, 16));
}

/**
 * Turns weights of `panels` panels of inputs and `outputs` panels of outputs into integers, each output with a scale of its
 * own, which takes that of the states along: the smallest with which no sum overflows.
 */
export function quantizeWeights(to: usize, scales: usize, weights: usize, panels: i32, outputs: i32): void {
  const inputs = panels << 4;
  for (let output = 0; output < outputs; output++) {
    for (let lane: usize = 0; lane < 64; lane += 16) {
      const scale = scaleOf(weights + lane, inputs);
      v128.store(scales + lane, f32x4.mul(scale, f32x4.splat(1.0 / STATE_SCALE)));
      for (let input = 0; input < inputs; input++) {
        const line = to + lane + (<usize>((input >> 5 << 4) + (input & 15)) << 6);
        const integer = nearest(v128.load(weights + lane + (<usize>input << 6)), scale);
        if ((input & 16) == 0) v128.store(line, pair(integer, i32x4.splat(0)));
        else v128.store(line, pair(v128.load(line), integer));
      }
    }
    weights += <usize>inputs << 6;
    to += <usize>((panels + 1) >> 1) << 10;
    scales += 64;
  }
}

/** The scale of four outputs, by all of their weights. */
function scaleOf(weights: usize, inputs: i32): v128 {
  let sum = f32x4.splat(0);
  let largest = sum;
  for (let input = 0; input < inputs; input++, weights += 64) {
    const amount = f32x4.abs(v128.load(weights));
    sum = f32x4.add(sum, amount);
    largest = f32x4.max(largest, amount);
  }
  return f32x4.max(f32x4.mul(sum, f32x4.splat(1.0 / MOST_SUM)), f32x4.mul(largest, f32x4.splat(1.0 / 32767.0)));
}

/** Weights over their scales; a scale of zero gives zeros. */
// @ts-ignore: decorator
@inline
function nearest(weights: v128, scale: v128): v128 {
  return i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.div(weights, scale)));
}

/**
 * C = initial + A . B, as {@link matmul} of floats.
 * @param a pairs of integers, `pairs` pairs of panels, `stride` bytes apart
 * @param b integers, with a line of scales a panel of outputs
 */
export function matmulQuantized(
  c: usize,
  a: usize,
  stride: usize,
  rows: i32,
  pairs: i32,
  b: usize,
  scales: usize,
  panels: i32,
  initial: usize,
  initialPanel: usize,
  initialRow: usize,
): void {
  for (let panel = 0; panel < panels; panel++) {
    let start = initial;
    let startRow = initialRow;
    let left = a;
    for (let first = 0; first < pairs; first += PAIRS_AT_ONCE) {
      const count = min(PAIRS_AT_ONCE, pairs - first);
      matmulRowsQuantized(c, left, stride, rows, count, b, scales, start, startRow);
      b += (<usize>count) << 10;
      left += <usize>count * stride;
      start = c;
      startRow = 64;
    }
    c += stride;
    scales += 64;
    initial += initialPanel;
  }
}

/** One time step of one layer, as {@link recurrentForward} of floats; `hidden` and `weights` are integers. */
export function recurrentForwardQuantized(
  gates: usize,
  hidden: usize,
  cell: usize,
  stride: usize,
  rows: i32,
  panels: i32,
  weights: usize,
  scales: usize,
  output: usize,
  cellTanh: usize,
  hiddenNext: usize,
  cellNext: usize,
  keepNext: usize,
): void {
  const pairs = (panels + 1) >> 1;
  for (let panel = 0; panel < panels; panel++) {
    matmulQuantized(gates, hidden, stride, rows, pairs, weights, scales, 4, gates, stride, 64);
    cellForward(gates, stride, rows, cell, output, cellTanh, hiddenNext, cellNext, keepNext);
    gates += 4 * stride;
    weights += (<usize>pairs) << 12; // 4 panels of 16 * pairs lines
    scales += 256;
    cell += stride;
    output += stride;
    cellTanh += stride;
    hiddenNext += stride;
    cellNext += stride;
  }
}

/** One panel of C: its rows in tiles as even as can be, of at most 5 rows: a sixth would need more registers than there are. */
function matmulRowsQuantized(
  c: usize,
  a: usize,
  stride: usize,
  rows: i32,
  pairs: i32,
  b: usize,
  scales: usize,
  initial: usize,
  initialRow: usize,
): void {
  let tiles = (rows + 4) / 5;
  while (tiles > 0) {
    const count = (rows + tiles - 1) / tiles;
    if (count == 5) tile5(c, a, stride, pairs, b, scales, initial, initialRow);
    else if (count == 4) tile4(c, a, stride, pairs, b, scales, initial, initialRow);
    else if (count == 3) tile3(c, a, stride, pairs, b, scales, initial, initialRow);
    else if (count == 2) tile2(c, a, stride, pairs, b, scales, initial, initialRow);
    else tile1(c, a, stride, pairs, b, scales, initial, initialRow);
    c += <usize>count << 6;
    a += <usize>count << 6;
    initial += <usize>count * initialRow;
    rows -= count;
    tiles--;
  }
}

function tile5(c: usize, a: usize, stride: usize, pairs: i32, b: usize, scales: usize, initial: usize, initialRow: usize): void {
  tile(5, c, a, stride, pairs, b, scales, initial, initialRow);
}
function tile4(c: usize, a: usize, stride: usize, pairs: i32, b: usize, scales: usize, initial: usize, initialRow: usize): void {
  tile(4, c, a, stride, pairs, b, scales, initial, initialRow);
}
function tile3(c: usize, a: usize, stride: usize, pairs: i32, b: usize, scales: usize, initial: usize, initialRow: usize): void {
  tile(3, c, a, stride, pairs, b, scales, initial, initialRow);
}
function tile2(c: usize, a: usize, stride: usize, pairs: i32, b: usize, scales: usize, initial: usize, initialRow: usize): void {
  tile(2, c, a, stride, pairs, b, scales, initial, initialRow);
}
function tile1(c: usize, a: usize, stride: usize, pairs: i32, b: usize, scales: usize, initial: usize, initialRow: usize): void {
  tile(1, c, a, stride, pairs, b, scales, initial, initialRow);
}

/** `rows` (a constant, so that the branches on it vanish) by 16 sums held in registers, over `pairs` pairs of panels. */
// @ts-ignore: decorator
@inline
function tile(
  rows: i32,
  c: usize,
  a: usize,
  stride: usize,
  pairs: i32,
  b: usize,
  scales: usize,
  initial: usize,
  initialRow: usize,
): void {
  const zero = v128.load32_splat(ZERO);
  let s00 = zero, s01 = zero, s02 = zero, s03 = zero;
  let s10 = zero, s11 = zero, s12 = zero, s13 = zero;
  let s20 = zero, s21 = zero, s22 = zero, s23 = zero;
  let s30 = zero, s31 = zero, s32 = zero, s33 = zero;
  let s40 = zero, s41 = zero, s42 = zero, s43 = zero;
  for (let panels = 0; panels < pairs; panels++) {
    let line = a;
    for (let input = 0; input < 16; input++) {
      const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
      const a0 = v128.load32_splat(line, 0);
      s00 = dotAdd(a0, b0, s00);
      s01 = dotAdd(a0, b1, s01);
      s02 = dotAdd(a0, b2, s02);
      s03 = dotAdd(a0, b3, s03);
      if (rows > 1) {
        const a1 = v128.load32_splat(line, 64);
        s10 = dotAdd(a1, b0, s10);
        s11 = dotAdd(a1, b1, s11);
        s12 = dotAdd(a1, b2, s12);
        s13 = dotAdd(a1, b3, s13);
      }
      if (rows > 2) {
        const a2 = v128.load32_splat(line, 128);
        s20 = dotAdd(a2, b0, s20);
        s21 = dotAdd(a2, b1, s21);
        s22 = dotAdd(a2, b2, s22);
        s23 = dotAdd(a2, b3, s23);
      }
      if (rows > 3) {
        const a3 = v128.load32_splat(line, 192);
        s30 = dotAdd(a3, b0, s30);
        s31 = dotAdd(a3, b1, s31);
        s32 = dotAdd(a3, b2, s32);
        s33 = dotAdd(a3, b3, s33);
      }
      if (rows > 4) {
        const a4 = v128.load32_splat(line, 256);
        s40 = dotAdd(a4, b0, s40);
        s41 = dotAdd(a4, b1, s41);
        s42 = dotAdd(a4, b2, s42);
        s43 = dotAdd(a4, b3, s43);
      }
      line += 4;
      b += 64;
    }
    a += stride;
  }
  storeScaled(c, initial, scales, s00, s01, s02, s03);
  if (rows > 1) {
    c += 64;
    initial += initialRow;
    storeScaled(c, initial, scales, s10, s11, s12, s13);
  }
  if (rows > 2) {
    c += 64;
    initial += initialRow;
    storeScaled(c, initial, scales, s20, s21, s22, s23);
  }
  if (rows > 3) {
    c += 64;
    initial += initialRow;
    storeScaled(c, initial, scales, s30, s31, s32, s33);
  }
  if (rows > 4) {
    c += 64;
    initial += initialRow;
    storeScaled(c, initial, scales, s40, s41, s42, s43);
  }
}

/** The products of two pairs of integers a lane, summed, added to `sum`. */
// @ts-ignore: decorator
@inline
function dotAdd(a: v128, b: v128, sum: v128): v128 {
  return i32x4.add(i32x4.dot_i16x8_s(a, b), sum);
}

/** Stores 16 sums as floats. */
// @ts-ignore: decorator
@inline
function storeScaled(c: usize, initial: usize, scales: usize, s0: v128, s1: v128, s2: v128, s3: v128): void {
  const x0 = multiplyAdd(f32x4.convert_i32x4_s(s0), v128.load(scales), v128.load(initial));
  const x1 = multiplyAdd(f32x4.convert_i32x4_s(s1), v128.load(scales, 16), v128.load(initial, 16));
  const x2 = multiplyAdd(f32x4.convert_i32x4_s(s2), v128.load(scales, 32), v128.load(initial, 32));
  const x3 = multiplyAdd(f32x4.convert_i32x4_s(s3), v128.load(scales, 48), v128.load(initial, 48));
  v128.store(c, x0);
  v128.store(c, x1, 16);
  v128.store(c, x2, 32);
  v128.store(c, x3, 48);
}
