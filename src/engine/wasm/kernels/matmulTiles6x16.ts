// Micro-kernels of up to 6 rows by 16 columns: 24 sums of four floats. For machines with 32 registers, or with 16 that
// are twice as wide and a compiler that pairs neighbours; elsewhere the sums spill, and matmulTiles4x8.ts is faster.
import { multiplyAdd } from './simdMath';

/** One panel of C: its rows in tiles as even as can be, of at most 6 rows. */
export function matmulRows6x16(
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

/** 16 columns of A by one panel of B: a block of 16 x 16 of C. */
export function matmulColumns6x16(
  c: usize,
  cRow: usize,
  a: usize,
  aTime: usize,
  b: usize,
  bTime: usize,
  times: i32,
  rows: i32,
): void {
  outer5(c, cRow, a, aTime, b, bTime, times, rows);
  outer5(c + 5 * cRow, cRow, a + 20, aTime, b, bTime, times, rows);
  outer6(c + 10 * cRow, cRow, a + 40, aTime, b, bTime, times, rows);
}

function outer5(c: usize, cRow: usize, a: usize, aTime: usize, b: usize, bTime: usize, times: i32, rows: i32): void {
  outer(5, c, cRow, a, aTime, b, bTime, times, rows);
}
function outer6(c: usize, cRow: usize, a: usize, aTime: usize, b: usize, bTime: usize, times: i32, rows: i32): void {
  outer(6, c, cRow, a, aTime, b, bTime, times, rows);
}

/**
 * Sums of outer products: `columns` (5 or 6, a constant) of A by 16 of B, added to C. The sums start from C and not from
 * zero: so they are pairs of neighbours in memory from end to end, which a compiler can turn into wider registers.
 */
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
  let at = c;
  let s00 = v128.load(at), s01 = v128.load(at, 16), s02 = v128.load(at, 32), s03 = v128.load(at, 48);
  at += cRow;
  let s10 = v128.load(at), s11 = v128.load(at, 16), s12 = v128.load(at, 32), s13 = v128.load(at, 48);
  at += cRow;
  let s20 = v128.load(at), s21 = v128.load(at, 16), s22 = v128.load(at, 32), s23 = v128.load(at, 48);
  at += cRow;
  let s30 = v128.load(at), s31 = v128.load(at, 16), s32 = v128.load(at, 32), s33 = v128.load(at, 48);
  at += cRow;
  let s40 = v128.load(at), s41 = v128.load(at, 16), s42 = v128.load(at, 32), s43 = v128.load(at, 48);
  if (columns > 5) at += cRow;
  let s50 = v128.load(at), s51 = v128.load(at, 16), s52 = v128.load(at, 32), s53 = v128.load(at, 48);
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
  storeLine(c, s00, s01, s02, s03);
  c += cRow;
  storeLine(c, s10, s11, s12, s13);
  c += cRow;
  storeLine(c, s20, s21, s22, s23);
  c += cRow;
  storeLine(c, s30, s31, s32, s33);
  c += cRow;
  storeLine(c, s40, s41, s42, s43);
  c += cRow;
  if (columns > 5) storeLine(c, s50, s51, s52, s53);
}

/** Stores 16 floats. */
// @ts-ignore: decorator
@inline
function storeLine(line: usize, x0: v128, x1: v128, x2: v128, x3: v128): void {
  v128.store(line, x0);
  v128.store(line, x1, 16);
  v128.store(line, x2, 32);
  v128.store(line, x3, 48);
}
