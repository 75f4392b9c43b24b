import type { KernelBuild } from './kernelBuild';
import { type WasmMemory, webAssembly } from './webAssembly';

/**
 * What the compiled kernels export: see kernels/ for what each computes. Every argument is an address in bytes, a
 * distance in bytes, a count or a number.
 */
export interface Kernels {
  useWideTiles(yes: boolean): void;
  matmul(
    c: number,
    a: number,
    stride: number,
    rows: number,
    blocks: number,
    b: number,
    panels: number,
    initial: number,
    initialPanel: number,
    initialRow: number,
  ): void;
  matmulTransposed(
    c: number,
    cPanel: number,
    cRow: number,
    a: number,
    aTime: number,
    aPanels: number,
    b: number,
    bTime: number,
    bPanels: number,
    stride: number,
    times: number,
    rows: number,
  ): void;
  matvec(result: number, initial: number, row: number, inputs: number, weights: number, panels: number): void;
  matvecQuantized(
    result: number,
    initial: number,
    row: number,
    inputs: number,
    weights: number,
    scales: number,
    panels: number,
  ): void;
  quantizeRows(to: number, from: number, stride: number, rows: number, panels: number): void;
  quantizeWeights(to: number, scales: number, weights: number, panels: number, outputs: number): void;
  matmulQuantized(
    c: number,
    a: number,
    stride: number,
    rows: number,
    pairs: number,
    b: number,
    scales: number,
    panels: number,
    initial: number,
    initialPanel: number,
    initialRow: number,
  ): void;
  recurrentForwardQuantized(
    gates: number,
    hidden: number,
    cell: number,
    stride: number,
    rows: number,
    panels: number,
    weights: number,
    scales: number,
    output: number,
    cellTanh: number,
    hiddenNext: number,
    cellNext: number,
    keepNext: number,
  ): void;
  quantizeForMatvec(weights: number, scales: number, inputs: number, panels: number): void;
  recurrentForward(
    gates: number,
    hidden: number,
    cell: number,
    stride: number,
    rows: number,
    panels: number,
    weights: number,
    output: number,
    cellTanh: number,
    hiddenNext: number,
    cellNext: number,
    keepNext: number,
  ): void;
  cellForwardRow(gates: number, panels: number, cell: number, hidden: number, cellTanh: number, keep: number): void;
  cellBackward(
    gates: number,
    stride: number,
    rows: number,
    panels: number,
    cell: number,
    cellTanh: number,
    outputGradient: number,
    hiddenGradient: number,
    cellGradient: number,
    keepNext: number,
  ): void;
  copyKept(to: number, from: number, stride: number, rows: number, panels: number, keep: number): void;
  crossEntropy(
    logits: number,
    stride: number,
    rows: number,
    panels: number,
    targets: number,
    sums: number,
    gaps: number,
    scratch: number,
  ): void;
  crossEntropyGradient(
    logits: number,
    stride: number,
    rows: number,
    panels: number,
    targets: number,
    sums: number,
    scale: number,
  ): void;
  gatherRows(to: number, stride: number, from: number, width: number, ids: number, rows: number): void;
  scatterRows(to: number, width: number, from: number, stride: number, ids: number, rows: number): void;
  gatherLines(
    to: number,
    stride: number,
    table: number,
    tableStride: number,
    slots: number,
    rows: number,
    panels: number,
  ): void;
  sumLines(
    table: number,
    tableStride: number,
    from: number,
    stride: number,
    slots: number,
    rows: number,
    panels: number,
  ): void;
  sumColumns(
    sums: number,
    from: number,
    time: number,
    stride: number,
    panels: number,
    times: number,
    rows: number,
  ): void;
  add(sum: number, a: number, b: number, bytes: number): void;
  clear(start: number, bytes: number): void;
  copy(to: number, from: number, bytes: number): void;
  dropRows(
    panels: number,
    stride: number,
    count: number,
    rows: number,
    ids: number,
    first: number,
    width: number,
    key: number,
    threshold: number,
    scale: number,
  ): void;
  sumOfSquares(at: number, count: number): number;
  adamW(
    weights: number,
    averaged: number,
    gradients: number,
    first: number,
    second: number,
    count: number,
    gradientScale: number,
    shrink: number,
    beta1: number,
    beta2: number,
    stepSize: number,
    rootScale: number,
    epsilon: number,
    averageDecay: number,
  ): void;
  transposeBlocks(
    to: number,
    toRow: number,
    toBlock: number,
    from: number,
    fromRow: number,
    fromBlock: number,
    blocks: number,
  ): void;
  copyLines(to: number, toStep: number, from: number, fromStep: number, count: number): void;
  tanhAll(output: number, input: number, count: number): void;
  sigmoidAll(output: number, input: number, count: number): void;
  expAll(output: number, input: number, count: number): void;
}

/** The kernels over one memory. A module made for shared memory takes only a shared one, and the other way round. */
export function instantiate({ module, wideTiles }: KernelBuild, memory: WasmMemory): Kernels {
  const kernels = new webAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels;
  kernels.useWideTiles(wideTiles);
  return kernels;
}
