// Dropout by the counter hash of src/engine/dropout.ts: the same bits, eight at a time.
import { storePair } from './simdMath';
import { Address, Bytes, Floats, Panels, Rows, HALF_LINE, LINE, floats, lines } from './units';

/** Lanes of the first and the second vector of a line, what the others are further on, and the hash's two factors. */
const LANES = memory.data<i32>([0, 1, 2, 3, 4, 5, 6, 7]);
const EIGHT = memory.data<i32>([8]);
const FACTORS = memory.data<i32>([0x7feb352d, 0x846ca68b]);

// @inline
function hash4(value: v128): v128 {
  let x = v128.xor(value, i32x4.shr_u(value, 16));
  x = i32x4.mul(x, v128.load32_splat(FACTORS));
  x = v128.xor(x, i32x4.shr_u(x, 15));
  x = i32x4.mul(x, v128.load32_splat(FACTORS, 4));
  return v128.xor(x, i32x4.shr_u(x, 16));
}

/** Masks 16 elements, the first of which has mask index `index`. */
// @inline
function dropLine(line: usize, index: u32, key: v128, threshold: v128, scale: v128): void {
  const start = i32x4.splat(<i32>index);
  let counter0 = i32x4.add(start, v128.load(LANES));
  let counter1 = i32x4.add(start, v128.load(LANES, 16));
  for (let at: usize = 0; at < LINE; at += HALF_LINE) {
    const kept0 = i32x4.ge_u(hash4(v128.xor(counter0, key)), threshold);
    const kept1 = i32x4.ge_u(hash4(v128.xor(counter1, key)), threshold);
    const x0 = v128.and(f32x4.mul(v128.load(line + at), scale), kept0);
    const x1 = v128.and(f32x4.mul(v128.load(line + at, 16), scale), kept1);
    storePair(line + at, x0, x1);
    counter0 = i32x4.add(counter0, v128.load32_splat(EIGHT));
    counter1 = i32x4.add(counter1, v128.load32_splat(EIGHT));
  }
}

/**
 * Drops elements of rows in panels, in place; survivors are scaled.
 * @param ids which row of the whole mask each row is; `first` + row where it is zero
 * @param width elements of one row of the mask
 */
export function dropRows(
  to: Address,
  stride: Bytes,
  panels: Panels,
  rows: Rows,
  ids: Address,
  first: i32,
  width: Floats,
  key: i32,
  threshold: i32,
  scale: f32,
): void {
  const keys = i32x4.splat(key);
  const thresholds = i32x4.splat(threshold);
  const scales = f32x4.splat(scale);
  for (let row = 0; row < rows; row++) {
    const id = ids == 0 ? first + row : load<i32>(ids + floats(row));
    let line = to + lines(row);
    let index = <u32>id * <u32>width;
    for (let panel = 0; panel < panels; panel++) {
      dropLine(line, index, keys, thresholds, scales);
      line += stride;
      index += 16;
    }
  }
}
