import { dropoutKey, dropoutThreshold } from '../dropout';
import type { ForwardMemory } from './batchMemory';
import type { ForwardWeights } from './modelMemory';
import { lineBytes } from './parameterLayout';
import { pairs, type QuantizedPass } from './quantized';
import type { Address, Bytes, Floats, Rows } from './units';
import type { WorkerContext } from './workerContext';

/** One forward pass: the batch laid out in memory, the weights to use, and the state it starts from. */
export interface ForwardPass {
  readonly weights: ForwardWeights;
  readonly batch: ForwardMemory;
  /** Distinct tokens of the batch. */
  readonly used: Rows;
  readonly carried: Address;
  /** The step whose dropout masks apply; null for none. */
  readonly dropoutStep: number | null;
  /** Integers that the layers multiply with instead of the weights; null for none. */
  readonly quantized: QuantizedPass | null;
}

/** Runs the layers over this thread's streams, from the token's row of the folded table to the last layer's output. */
export function runLayers(context: WorkerContext, pass: ForwardPass): void {
  foldFirstLayer(context, pass);
  context.group.barrier();
  for (let layer = 0; layer < context.model.architecture.layers; layer++) {
    runLayer(context, pass, layer);
    dropHidden(context, pass, pass.batch.layers[layer]?.output ?? 0, layer);
  }
}

/** The table of what each used token adds to the first layer's gates: embedding . weights + biases. */
function foldFirstLayer({ kernels, model, group, dropout }: WorkerContext, pass: ForwardPass): void {
  const { batch, weights, used } = pass;
  const { tableStride } = batch;
  const first = group.startOf(used);
  const rows = group.countOf(used);
  const embedded: Address = batch.embedded + first * lineBytes;
  const ids: Address = batch.used + 4 * first;
  const width: Bytes = model.panels.embedding * lineBytes;
  kernels.gatherRows(embedded, tableStride, weights.embedding, width, ids, rows);
  if (pass.dropoutStep !== null) {
    dropEmbedded({ kernels, model, dropout }, embedded, tableStride, rows, ids, pass.dropoutStep);
  }
  kernels.matmul(
    batch.table + first * lineBytes,
    embedded,
    tableStride,
    rows,
    model.panels.embedding,
    weights.input[0] ?? 0,
    model.panels.gates,
    weights.bias[0] ?? 0,
    lineBytes,
    0,
  );
}

/** Applies the mask of the embedding matrix to rows `ids` of it, or to their gradient. */
export function dropEmbedded(
  { kernels, model, dropout }: Pick<WorkerContext, 'kernels' | 'model' | 'dropout'>,
  address: Address,
  stride: Bytes,
  rows: Rows,
  ids: Address,
  step: number,
): void {
  if (dropout.embedding === 0) return;
  const key = dropoutKey(dropout.seed, step, 0);
  const threshold = dropoutThreshold(dropout.embedding);
  const width: Floats = model.architecture.embeddingSize;
  const scale = 1 / (1 - dropout.embedding);
  kernels.dropRows(address, stride, model.panels.embedding, rows, ids, 0, width, key, threshold, scale);
}

function runLayer(context: WorkerContext, pass: ForwardPass, layer: number): void {
  const { kernels, model, group } = context;
  const { batch } = pass;
  const { streams, stride } = batch;
  const { hidden } = model.panels;
  const at = batch.layers[layer];
  const rows = group.countOf(streams);
  if (at === undefined || rows === 0) return;
  const firstRow = group.startOf(streams);
  const skipped: Bytes = firstRow * lineBytes;
  const states: Bytes = hidden * stride;
  const carried: Address = pass.carried + 2 * layer * states + skipped;
  kernels.copyKept(at.hidden + skipped, carried, stride, rows, hidden, batch.keep + 4 * firstRow);
  kernels.copyKept(at.cell + skipped, carried + states, stride, rows, hidden, batch.keep + 4 * firstRow);
  for (let time = 0; time < batch.length; time++) {
    group.beat();
    const gates: Address = at.gates + (time % batch.kept) * model.panels.gates * stride + skipped;
    readInput(context, pass, layer, time, gates);
    advance(context, pass, layer, time, gates);
  }
}

/** What one time's gates get from below. */
function readInput(context: WorkerContext, pass: ForwardPass, layer: number, time: number, gates: Address): void {
  const { kernels, group } = context;
  const { batch, weights, quantized } = pass;
  const { panels } = context.model;
  const { stride, streams } = batch;
  const firstRow = group.startOf(streams);
  const rows = group.countOf(streams);
  if (layer === 0) {
    const slots: Address = batch.slots + 4 * (time * streams + firstRow);
    kernels.gatherLines(gates, stride, batch.table, batch.tableStride, slots, rows, panels.gates);
    return;
  }
  const { hidden } = panels;
  const below: Address = (batch.layers[layer - 1]?.output ?? 0) + time * hidden * stride + firstRow * lineBytes;
  const bias: Address = weights.bias[layer] ?? 0;
  const integers = quantized?.input[layer] ?? null;
  if (quantized === null || integers === null) {
    const input: Address = weights.input[layer] ?? 0;
    kernels.matmul(gates, below, stride, rows, hidden, input, panels.gates, bias, lineBytes, 0);
    return;
  }
  const read: Address = quantized.rows + firstRow * lineBytes;
  kernels.quantizeRows(read, below, stride, rows, hidden);
  kernels.matmulQuantized(
    gates,
    read,
    stride,
    rows,
    pairs(hidden),
    integers.weights,
    integers.scales,
    panels.gates,
    bias,
    lineBytes,
    0,
  );
}

/** One time's recurrent product, and the cell. */
function advance(context: WorkerContext, pass: ForwardPass, layer: number, time: number, gates: Address): void {
  const { kernels, group } = context;
  const { batch, weights, quantized } = pass;
  const panels = context.model.panels.hidden;
  const { stride, streams, kept } = batch;
  const at = batch.layers[layer];
  if (at === undefined) return;
  const firstRow = group.startOf(streams);
  const rows = group.countOf(streams);
  const states: Bytes = panels * stride;
  const skipped: Bytes = firstRow * lineBytes;
  const now: Bytes = (time % (kept + 1)) * states + skipped;
  const next: Bytes = ((time + 1) % (kept + 1)) * states + skipped;
  const output: Address = at.output + time * states + skipped;
  const cellTanh: Address = at.cellTanh + (time % kept) * states + skipped;
  const keepNext: Address = batch.keep + 4 * ((time + 1) * streams + firstRow);
  const hiddenNext: Address = at.hidden + next;
  const cellNext: Address = at.cell + next;
  const integers = quantized?.recurrent[layer];
  if (quantized === null || integers === undefined) {
    kernels.recurrentForward(
      gates,
      at.hidden + now,
      at.cell + now,
      stride,
      rows,
      panels,
      weights.recurrent[layer] ?? 0,
      output,
      cellTanh,
      hiddenNext,
      cellNext,
      keepNext,
    );
    return;
  }
  const read: Address = quantized.rows + skipped;
  kernels.quantizeRows(read, at.hidden + now, stride, rows, panels);
  kernels.recurrentForwardQuantized(
    gates,
    read,
    at.cell + now,
    stride,
    rows,
    panels,
    integers.weights,
    integers.scales,
    output,
    cellTanh,
    hiddenNext,
    cellNext,
    keepNext,
  );
}

/** Applies the mask of a layer's output to this thread's streams of it, or to their gradient. */
export function dropHidden(
  { kernels, model, group, dropout }: WorkerContext,
  pass: Pick<ForwardPass, 'batch' | 'dropoutStep'>,
  address: Address,
  layer: number,
): void {
  if (pass.dropoutStep === null || dropout.hidden === 0) return;
  const { length, streams, stride } = pass.batch;
  const key = dropoutKey(dropout.seed, pass.dropoutStep, 1 + layer);
  const threshold = dropoutThreshold(dropout.hidden);
  const scale = 1 / (1 - dropout.hidden);
  const width: Floats = model.architecture.hiddenSize;
  const first = group.startOf(streams);
  const rows = group.countOf(streams);
  for (let time = 0; time < length; time++) {
    const line: Address = address + time * model.panels.hidden * stride + first * lineBytes;
    const id = time * streams + first;
    kernels.dropRows(line, stride, model.panels.hidden, rows, 0, id, width, key, threshold, scale);
  }
}

/** Keeps the state after the last time of this thread's streams as the carried one. */
export function carryState({ kernels, model, group }: WorkerContext, pass: ForwardPass): void {
  const { length, streams, stride, layers, keep, kept } = pass.batch;
  const { hidden } = model.panels;
  const rows = group.countOf(streams);
  const firstRow = group.startOf(streams);
  const skipped: Bytes = firstRow * lineBytes;
  const states: Bytes = hidden * stride;
  const ones = keep + 4 * (length * streams + firstRow);
  for (let layer = 0; layer < layers.length; layer++) {
    const at = layers[layer];
    if (at === undefined) continue;
    const carried: Address = pass.carried + 2 * layer * states + skipped;
    const last = (length % (kept + 1)) * states + skipped;
    kernels.copyKept(carried, at.hidden + last, stride, rows, hidden, ones);
    kernels.copyKept(carried + states, at.cell + last, stride, rows, hidden, ones);
  }
}
