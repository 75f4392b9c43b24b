// Written by scripts/kernelSignatures.js from the sources in kernels/.
import type { Address, Bytes, Floats, PanelPairs, Panels, Rows, Times } from './units';

/** What the compiled kernels export. */
export interface Kernels {
  /**
   * C = initial + A . B for `rows` rows.
   * @param c result, `outputs` panels, `stride` bytes apart
   * @param a left matrix, `inputs` panels, `stride` bytes apart
   * @param b weights, `outputs` panels of `inputs` blocks each, on end
   * @param initial what C starts from: `initialPanel` bytes from panel to panel, `initialRow` from row to row (0: a bias)
   */
  matmul(
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
  ): void;

  /**
   * C += transposed A . B, summed over every row of every time: the gradient of weights that took A in and gave B out.
   * @param c result: `cPanel` bytes from panel to panel of B, `cRow` from one column of A to the next
   * @param a left activations, `aPanels` panels of 16 columns, `aTime` bytes from time to time
   * @param b right activations, `bPanels` panels, `bTime` bytes from time to time
   * @param stride bytes from panel to panel, of both
   */
  matmulTransposed(
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
  ): void;

  /** Chooses the tiles: wide ones where the machine has registers for them. */
  useWideTiles(yes: boolean): void;

  /**
   * One time step of one layer, for `rows` streams: gates = gates + hidden . recurrent weights, then the cell.
   * @param gates [4 * panels][row][16] at this time: holds what comes from the input, ends as the activated gates
   * @param hidden state that came in (zero where reset), and so `cell`
   * @param output hidden state that goes up to the next layer
   * @param cellTanh tanh of the new cell state, for the backward pass
   * @param hiddenNext,cellNext the new state as the next step shall read it, and'ed with `keepNext`
   * @param keepNext a mask of 32 bits a stream
   */
  recurrentForward(
    gates: Address,
    hidden: Address,
    cell: Address,
    stride: Bytes,
    rows: Rows,
    panels: Panels,
    weights: Address,
    output: Address,
    cellTanh: Address,
    hiddenNext: Address,
    cellNext: Address,
    keepNext: Address,
  ): void;

  /** One stream alone: the cell for all units, whose state is replaced. The gates' inputs are complete. */
  cellForwardRow(
    gates: Address,
    panels: Panels,
    cell: Address,
    hidden: Address,
    cellTanh: Address,
    keep: Address,
  ): void;

  /**
   * The backward pass through the cell: turns the activated gates at one time into the gradient of what was put into them.
   * @param outputGradient gradient by the output of this time, from above
   * @param hiddenGradient,cellGradient gradients by the state handed on, from the time after; the latter is replaced by
   *   the gradient by the state that came in
   * @param keepNext whether that state was handed on at all
   */
  cellBackward(
    gates: Address,
    stride: Bytes,
    rows: Rows,
    panels: Panels,
    cell: Address,
    cellTanh: Address,
    outputGradient: Address,
    hiddenGradient: Address,
    cellGradient: Address,
    keepNext: Address,
  ): void;

  /** Copies `rows` rows of `panels` panels, and'ed with a mask a row. */
  copyKept(to: Address, from: Address, stride: Bytes, rows: Rows, panels: Panels, keep: Address): void;

  /**
   * For each of `rows` rows: the sum of exp(logit - largest), and largest - logit of the target, so that the loss is
   * log(sum) + gap. The logits are replaced by exp(logit - largest).
   * @param targets one 32-bit id a row
   * @param scratch 64 bytes a row
   */
  crossEntropy(
    logits: Address,
    stride: Bytes,
    rows: Rows,
    panels: Panels,
    targets: Address,
    sums: Address,
    gaps: Address,
    scratch: Address,
  ): void;

  /** Turns the exponentials of {@link crossEntropy} into the gradient: (softmax - one-hot target) * scale. */
  crossEntropyGradient(
    logits: Address,
    stride: Bytes,
    rows: Rows,
    panels: Panels,
    targets: Address,
    sums: Address,
    scale: number,
  ): void;

  /** Copies rows `ids` of a row-major matrix (`width` bytes a row, a multiple of 64) into panels of 16 columns. */
  gatherRows(to: Address, stride: Bytes, from: Address, width: Bytes, ids: Address, rows: Rows): void;

  /** Adds rows in panels to rows `ids` of a row-major matrix. No id occurs twice. */
  scatterRows(to: Address, width: Bytes, from: Address, stride: Bytes, ids: Address, rows: Rows): void;

  /** Copies lines `slots` of a table in panels to rows in panels: what a token adds to the first layer's gates. */
  gatherLines(
    to: Address,
    stride: Bytes,
    table: Address,
    tableStride: Bytes,
    slots: Address,
    rows: Rows,
    panels: Panels,
  ): void;

  /** Adds rows in panels to lines `slots` of a table in panels: the gradient of {@link gatherLines}. */
  sumLines(
    table: Address,
    tableStride: Bytes,
    from: Address,
    stride: Bytes,
    slots: Address,
    rows: Rows,
    panels: Panels,
  ): void;

  /** Adds the sum of each column, over all rows of all times, to `sums`: the gradient of a bias. */
  sumColumns(sums: Address, from: Address, time: Bytes, stride: Bytes, panels: Panels, times: Times, rows: Rows): void;

  /** sum = a + b for `bytes` bytes (a multiple of 32). */
  add(sum: Address, a: Address, b: Address, bytes: Bytes): void;

  /** Sets memory to zero. */
  clear(start: Address, bytes: Bytes): void;

  /** Copies memory. */
  copy(to: Address, from: Address, bytes: Bytes): void;

  /**
   * Drops elements of rows in panels, in place; survivors are scaled.
   * @param ids which row of the whole mask each row is; `first` + row where it is zero
   * @param width elements of one row of the mask
   */
  dropRows(
    to: Address,
    stride: Bytes,
    panels: Panels,
    rows: Rows,
    ids: Address,
    first: number,
    width: Floats,
    key: number,
    threshold: number,
    scale: number,
  ): void;

  /** Sum of squares of `count` floats (a multiple of 16). */
  sumOfSquares(at: Address, count: Floats): number;

  /**
   * AdamW (Loshchilov and Hutter, 2019) on `count` floats (a multiple of 8), and their moving average.
   * @param gradientScale what the clip multiplies the gradient by
   * @param shrink 1 - rate * weight decay
   * @param stepSize rate / (1 - beta1^step)
   * @param rootScale 1 / sqrt(1 - beta2^step)
   */
  adamW(
    weights: Address,
    averaged: Address,
    gradients: Address,
    first: Address,
    second: Address,
    count: Floats,
    gradientScale: number,
    shrink: number,
    beta1: number,
    beta2: number,
    stepSize: number,
    rootScale: number,
    epsilon: number,
    averageDecay: number,
  ): void;

  /** Transposes a grid of blocks of 16 x 16 floats. Rows lie `toRow` and `fromRow` bytes apart. */
  transposeBlocks(
    to: Address,
    toRow: Bytes,
    toBlock: Bytes,
    from: Address,
    fromRow: Bytes,
    fromBlock: Bytes,
    blocks: Panels,
  ): void;

  /** Copies lines of 64 bytes that lie `toStep` and `fromStep` bytes apart. */
  copyLines(to: Address, toStep: Bytes, from: Address, fromStep: Bytes, count: Rows): void;

  /**
   * result = initial + row . weights, for a row of `inputs` panels on end, and so `result` and `initial`.
   */
  matvec(result: Address, initial: Address, row: Address, inputs: Panels, weights: Address, outputs: Panels): void;

  /** {@link matvec} with weights that were quantized. */
  matvecQuantized(
    result: Address,
    initial: Address,
    row: Address,
    inputs: Panels,
    weights: Address,
    scales: Address,
    outputs: Panels,
  ): void;

  /**
   * Turns weights into 16-bit integers, in place (so that they fill half the space), each column with a scale of its own:
   * weight = integer * scale, to one part in 65,000 of the column's largest.
   */
  quantizeForMatvec(weights: Address, scales: Address, inputs: Panels, outputs: Panels): void;

  /**
   * C = initial + A . B, as {@link matmul} of floats.
   * @param a pairs of integers, `pairs` pairs of panels, `stride` bytes apart
   * @param b integers, with a line of scales a panel of outputs
   */
  matmulQuantized(
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
  ): void;

  /** Turns states (the hidden states of `rows` streams) into pairs of integers. An odd panel at the end is paired with itself. */
  quantizeRows(to: Address, from: Address, stride: Bytes, rows: Rows, panels: Panels): void;

  /**
   * Turns weights of `inputs` panels of inputs and `outputs` panels of outputs into integers, each output with a scale of its
   * own, which takes that of the states along: the smallest with which no sum overflows.
   */
  quantizeWeights(to: Address, scales: Address, weights: Address, inputs: Panels, outputs: Panels): void;

  /** One time step of one layer, as {@link recurrentForward} of floats; `hidden` and `weights` are integers. */
  recurrentForwardQuantized(
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
  ): void;

  /** Elementwise tanh of `count` floats (a multiple of four). For tests of the approximation. */
  tanhAll(output: Address, input: Address, count: Floats): void;

  /** Elementwise sigmoid of `count` floats (a multiple of four). For tests of the approximation. */
  sigmoidAll(output: Address, input: Address, count: Floats): void;

  /** Elementwise exp of `count` floats that are not positive (a multiple of four). For tests of the approximation. */
  expAll(output: Address, input: Address, count: Floats): void;
}
