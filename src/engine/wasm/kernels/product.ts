// Matrix products. Every matrix lies in panels of 16 columns: a panel holds, row after row, 16 floats (one cache line).
//   activations  [time][panel][row][16], rows being streams
//   weights      [panel of outputs][input][16 outputs]
// so that a tile of up to 6 rows by 16 columns reads both operands front to back, and nothing is packed on the way.
import { multiplyAdd } from './vector';

/** Blocks of 16 inputs taken at a time: 16 lines each, so that the weights in use (16 KB) stay in the first cache. */
const BLOCKS_AT_ONCE: i32 = 16;
/** Rows of a gradient product taken at a time, for the same reason. */
const ROWS_AT_ONCE: i32 = 256;
/** Panels of its left matrix taken at a time, which then stay in the second cache (16 KB each). */
const PANELS_AT_ONCE: i32 = 16;

/**
 * C = initial + A . B for `rows` rows and `panels` panels of columns.
 * @param c result, panels `stride` bytes apart
 * @param a left matrix, `blocks` panels of 16 inputs, `stride` bytes apart
 * @param b weights, panels on end
 * @param initial what C starts from: `initialPanel` bytes from panel to panel, `initialRow` from row to row (0: a bias)
 */
export function multiply(
  c: usize,
  a: usize,
  stride: usize,
  rows: i32,
  blocks: i32,
  b: usize,
  panels: i32,
  initial: usize,
  initialPanel: usize,
  initialRow: usize,
): void {
  for (let panel = 0; panel < panels; panel++) {
    let start = initial;
    let startRow = initialRow;
    let left = a;
    for (let block = 0; block < blocks; block += BLOCKS_AT_ONCE) {
      const count = min(BLOCKS_AT_ONCE, blocks - block);
      multiplyRows(c, left, stride, rows, count, b, start, startRow);
      b += <usize>count << 10;
      left += <usize>count * stride;
      start = c;
      startRow = 64;
    }
    c += stride;
    initial += initialPanel;
  }
}

/** One panel of C: its rows in tiles as even as can be, of at most 6 rows. */
function multiplyRows(
  c: usize,
  a: usize,
  stride: usize,
  rows: i32,
  blocks: i32,
  b: usize,
  initial: usize,
  initialRow: usize,
): void {
  let tiles = (rows + 5) / 6;
  while (tiles > 0) {
    const count = (rows + tiles - 1) / tiles;
    if (count == 6) tile6(c, a, stride, blocks, b, initial, initialRow);
    else if (count == 5) tile5(c, a, stride, blocks, b, initial, initialRow);
    else if (count == 4) tile4(c, a, stride, blocks, b, initial, initialRow);
    else if (count == 3) tile3(c, a, stride, blocks, b, initial, initialRow);
    else if (count == 2) tile2(c, a, stride, blocks, b, initial, initialRow);
    else tile1(c, a, stride, blocks, b, initial, initialRow);
    c += <usize>count << 6;
    a += <usize>count << 6;
    initial += <usize>count * initialRow;
    rows -= count;
    tiles--;
  }
}

function tile6(c: usize, a: usize, stride: usize, blocks: i32, b: usize, initial: usize, initialRow: usize): void {
  tile(6, c, a, stride, blocks, b, initial, initialRow);
}
function tile5(c: usize, a: usize, stride: usize, blocks: i32, b: usize, initial: usize, initialRow: usize): void {
  tile(5, c, a, stride, blocks, b, initial, initialRow);
}
function tile4(c: usize, a: usize, stride: usize, blocks: i32, b: usize, initial: usize, initialRow: usize): void {
  tile(4, c, a, stride, blocks, b, initial, initialRow);
}
function tile3(c: usize, a: usize, stride: usize, blocks: i32, b: usize, initial: usize, initialRow: usize): void {
  tile(3, c, a, stride, blocks, b, initial, initialRow);
}
function tile2(c: usize, a: usize, stride: usize, blocks: i32, b: usize, initial: usize, initialRow: usize): void {
  tile(2, c, a, stride, blocks, b, initial, initialRow);
}
function tile1(c: usize, a: usize, stride: usize, blocks: i32, b: usize, initial: usize, initialRow: usize): void {
  tile(1, c, a, stride, blocks, b, initial, initialRow);
}

/**
 * The micro-kernel: `rows` (a constant, so that the branches on it vanish) by 16 sums held in registers, over
 * `blocks` blocks of 16 inputs.
 */
// @ts-ignore: decorator
@inline
function tile(
  rows: i32,
  c: usize,
  a: usize,
  stride: usize,
  blocks: i32,
  b: usize,
  initial: usize,
  initialRow: usize,
): void {
  let at = initial;
  let s00 = v128.load(at), s01 = v128.load(at, 16), s02 = v128.load(at, 32), s03 = v128.load(at, 48);
  if (rows > 1) at += initialRow;
  let s10 = v128.load(at), s11 = v128.load(at, 16), s12 = v128.load(at, 32), s13 = v128.load(at, 48);
  if (rows > 2) at += initialRow;
  let s20 = v128.load(at), s21 = v128.load(at, 16), s22 = v128.load(at, 32), s23 = v128.load(at, 48);
  if (rows > 3) at += initialRow;
  let s30 = v128.load(at), s31 = v128.load(at, 16), s32 = v128.load(at, 32), s33 = v128.load(at, 48);
  if (rows > 4) at += initialRow;
  let s40 = v128.load(at), s41 = v128.load(at, 16), s42 = v128.load(at, 32), s43 = v128.load(at, 48);
  if (rows > 5) at += initialRow;
  let s50 = v128.load(at), s51 = v128.load(at, 16), s52 = v128.load(at, 32), s53 = v128.load(at, 48);
  for (let block = 0; block < blocks; block++) {
    let line = a;
    for (let input = 0; input < 16; input++) {
      const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
      const a0 = v128.load32_splat(line, 0);
      s00 = multiplyAdd(a0, b0, s00);
      s01 = multiplyAdd(a0, b1, s01);
      s02 = multiplyAdd(a0, b2, s02);
      s03 = multiplyAdd(a0, b3, s03);
      if (rows > 1) {
        const a1 = v128.load32_splat(line, 64);
        s10 = multiplyAdd(a1, b0, s10);
        s11 = multiplyAdd(a1, b1, s11);
        s12 = multiplyAdd(a1, b2, s12);
        s13 = multiplyAdd(a1, b3, s13);
      }
      if (rows > 2) {
        const a2 = v128.load32_splat(line, 128);
        s20 = multiplyAdd(a2, b0, s20);
        s21 = multiplyAdd(a2, b1, s21);
        s22 = multiplyAdd(a2, b2, s22);
        s23 = multiplyAdd(a2, b3, s23);
      }
      if (rows > 3) {
        const a3 = v128.load32_splat(line, 192);
        s30 = multiplyAdd(a3, b0, s30);
        s31 = multiplyAdd(a3, b1, s31);
        s32 = multiplyAdd(a3, b2, s32);
        s33 = multiplyAdd(a3, b3, s33);
      }
      if (rows > 4) {
        const a4 = v128.load32_splat(line, 256);
        s40 = multiplyAdd(a4, b0, s40);
        s41 = multiplyAdd(a4, b1, s41);
        s42 = multiplyAdd(a4, b2, s42);
        s43 = multiplyAdd(a4, b3, s43);
      }
      if (rows > 5) {
        const a5 = v128.load32_splat(line, 320);
        s50 = multiplyAdd(a5, b0, s50);
        s51 = multiplyAdd(a5, b1, s51);
        s52 = multiplyAdd(a5, b2, s52);
        s53 = multiplyAdd(a5, b3, s53);
      }
      line += 4;
      b += 64;
    }
    a += stride;
  }
  v128.store(c, s00, 0);
  v128.store(c, s01, 16);
  v128.store(c, s02, 32);
  v128.store(c, s03, 48);
  if (rows > 1) {
    v128.store(c, s10, 64);
    v128.store(c, s11, 80);
    v128.store(c, s12, 96);
    v128.store(c, s13, 112);
  }
  if (rows > 2) {
    v128.store(c, s20, 128);
    v128.store(c, s21, 144);
    v128.store(c, s22, 160);
    v128.store(c, s23, 176);
  }
  if (rows > 3) {
    v128.store(c, s30, 192);
    v128.store(c, s31, 208);
    v128.store(c, s32, 224);
    v128.store(c, s33, 240);
  }
  if (rows > 4) {
    v128.store(c, s40, 256);
    v128.store(c, s41, 272);
    v128.store(c, s42, 288);
    v128.store(c, s43, 304);
  }
  if (rows > 5) {
    v128.store(c, s50, 320);
    v128.store(c, s51, 336);
    v128.store(c, s52, 352);
    v128.store(c, s53, 368);
  }
}

/**
 * C += transposed A . B, summed over every row of every time: the gradient of weights that took A in and gave B out.
 * @param c result: `cPanel` bytes from panel to panel of B, `cRow` from one column of A to the next
 * @param a left activations, `aPanels` panels of 16 columns, `aTime` bytes from time to time
 * @param b right activations, `bPanels` panels, `bTime` bytes from time to time
 * @param stride bytes from panel to panel, of both
 */
export function multiplyTransposed(
  c: usize,
  cPanel: usize,
  cRow: usize,
  a: usize,
  aTime: usize,
  aPanels: i32,
  b: usize,
  bTime: usize,
  bPanels: i32,
  stride: usize,
  times: i32,
  rows: i32,
): void {
  const rowsAtOnce = min(rows, ROWS_AT_ONCE);
  const timesAtOnce = max(1, ROWS_AT_ONCE / rows);
  for (let time = 0; time < times; time += timesAtOnce) {
    const timeCount = min(timesAtOnce, times - time);
    for (let row = 0; row < rows; row += rowsAtOnce) {
      const rowCount = min(rowsAtOnce, rows - row);
      const skipped = <usize>row << 6;
      for (let aBlock = 0; aBlock < aPanels; aBlock += PANELS_AT_ONCE) {
        const aLast = min(aBlock + PANELS_AT_ONCE, aPanels);
        for (let bPanel = 0; bPanel < bPanels; bPanel++) {
          const right = b + <usize>time * bTime + <usize>bPanel * stride + skipped;
          for (let aPanel = aBlock; aPanel < aLast; aPanel++) {
            const left = a + <usize>time * aTime + <usize>aPanel * stride + skipped;
            const result = c + <usize>bPanel * cPanel + (<usize>aPanel << 4) * cRow;
            outer5(result, cRow, left, aTime, right, bTime, timeCount, rowCount);
            outer5(result + 5 * cRow, cRow, left + 20, aTime, right, bTime, timeCount, rowCount);
            outer6(result + 10 * cRow, cRow, left + 40, aTime, right, bTime, timeCount, rowCount);
          }
        }
      }
    }
  }
}

function outer5(c: usize, cRow: usize, a: usize, aTime: usize, b: usize, bTime: usize, times: i32, rows: i32): void {
  outer(5, c, cRow, a, aTime, b, bTime, times, rows);
}
function outer6(c: usize, cRow: usize, a: usize, aTime: usize, b: usize, bTime: usize, times: i32, rows: i32): void {
  outer(6, c, cRow, a, aTime, b, bTime, times, rows);
}

/** Sums of outer products: `columns` (5 or 6, a constant) of A by 16 of B, added to C. */
// @ts-ignore: decorator
@inline
function outer(
  columns: i32,
  c: usize,
  cRow: usize,
  a: usize,
  aTime: usize,
  b: usize,
  bTime: usize,
  times: i32,
  rows: i32,
): void {
  let s00 = f32x4.splat(0), s01 = f32x4.splat(0), s02 = f32x4.splat(0), s03 = f32x4.splat(0);
  let s10 = f32x4.splat(0), s11 = f32x4.splat(0), s12 = f32x4.splat(0), s13 = f32x4.splat(0);
  let s20 = f32x4.splat(0), s21 = f32x4.splat(0), s22 = f32x4.splat(0), s23 = f32x4.splat(0);
  let s30 = f32x4.splat(0), s31 = f32x4.splat(0), s32 = f32x4.splat(0), s33 = f32x4.splat(0);
  let s40 = f32x4.splat(0), s41 = f32x4.splat(0), s42 = f32x4.splat(0), s43 = f32x4.splat(0);
  let s50 = f32x4.splat(0), s51 = f32x4.splat(0), s52 = f32x4.splat(0), s53 = f32x4.splat(0);
  for (let time = 0; time < times; time++) {
    let left = a;
    let right = b;
    for (let row = 0; row < rows; row++) {
      const b0 = v128.load(right), b1 = v128.load(right, 16), b2 = v128.load(right, 32), b3 = v128.load(right, 48);
      const a0 = v128.load32_splat(left, 0);
      s00 = multiplyAdd(a0, b0, s00);
      s01 = multiplyAdd(a0, b1, s01);
      s02 = multiplyAdd(a0, b2, s02);
      s03 = multiplyAdd(a0, b3, s03);
      const a1 = v128.load32_splat(left, 4);
      s10 = multiplyAdd(a1, b0, s10);
      s11 = multiplyAdd(a1, b1, s11);
      s12 = multiplyAdd(a1, b2, s12);
      s13 = multiplyAdd(a1, b3, s13);
      const a2 = v128.load32_splat(left, 8);
      s20 = multiplyAdd(a2, b0, s20);
      s21 = multiplyAdd(a2, b1, s21);
      s22 = multiplyAdd(a2, b2, s22);
      s23 = multiplyAdd(a2, b3, s23);
      const a3 = v128.load32_splat(left, 12);
      s30 = multiplyAdd(a3, b0, s30);
      s31 = multiplyAdd(a3, b1, s31);
      s32 = multiplyAdd(a3, b2, s32);
      s33 = multiplyAdd(a3, b3, s33);
      const a4 = v128.load32_splat(left, 16);
      s40 = multiplyAdd(a4, b0, s40);
      s41 = multiplyAdd(a4, b1, s41);
      s42 = multiplyAdd(a4, b2, s42);
      s43 = multiplyAdd(a4, b3, s43);
      if (columns > 5) {
        const a5 = v128.load32_splat(left, 20);
        s50 = multiplyAdd(a5, b0, s50);
        s51 = multiplyAdd(a5, b1, s51);
        s52 = multiplyAdd(a5, b2, s52);
        s53 = multiplyAdd(a5, b3, s53);
      }
      left += 64;
      right += 64;
    }
    a += aTime;
    b += bTime;
  }
  addLine(c, s00, s01, s02, s03);
  c += cRow;
  addLine(c, s10, s11, s12, s13);
  c += cRow;
  addLine(c, s20, s21, s22, s23);
  c += cRow;
  addLine(c, s30, s31, s32, s33);
  c += cRow;
  addLine(c, s40, s41, s42, s43);
  c += cRow;
  if (columns > 5) addLine(c, s50, s51, s52, s53);
}

/** Adds 16 floats to a line of memory. */
// @ts-ignore: decorator
@inline
function addLine(line: usize, x0: v128, x1: v128, x2: v128, x3: v128): void {
  v128.store(line, f32x4.add(v128.load(line), x0));
  v128.store(line, f32x4.add(v128.load(line, 16), x1), 16);
  v128.store(line, f32x4.add(v128.load(line, 32), x2), 32);
  v128.store(line, f32x4.add(v128.load(line, 48), x3), 48);
}
