import { hasProjection } from '../../model/model';
import type { Chunk } from './batchMemory';
import { dropEmbedded, type ForwardPass } from './forward';
import { blockFloats } from './modelMemory';
import { lineBytes, panelWidth } from './parameterLayout';
import type { Address, Bytes, Rows } from './units';
import type { WorkerContext } from './workerContext';

// Gradients of the weights are sums over all streams. The threads split the outputs, not the streams, so that each sum
// is made by one thread in one order: nothing is reduced, and the bits do not depend on the number of threads.

/** Clears this thread's part of the gradients, which everything below adds to. */
export function clearGradients({ kernels, model, group }: WorkerContext): void {
  const blocks = Math.ceil(model.layout.floats / blockFloats);
  const first = group.startOf(blocks) * blockFloats;
  const last = Math.min(model.layout.floats, first + group.countOf(blocks) * blockFloats);
  kernels.clear(model.arenas.gradients + 4 * first, 4 * (last - first));
}

/** Adds a chunk's gradient by the head's bias and weight. */
export function addHeadGradients(context: WorkerContext, chunk: Chunk): void {
  const { kernels, model, group, batch } = context;
  const { stride, streams, logits } = batch.forward;
  const { vocabulary } = model.panels;
  const first = group.startOf(vocabulary);
  kernels.sumColumns(
    model.gradients.headBias + first * lineBytes,
    logits + first * stride,
    vocabulary * stride,
    stride,
    group.countOf(vocabulary),
    chunk.length,
    streams,
  );
  if (model.architecture.tied) addSharedMatrixGradient(context, chunk);
  else addHeadWeightGradient(context, chunk);
}

function addHeadWeightGradient({ kernels, model, group, batch }: WorkerContext, chunk: Chunk): void {
  const { stride, streams, logits, headInput } = batch.forward;
  const { vocabulary, hidden } = model.panels;
  const first = group.startOf(vocabulary);
  const panelBytes: Bytes = hidden * panelWidth * lineBytes;
  kernels.matmulTransposed(
    model.gradients.head + first * panelBytes,
    panelBytes,
    lineBytes,
    headInput + chunk.start * hidden * stride,
    hidden * stride,
    hidden,
    logits + first * stride,
    vocabulary * stride,
    group.countOf(vocabulary),
    stride,
    chunk.length,
    streams,
  );
}

/** The shared matrix of a tied model is row-major: its rows are the logits' columns. */
function addSharedMatrixGradient({ kernels, model, group, batch }: WorkerContext, chunk: Chunk): void {
  const { stride, streams, logits, headInput } = batch.forward;
  const { vocabulary, embedding } = model.panels;
  const first = group.startOf(embedding);
  kernels.matmulTransposed(
    model.gradients.embedding + first * lineBytes,
    lineBytes,
    embedding * lineBytes,
    logits,
    vocabulary * stride,
    vocabulary,
    headInput + (chunk.start * embedding + first) * stride,
    embedding * stride,
    group.countOf(embedding),
    stride,
    chunk.length,
    streams,
  );
}

/** Adds the gradients by the projection and by every layer's weights and biases. */
export function addLayerGradients(context: WorkerContext, used: Rows): void {
  if (hasProjection(context.model.architecture)) addProjectionGradient(context);
  for (let layer = 0; layer < context.model.architecture.layers; layer++) {
    addRecurrentGradient(context, layer);
    if (layer === 0) addTableGradients(context, used);
    else addInputGradients(context, layer);
    copyBiasGradient(context, layer);
  }
}

function addProjectionGradient({ kernels, model, group, batch }: WorkerContext): void {
  const { stride, streams, length, layers } = batch.forward;
  const { hidden, embedding } = model.panels;
  const first = group.startOf(embedding);
  const panelBytes: Bytes = hidden * panelWidth * lineBytes;
  kernels.matmulTransposed(
    model.gradients.projection + first * panelBytes,
    panelBytes,
    lineBytes,
    layers.at(-1)?.output ?? 0,
    hidden * stride,
    hidden,
    batch.backward.headInputGradient + first * stride,
    embedding * stride,
    group.countOf(embedding),
    stride,
    length,
    streams,
  );
}

function addRecurrentGradient({ kernels, model, group, batch }: WorkerContext, layer: number): void {
  const { stride, streams, length, layers } = batch.forward;
  const { hidden, gates } = model.panels;
  const first = group.startOf(gates);
  const panelBytes: Bytes = hidden * panelWidth * lineBytes;
  kernels.matmulTransposed(
    (model.gradients.recurrent[layer] ?? 0) + first * panelBytes,
    panelBytes,
    lineBytes,
    layers[layer]?.hidden ?? 0,
    hidden * stride,
    hidden,
    (layers[layer]?.gates ?? 0) + first * stride,
    gates * stride,
    group.countOf(gates),
    stride,
    length,
    streams,
  );
}

function addInputGradients({ kernels, model, group, batch }: WorkerContext, layer: number): void {
  const { stride, streams, length, layers } = batch.forward;
  const { hidden, gates } = model.panels;
  const first = group.startOf(gates);
  const count = group.countOf(gates);
  const panelBytes: Bytes = hidden * panelWidth * lineBytes;
  const gatesGradient: Address = (layers[layer]?.gates ?? 0) + first * stride;
  const bias: Address = (model.gradients.inputBias[layer] ?? 0) + first * lineBytes;
  kernels.sumColumns(bias, gatesGradient, gates * stride, stride, count, length, streams);
  kernels.matmulTransposed(
    (model.gradients.input[layer] ?? 0) + first * panelBytes,
    panelBytes,
    lineBytes,
    layers[layer - 1]?.output ?? 0,
    hidden * stride,
    hidden,
    gatesGradient,
    gates * stride,
    count,
    stride,
    length,
    streams,
  );
}

/** The first layer: positions that read the same token are summed first, then stand for one row. */
function addTableGradients({ kernels, model, group, batch }: WorkerContext, used: Rows): void {
  const { stride, tableStride, streams, length, layers, slots, embedded } = batch.forward;
  const { embedding, gates } = model.panels;
  const first = group.startOf(gates);
  const count = group.countOf(gates);
  const table: Address = batch.backward.tableGradient + first * tableStride;
  const gatesGradient: Address = (layers[0]?.gates ?? 0) + first * stride;
  for (let panel = 0; panel < count; panel++) kernels.clear(table + panel * tableStride, used * lineBytes);
  for (let time = 0; time < length; time++) {
    const from: Address = gatesGradient + time * gates * stride;
    kernels.sumLines(table, tableStride, from, stride, slots + 4 * time * streams, streams, count);
  }
  const bias: Address = (model.gradients.inputBias[0] ?? 0) + first * lineBytes;
  kernels.sumColumns(bias, table, 0, tableStride, count, 1, used);
  const panelBytes: Bytes = embedding * panelWidth * lineBytes;
  kernels.matmulTransposed(
    (model.gradients.input[0] ?? 0) + first * panelBytes,
    panelBytes,
    lineBytes,
    embedded,
    0,
    embedding,
    table,
    0,
    count,
    tableStride,
    1,
    used,
  );
}

/** Both biases of a layer are added to the same sum, so their gradients are equal. */
function copyBiasGradient({ kernels, model, group }: WorkerContext, layer: number): void {
  const { gates } = model.panels;
  const skipped: Bytes = group.startOf(gates) * lineBytes;
  const from: Address = (model.gradients.inputBias[layer] ?? 0) + skipped;
  kernels.copy((model.gradients.recurrentBias[layer] ?? 0) + skipped, from, group.countOf(gates) * lineBytes);
}

/** Adds the gradient by the embedding, once every thread has done its part of {@link addLayerGradients}. */
export function addEmbeddingGradient(context: WorkerContext, pass: ForwardPass): void {
  const { kernels, model, group, batch } = context;
  const { tableStride } = batch.forward;
  const { embedding, gates } = model.panels;
  const first = group.startOf(pass.used);
  const rows = group.countOf(pass.used);
  const ids: Address = batch.forward.used + 4 * first;
  const gradient: Address = batch.backward.embeddedGradient + first * lineBytes;
  const table: Address = batch.backward.tableGradient + first * lineBytes;
  const weights: Address = model.backward.input[0] ?? 0;
  kernels.matmul(gradient, table, tableStride, rows, gates, weights, embedding, model.zeros, 0, 0);
  if (pass.dropoutStep !== null) dropEmbedded(context, gradient, tableStride, rows, ids, pass.dropoutStep);
  const width: Bytes = embedding * lineBytes;
  kernels.scatterRows(model.gradients.embedding, width, gradient, tableStride, ids, rows);
}
