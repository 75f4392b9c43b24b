// Products of 16-bit integers, summed in 32 bits: twice the multiplications a cycle of floats, for whoever reads a long text
// and can do with less precision. Inputs stand in pairs, made of the same column of two neighbouring panels:
//   activations  [pair of panels][row][16 pairs]
//   weights      [panel of outputs][pair of panels][16 pairs][16 outputs, two integers each]
// so that a pair of inputs meets its weights in one 32-bit lane, and tiles go over both as those of floats do.
import { cellForward } from './lstmCell';
import { matmulRowsQuantized } from './matmulTiles';
import { multiplyAdd, storePair } from './simdMath';
import { Address, Bytes, PanelPairs, Panels, Rows, BLOCK, HALF_LINE, LINE, lines } from './units';

/** Pairs of panels taken at a time: 16 lines each, so that the weights in use (16 KB) stay in the first cache. */
const PAIRS_AT_ONCE: i32 = 16;

/** What a state, which is never beyond 1, is multiplied by. */
const STATE_SCALE: f32 = 8192.0;

/** Most that the integer weights of one output may sum up to, by amount: with the largest states they fill 31 bits. */
const MOST_SUM: f32 = 260000.0;

/** The scale of states; 1.5 * 2^23, by adding which a float has its nearest integer in the low bits. */
const ROUND = memory.data<f32>([STATE_SCALE, 12582912.0]);
const LOW_HALF = memory.data<i32>([0xffff]);

/** Turns states (the hidden states of `rows` streams) into pairs of integers. An odd panel at the end is paired with itself. */
export function quantizeRows(to: Address, from: Address, stride: Bytes, rows: Rows, panels: Panels): void {
  for (let panel = 0; panel < panels; panel += 2) {
    const other = from + (panel + 1 < panels ? stride : 0);
    const bytes = lines(rows);
    for (let at: usize = 0; at < bytes; at += HALF_LINE) {
      const low0 = rounded(v128.load(from + at)),
        low1 = rounded(v128.load(from + at, 16));
      const high0 = rounded(v128.load(other + at)),
        high1 = rounded(v128.load(other + at, 16));
      storePair(to + at, pair(low0, high0), pair(low1, high1));
    }
    to += stride;
    from += 2 * stride;
  }
}

/** A scaled state with its nearest integer in the low 16 bits. */
// @inline
function rounded(state: v128): v128 {
  return multiplyAdd(state, v128.load32_splat(ROUND), v128.load32_splat(ROUND, 4));
}

/** The low halves of two lanes as one. */
// @inline
function pair(low: v128, high: v128): v128 {
  return v128.or(v128.and(low, v128.load32_splat(LOW_HALF)), i32x4.shl(high, 16));
}

/**
 * Turns weights of `inputs` panels of inputs and `outputs` panels of outputs into integers, each output with a scale of its
 * own, which takes that of the states along: the smallest with which no sum overflows.
 */
export function quantizeWeights(to: Address, scales: Address, weights: Address, inputs: Panels, outputs: Panels): void {
  const count = 16 * inputs;
  for (let output = 0; output < outputs; output++) {
    for (let lane: usize = 0; lane < LINE; lane += 16) {
      const scale = scaleOf(weights + lane, count);
      v128.store(scales + lane, f32x4.mul(scale, f32x4.splat(1.0 / STATE_SCALE)));
      for (let input = 0; input < count; input++) {
        const line = to + lane + lines(16 * (input / 32) + (input % 16));
        const integer = nearest(v128.load(weights + lane + lines(input)), scale);
        if (input % 32 < 16) v128.store(line, pair(integer, i32x4.splat(0)));
        else v128.store(line, pair(v128.load(line), integer));
      }
    }
    weights += lines(count);
    to += <usize>((inputs + 1) / 2) * BLOCK;
    scales += LINE;
  }
}

/** The scale of four outputs, by all of their weights. */
function scaleOf(weights: usize, inputs: i32): v128 {
  let sum = f32x4.splat(0);
  let largest = sum;
  for (let input = 0; input < inputs; input++, weights += LINE) {
    const amount = f32x4.abs(v128.load(weights));
    sum = f32x4.add(sum, amount);
    largest = f32x4.max(largest, amount);
  }
  return f32x4.max(f32x4.mul(sum, f32x4.splat(1.0 / MOST_SUM)), f32x4.mul(largest, f32x4.splat(1.0 / 32767.0)));
}

/** Weights over their scales; a scale of zero gives zeros. */
// @inline
function nearest(weights: v128, scale: v128): v128 {
  return i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.div(weights, scale)));
}

/**
 * C = initial + A . B, as {@link matmul} of floats.
 * @param a pairs of integers, `pairs` pairs of panels, `stride` bytes apart
 * @param b integers, with a line of scales a panel of outputs
 */
export function matmulQuantized(
  c: Address,
  a: Address,
  stride: Bytes,
  rows: Rows,
  pairs: PanelPairs,
  b: Address,
  scales: Address,
  outputs: Panels,
  initial: Address,
  initialPanel: Bytes,
  initialRow: Bytes,
): void {
  for (let panel = 0; panel < outputs; panel++) {
    let start = initial;
    let startRow = initialRow;
    let left = a;
    for (let first = 0; first < pairs; first += PAIRS_AT_ONCE) {
      const count = min(PAIRS_AT_ONCE, pairs - first);
      matmulRowsQuantized(c, left, stride, rows, count, b, start, startRow, scales);
      b += <usize>count * BLOCK;
      left += <usize>count * stride;
      start = c;
      startRow = LINE;
    }
    c += stride;
    scales += LINE;
    initial += initialPanel;
  }
}

/** One time step of one layer, as {@link recurrentForward} of floats; `hidden` and `weights` are integers. */
export function recurrentForwardQuantized(
  gates: Address,
  hidden: Address,
  cell: Address,
  stride: Bytes,
  rows: Rows,
  panels: Panels,
  weights: Address,
  scales: Address,
  output: Address,
  cellTanh: Address,
  hiddenNext: Address,
  cellNext: Address,
  keepNext: Address,
): void {
  const pairs = (panels + 1) / 2;
  for (let panel = 0; panel < panels; panel++) {
    matmulQuantized(gates, hidden, stride, rows, pairs, weights, scales, 4, gates, stride, LINE);
    cellForward(gates, stride, rows, cell, output, cellTanh, hiddenNext, cellNext, keepNext);
    gates += 4 * stride;
    weights += <usize>pairs * 4 * BLOCK; // of the four gates
    scales += 4 * LINE;
    cell += stride;
    output += stride;
    cellTanh += stride;
    hiddenNext += stride;
    cellNext += stride;
  }
}
