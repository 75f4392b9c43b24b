// Micro-kernels of up to 4 rows by 8 columns, half a panel: 8 sums of four floats, which fit into 16 registers.
import { multiplyAdd } from './simdMath';

/** One panel of C: its halves, each in tiles of 4 rows, and of fewer at the end. */
export function matmulRows4x8(
  c: usize,
  a: usize,
  stride: usize,
  rows: i32,
  blocks: i32,
  b: usize,
  initial: usize,
  initialRow: usize,
): void {
  for (let half: usize = 0; half < 64; half += 32) {
    let result = c + half;
    let left = a;
    let start = initial + half;
    let count = rows;
    for (; count >= 4; count -= 4) {
      tile4(result, left, stride, blocks, b + half, start, initialRow);
      result += 256;
      left += 256;
      start += 4 * initialRow;
    }
    if (count == 3) tile3(result, left, stride, blocks, b + half, start, initialRow);
    else if (count == 2) tile2(result, left, stride, blocks, b + half, start, initialRow);
    else if (count == 1) tile1(result, left, stride, blocks, b + half, start, initialRow);
  }
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

/** `rows` (a constant, so that the branches on it vanish) by 8 sums in registers, over `blocks` blocks of 16 inputs. */
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
  let s00 = v128.load(at), s01 = v128.load(at, 16);
  if (rows > 1) at += initialRow;
  let s10 = v128.load(at), s11 = v128.load(at, 16);
  if (rows > 2) at += initialRow;
  let s20 = v128.load(at), s21 = v128.load(at, 16);
  if (rows > 3) at += initialRow;
  let s30 = v128.load(at), s31 = v128.load(at, 16);
  for (let block = 0; block < blocks; block++) {
    let line = a;
    for (let input = 0; input < 16; input++) {
      const b0 = v128.load(b), b1 = v128.load(b, 16);
      const a0 = v128.load32_splat(line, 0);
      s00 = multiplyAdd(a0, b0, s00);
      s01 = multiplyAdd(a0, b1, s01);
      if (rows > 1) {
        const a1 = v128.load32_splat(line, 64);
        s10 = multiplyAdd(a1, b0, s10);
        s11 = multiplyAdd(a1, b1, s11);
      }
      if (rows > 2) {
        const a2 = v128.load32_splat(line, 128);
        s20 = multiplyAdd(a2, b0, s20);
        s21 = multiplyAdd(a2, b1, s21);
      }
      if (rows > 3) {
        const a3 = v128.load32_splat(line, 192);
        s30 = multiplyAdd(a3, b0, s30);
        s31 = multiplyAdd(a3, b1, s31);
      }
      line += 4;
      b += 64;
    }
    a += stride;
  }
  v128.store(c, s00, 0);
  v128.store(c, s01, 16);
  if (rows > 1) {
    v128.store(c, s10, 64);
    v128.store(c, s11, 80);
  }
  if (rows > 2) {
    v128.store(c, s20, 128);
    v128.store(c, s21, 144);
  }
  if (rows > 3) {
    v128.store(c, s30, 192);
    v128.store(c, s31, 208);
  }
}

/** 16 columns of A by one panel of B: a block of 16 x 16 of C. */
export function matmulColumns4x8(
  c: usize,
  cRow: usize,
  a: usize,
  aTime: usize,
  b: usize,
  bTime: usize,
  times: i32,
  rows: i32,
): void {
  for (let column: usize = 0; column < 16; column += 4) {
    outer(c + column * cRow, cRow, a + (column << 2), aTime, b, bTime, times, rows);
    outer(c + column * cRow + 32, cRow, a + (column << 2), aTime, b + 32, bTime, times, rows);
  }
}

/** Sums of outer products: 4 columns of A by 8 of B, added to C. */
function outer(c: usize, cRow: usize, a: usize, aTime: usize, b: usize, bTime: usize, times: i32, rows: i32): void {
  const c1 = c + cRow;
  const c2 = c1 + cRow;
  const c3 = c2 + cRow;
  let s00 = v128.load(c), s01 = v128.load(c, 16);
  let s10 = v128.load(c1), s11 = v128.load(c1, 16);
  let s20 = v128.load(c2), s21 = v128.load(c2, 16);
  let s30 = v128.load(c3), s31 = v128.load(c3, 16);
  for (let time = 0; time < times; time++) {
    let left = a;
    let right = b;
    for (let row = 0; row < rows; row++) {
      const b0 = v128.load(right), b1 = v128.load(right, 16);
      const a0 = v128.load32_splat(left, 0);
      s00 = multiplyAdd(a0, b0, s00);
      s01 = multiplyAdd(a0, b1, s01);
      const a1 = v128.load32_splat(left, 4);
      s10 = multiplyAdd(a1, b0, s10);
      s11 = multiplyAdd(a1, b1, s11);
      const a2 = v128.load32_splat(left, 8);
      s20 = multiplyAdd(a2, b0, s20);
      s21 = multiplyAdd(a2, b1, s21);
      const a3 = v128.load32_splat(left, 12);
      s30 = multiplyAdd(a3, b0, s30);
      s31 = multiplyAdd(a3, b1, s31);
      left += 64;
      right += 64;
    }
    a += aTime;
    b += bTime;
  }
  v128.store(c, s00);
  v128.store(c, s01, 16);
  v128.store(c1, s10);
  v128.store(c1, s11, 16);
  v128.store(c2, s20);
  v128.store(c2, s21, 16);
  v128.store(c3, s30);
  v128.store(c3, s31, 16);
}
