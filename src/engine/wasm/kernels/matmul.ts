// Matrix products. Every matrix lies in panels of 16 columns: a panel holds, row after row, 16 floats (one cache line).
//   activations  [time][panel][row][16], rows being streams
//   weights      [panel of outputs][input][16 outputs]
// so that a tile of a few rows by 8 or 16 columns reads both operands front to back, and nothing is packed on the way.
// The inner loops: matmulTiles.template.js, which writes matmulTiles.ts as the kernels are built.
// In plain loops: `product` of test/unit/engine/reference.ts and, transposed, `addOuterProduct`.
import { matmulColumns4x8, matmulColumns6x16, matmulRows4x8, matmulRows6x16 } from './matmulTiles';
import { Address, Bytes, Panels, Rows, Times, BLOCK, LINE, lines } from './units';

/** Blocks of 16 inputs taken at a time: 16 lines each, so that the weights in use (16 KB) stay in the first cache. */
const BLOCKS_AT_ONCE: i32 = 16;
/** Rows of a gradient product taken at a time, for the same reason. */
const ROWS_AT_ONCE: i32 = 256;
/** Panels of its left matrix taken at a time, which then stay in the second cache (16 KB each). */
const PANELS_AT_ONCE: i32 = 16;

/** Which tiles to use. */
let wide: bool = false;

/** Chooses the tiles: wide ones where the machine has registers for them. */
export function useWideTiles(yes: bool): void {
  wide = yes;
}

/**
 * C = initial + A . B for `rows` rows.
 * @param c result, `outputs` panels, `stride` bytes apart
 * @param a left matrix, `inputs` panels, `stride` bytes apart
 * @param b weights, `outputs` panels of `inputs` blocks each, on end
 * @param initial what C starts from: `initialPanel` bytes from panel to panel, `initialRow` from row to row (0: a bias)
 */
export function matmul(
  c: Address,
  a: Address,
  stride: Bytes,
  rows: Rows,
  inputs: Panels,
  b: Address,
  outputs: Panels,
  initial: Address,
  initialPanel: Bytes,
  initialRow: Bytes,
): void {
  for (let panel = 0; panel < outputs; panel++) {
    let start = initial;
    let startRow = initialRow;
    let left = a;
    for (let block = 0; block < inputs; block += BLOCKS_AT_ONCE) {
      const count = min(BLOCKS_AT_ONCE, inputs - block);
      if (wide) matmulRows6x16(c, left, stride, rows, count, b, start, startRow);
      else matmulRows4x8(c, left, stride, rows, count, b, start, startRow);
      b += <usize>count * BLOCK;
      left += <usize>count * stride;
      start = c;
      startRow = LINE;
    }
    c += stride;
    initial += initialPanel;
  }
}

/**
 * C += transposed A . B, summed over every row of every time: the gradient of weights that took A in and gave B out.
 * @param c result: `cPanel` bytes from panel to panel of B, `cRow` from one column of A to the next
 * @param a left activations, `aPanels` panels of 16 columns, `aTime` bytes from time to time
 * @param b right activations, `bPanels` panels, `bTime` bytes from time to time
 * @param stride bytes from panel to panel, of both
 */
export function matmulTransposed(
  c: Address,
  cPanel: Bytes,
  cRow: Bytes,
  a: Address,
  aTime: Bytes,
  aPanels: Panels,
  b: Address,
  bTime: Bytes,
  bPanels: Panels,
  stride: Bytes,
  times: Times,
  rows: Rows,
): void {
  const rowsAtOnce = min(rows, ROWS_AT_ONCE);
  const timesAtOnce = max(1, ROWS_AT_ONCE / rows);
  for (let time = 0; time < times; time += timesAtOnce) {
    const timeCount = min(timesAtOnce, times - time);
    for (let row = 0; row < rows; row += rowsAtOnce) {
      const rowCount = min(rowsAtOnce, rows - row);
      const skipped = lines(row);
      for (let aBlock = 0; aBlock < aPanels; aBlock += PANELS_AT_ONCE) {
        const aLast = min(aBlock + PANELS_AT_ONCE, aPanels);
        for (let bPanel = 0; bPanel < bPanels; bPanel++) {
          const right = b + <usize>time * bTime + <usize>bPanel * stride + skipped;
          for (let aPanel = aBlock; aPanel < aLast; aPanel++) {
            const left = a + <usize>time * aTime + <usize>aPanel * stride + skipped;
            const result = c + <usize>bPanel * cPanel + 16 * <usize>aPanel * cRow;
            if (wide) matmulColumns6x16(result, cRow, left, aTime, right, bTime, timeCount, rowCount);
            else matmulColumns4x8(result, cRow, left, aTime, right, bTime, timeCount, rowCount);
          }
        }
      }
    }
  }
}
