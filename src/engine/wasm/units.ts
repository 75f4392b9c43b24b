// What the kernels count in, as kernels/units.ts has it.

/**
 * A number that counts one thing. TypeScript refuses it where another thing is counted, so that two arguments of a kernel
 * that change places do not compile; a plain number, as all arithmetic gives, is taken for any.
 */
type Counting<Unit extends string> = number & { readonly unit?: Unit };

/** A byte of a kernels' memory. */
export type Address = Counting<'address'>;
/** A distance or a size in bytes. */
export type Bytes = Counting<'bytes'>;
/** Rows of a matrix: streams, positions, or tokens. */
export type Rows = Counting<'rows'>;
/** Panels of 16 columns. */
export type Panels = Counting<'panels'>;
/** Pairs of neighbouring panels, the last of which may be half. */
export type PanelPairs = Counting<'pairs of panels'>;
/** Time steps. */
export type Times = Counting<'times'>;
/** Floats on end. */
export type Floats = Counting<'floats'>;
