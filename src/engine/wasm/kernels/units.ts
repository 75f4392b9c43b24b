// What the kernels count in. The engine's side has the same types (../units.ts), and takes one for another nowhere.

/** A byte of memory. */
export type Address = usize;
/** A distance or a size in bytes. */
export type Bytes = usize;
/** Rows of a matrix: streams, positions, or tokens. */
export type Rows = i32;
/** Panels of 16 columns. */
export type Panels = i32;
/** Pairs of neighbouring panels, the last of which may be half. */
export type PanelPairs = i32;
/** Time steps. */
export type Times = i32;
/** Floats on end. */
export type Floats = i32;

/** Bytes of a float, and of an id or a mask. */
// @inline
export const FLOAT: usize = 4;

/** Bytes of one row of a panel: 16 floats, a cache line. */
// @inline
export const LINE: usize = 64;

/** Bytes of half a line: two neighbouring vectors of four floats each. */
// @inline
export const HALF_LINE: usize = 32;

/** Bytes of a panel's lines for 16 rows: what 16 inputs have of weights. */
// @inline
export const BLOCK: usize = 16 * LINE;

/** How far row `row` of a panel lies from its first, in bytes. */
// @inline
export function lines(row: i32): usize {
  return <usize>row * LINE;
}

/** How far number `index` of floats, ids or masks on end lies from the first, in bytes. */
// @inline
export function floats(index: i32): usize {
  return <usize>index * FLOAT;
}
