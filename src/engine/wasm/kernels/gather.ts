// Rows looked up and summed: the embedding, the folded first layer, biases. In plain loops: `embed` and `embedBack` of
// test/unit/engine/reference.ts.
import { storeLine, storePair } from './simdMath';
import { Address, Bytes, Panels, Rows, Times, HALF_LINE, LINE, floats, lines } from './units';

/** Copies rows `ids` of a row-major matrix (`width` bytes a row, a multiple of 64) into panels of 16 columns. */
export function gatherRows(to: Address, stride: Bytes, from: Address, width: Bytes, ids: Address, rows: Rows): void {
  for (let row = 0; row < rows; row++) {
    const source = from + <usize>load<i32>(ids + floats(row)) * width;
    let target = to + lines(row);
    for (let at: usize = 0; at < width; at += LINE) {
      copyLine(target, source + at);
      target += stride;
    }
  }
}

/** Adds rows in panels to rows `ids` of a row-major matrix. No id occurs twice. */
export function scatterRows(to: Address, width: Bytes, from: Address, stride: Bytes, ids: Address, rows: Rows): void {
  for (let row = 0; row < rows; row++) {
    const target = to + <usize>load<i32>(ids + floats(row)) * width;
    let source = from + lines(row);
    for (let at: usize = 0; at < width; at += LINE) {
      addLine(target + at, source);
      source += stride;
    }
  }
}

/** Copies lines `slots` of a table in panels to rows in panels: what a token adds to the first layer's gates. */
export function gatherLines(
  to: Address,
  stride: Bytes,
  table: Address,
  tableStride: Bytes,
  slots: Address,
  rows: Rows,
  panels: Panels,
): void {
  for (let panel = 0; panel < panels; panel++) {
    for (let row = 0; row < rows; row++) {
      copyLine(to + lines(row), table + lines(load<i32>(slots + floats(row))));
    }
    to += stride;
    table += tableStride;
  }
}

/** Adds rows in panels to lines `slots` of a table in panels: the gradient of {@link gatherLines}. */
export function sumLines(
  table: Address,
  tableStride: Bytes,
  from: Address,
  stride: Bytes,
  slots: Address,
  rows: Rows,
  panels: Panels,
): void {
  for (let panel = 0; panel < panels; panel++) {
    for (let row = 0; row < rows; row++) {
      addLine(table + lines(load<i32>(slots + floats(row))), from + lines(row));
    }
    table += tableStride;
    from += stride;
  }
}

/** Adds the sum of each column, over all rows of all times, to `sums`: the gradient of a bias. */
export function sumColumns(
  sums: Address,
  from: Address,
  time: Bytes,
  stride: Bytes,
  panels: Panels,
  times: Times,
  rows: Rows,
): void {
  for (let panel = 0; panel < panels; panel++) {
    let x0 = f32x4.splat(0),
      x1 = f32x4.splat(0),
      x2 = f32x4.splat(0),
      x3 = f32x4.splat(0);
    for (let t = 0; t < times; t++) {
      let at = from + <usize>t * time + <usize>panel * stride;
      const end = at + lines(rows);
      for (; at < end; at += LINE) {
        x0 = f32x4.add(x0, v128.load(at));
        x1 = f32x4.add(x1, v128.load(at, 16));
        x2 = f32x4.add(x2, v128.load(at, 32));
        x3 = f32x4.add(x3, v128.load(at, 48));
      }
    }
    const sum = sums + lines(panel);
    x0 = f32x4.add(v128.load(sum), x0);
    x1 = f32x4.add(v128.load(sum, 16), x1);
    x2 = f32x4.add(v128.load(sum, 32), x2);
    x3 = f32x4.add(v128.load(sum, 48), x3);
    storeLine(sum, x0, x1, x2, x3);
  }
}

/** sum = a + b for `bytes` bytes (a multiple of 32). */
export function add(sum: Address, a: Address, b: Address, bytes: Bytes): void {
  for (let at: usize = 0; at < bytes; at += HALF_LINE) {
    const x0 = f32x4.add(v128.load(a + at), v128.load(b + at));
    const x1 = f32x4.add(v128.load(a + at, 16), v128.load(b + at, 16));
    storePair(sum + at, x0, x1);
  }
}

/** Sets memory to zero. */
export function clear(start: Address, bytes: Bytes): void {
  memory.fill(start, 0, bytes);
}

/** Copies memory. */
export function copy(to: Address, from: Address, bytes: Bytes): void {
  memory.copy(to, from, bytes);
}

// @inline
export function copyLine(to: Address, from: Address): void {
  // Not by storeLine: four loads before the first store are not worth pairing to V8.
  storePair(to, v128.load(from), v128.load(from, 16));
  storePair(to + HALF_LINE, v128.load(from, 32), v128.load(from, 48));
}

// @inline
function addLine(to: usize, from: usize): void {
  const x0 = f32x4.add(v128.load(to), v128.load(from));
  const x1 = f32x4.add(v128.load(to, 16), v128.load(from, 16));
  const x2 = f32x4.add(v128.load(to, 32), v128.load(from, 32));
  const x3 = f32x4.add(v128.load(to, 48), v128.load(from, 48));
  storeLine(to, x0, x1, x2, x3);
}
