// @ts-check
// Writes matmulTiles.ts, the micro-kernels of every matrix product: one text for tiles of all sizes, of floats and of
// integers. The build compiles it (scripts/kernels.js) and leaves it in .cache/kernels/sources to be read.
//
// A tile is a few rows by 8 or 16 columns of a product. Its sums stay in registers from the first input to the last: sRV is
// that of row R and vector V, four columns wide. So what could be a loop is written out: an array is not in registers.

/** Text for each number below `count`. @param {number} count @param {(index: number) => string} write */
const each = (count, write, separator = '\n') => Array.from({ length: count }, (_, i) => write(i)).join(separator);

/** Declares a line's vectors. @param {string} name @param {string} address @param {number} vectors */
const loadLine = (name, address, vectors) =>
  each(vectors, (v) => `${name}${v} = v128.load(${address}, ${16 * v})`, ', ');

/** Multiplies an element with a line of B, and adds that to a row's sums. @param {string} add how */
const addProducts = (add, /** @type {number} */ row, /** @type {number} */ vectors, /** @type {string} */ element) =>
  `const a${row} = ${element};
  ${each(vectors, (v) => `s${row}${v} = ${add}(a${row}, b${v}, s${row}${v});`)}`;

/** Stores a row's sums: two neighbours, or a whole line. @param {number} row @param {number} vectors */
const storeSums = (row, vectors) =>
  `${vectors === 2 ? 'storePair' : 'storeLine'}(c, ${each(vectors, (v) => `s${row}${v}`, ', ')});`;

/** Adds to a tile's sums what `blocks` blocks of 16 inputs give. */
const sumOverInputs = (/** @type {string} */ add, /** @type {number} */ rows, /** @type {number} */ vectors) => `
  for (let block = 0; block < blocks; block++) {
    let line = a;
    for (let input = 0; input < 16; input++) {
      const ${loadLine('b', 'b', vectors)};
      ${each(rows, (r) => addProducts(add, r, vectors, `v128.load32_splat(line, ${64 * r})`))}
      line += FLOAT;
      b += LINE;
    }
    a += stride;
  }`;

/** A tile of C = initial + A . B. @param {number} rows @param {number} vectors */
const floatTile = (rows, vectors) => `
function tile${rows}x${4 * vectors}(
  c: usize, a: usize, stride: usize, blocks: i32, b: usize, initial: usize, initialRow: usize,
): void {
  ${each(rows, (r) => `let ${loadLine(`s${r}`, 'initial', vectors)};`, '\ninitial += initialRow;')}
  ${sumOverInputs('multiplyAdd', rows, vectors)}
  ${each(rows, (r) => storeSums(r, vectors), '\nc += LINE;')}
}`;

/** The same of integers, whose sums are floats only at the end. @param {number} rows @param {number} vectors */
const integerTile = (rows, vectors) => `
function integerTile${rows}x${4 * vectors}(
  c: usize, a: usize, stride: usize, blocks: i32, b: usize, initial: usize, initialRow: usize, scales: usize,
): void {
  const zero = v128.load32_splat(ZERO);
  ${each(rows, (r) => `let ${each(vectors, (v) => `s${r}${v} = zero`, ', ')};`)}
  ${sumOverInputs('dotAdd', rows, vectors)}
  ${each(
    rows,
    (r) => `storeScaled(c, initial, scales, ${each(vectors, (v) => `s${r}${v}`, ', ')});`,
    '\nc += LINE;\ninitial += initialRow;',
  )}
}`;

/**
 * A tile of C += transposed A . B: sums of outer products. They start from C and not from zero: so they are pairs of
 * neighbours in memory from end to end, which a compiler can put in wider registers.
 * @param {number} columns
 * @param {number} vectors
 */
const outerTile = (columns, vectors) => `
function outer${columns}x${4 * vectors}(
  c: usize, cRow: usize, a: usize, aTime: usize, b: usize, bTime: usize, times: i32, rows: i32,
): void {
  let at = c;
  ${each(columns, (r) => `let ${loadLine(`s${r}`, 'at', vectors)};`, '\nat += cRow;')}
  for (let time = 0; time < times; time++) {
    let left = a;
    let right = b;
    for (let row = 0; row < rows; row++) {
      const ${loadLine('b', 'right', vectors)};
      ${each(columns, (r) => addProducts('multiplyAdd', r, vectors, `v128.load32_splat(left, ${4 * r})`))}
      left += LINE;
      right += LINE;
    }
    a += aTime;
    b += bTime;
  }
  ${each(columns, (r) => storeSums(r, vectors), '\nc += cRow;')}
}`;

/**
 * One panel of C, or its left and then its right half: its rows in tiles as even as can be.
 * @param {{ name: string, most: number, vectors: number, integers?: boolean }} shape `most` rows a tile
 */
function rowTiles({ name, most, vectors, integers = false }) {
  const tile = integers ? 'integerTile' : 'tile';
  const [parameter, argument] = integers ? [', scales: usize', ', scales'] : ['', ''];
  const call = (/** @type {number} */ rows) =>
    `${tile}${rows}x${4 * vectors}(to, left, stride, blocks, b + part, start, initialRow${argument});`;
  const choice = each(most - 1, (i) => `if (count == ${most - i}) ${call(most - i)} else `, '') + call(1);
  return `
${each(most, (i) => (integers ? integerTile : floatTile)(i + 1, vectors))}

/** One panel of C = initial + A . B, in tiles of at most ${most} x ${4 * vectors}. */
export function ${name}(
  c: usize, a: usize, stride: usize, rows: i32, blocks: i32, b: usize, initial: usize, initialRow: usize${parameter},
): void {
  for (let part: usize = 0; part < LINE; part += ${16 * vectors}) {
    let to = c + part, left = a, start = initial + part, rest = rows;
    for (let tiles = (rows + ${most - 1}) / ${most}; tiles > 0; tiles--) {
      const count = (rest + tiles - 1) / tiles;
      ${choice}
      to += <usize>count * LINE;
      left += <usize>count * LINE;
      start += <usize>count * initialRow;
      rest -= count;
    }
  }
}`;
}

/**
 * A block of 16 x 16 of C: 16 columns of A by one panel of B.
 * @param {{ name: string, columns: readonly number[], vectors: number }} shape columns of A a tile, which come round again
 */
function columnTiles({ name, columns, vectors }) {
  let start = 0;
  const calls = columns.map((count) => {
    const [row, element] = [`c + (column + ${start}) * cRow`, `a + (column + ${start}) * FLOAT`];
    start += count;
    const outer = `outer${count}x${4 * vectors}`;
    const call = (/** @type {number} */ part) =>
      `${outer}(${row} + ${part}, cRow, ${element}, aTime, b + ${part}, bTime, times, rows);`;
    return each(4 / vectors, (i) => call(16 * vectors * i));
  });
  return `
${[...new Set(columns)].map((count) => outerTile(count, vectors)).join('\n')}

/** A block of 16 x 16 of C += transposed A . B: 16 columns of A by one panel of B. */
export function ${name}(
  c: usize, cRow: usize, a: usize, aTime: usize, b: usize, bTime: usize, times: i32, rows: i32,
): void {
  for (let column: usize = 0; column < 16; column += ${start}) {
    ${calls.join('\n')}
  }
}`;
}

/** The text of matmulTiles.ts. */
const matmulTiles = () => `// Written by src/engine/wasm/kernels/matmulTiles.template.js.
import { multiplyAdd, storeLine, storePair } from './simdMath';
import { FLOAT, LINE } from './units';

const ZERO = memory.data<i32>([0]);

/** The products of two pairs of integers a lane, summed, added to \`sum\`. */
// @inline
function dotAdd(a: v128, b: v128, sum: v128): v128 {
  return i32x4.add(i32x4.dot_i16x8_s(a, b), sum);
}

/** Stores 16 sums of integers as floats: initial + sum * scale. */
// @inline
function storeScaled(c: usize, initial: usize, scales: usize, s0: v128, s1: v128, s2: v128, s3: v128): void {
  ${each(4, (v) => `const x${v} = multiplyAdd(f32x4.convert_i32x4_s(s${v}), v128.load(scales, ${16 * v}), v128.load(initial, ${16 * v}));`)}
  storeLine(c, x0, x1, x2, x3);
}

// 8 sums of four floats fit into 16 registers.
${rowTiles({ name: 'matmulRows4x8', most: 4, vectors: 2 })}
${columnTiles({ name: 'matmulColumns4x8', columns: [4], vectors: 2 })}

// 24 sums are for machines with 32 registers, or with 16 that are twice as wide and a compiler that pairs neighbours;
// elsewhere they spill, and tiles of 4 x 8 are faster.
${rowTiles({ name: 'matmulRows6x16', most: 6, vectors: 4 })}
${columnTiles({ name: 'matmulColumns6x16', columns: [5, 5, 6], vectors: 4 })}

// 20 sums of integers: a sixth row would need more registers than there are.
${rowTiles({ name: 'matmulRowsQuantized', most: 5, vectors: 4, integers: true })}
`;

module.exports = { matmulTiles };
