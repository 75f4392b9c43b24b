import { hasProjection } from '../../model/model';
import type { Chunk } from './batchMemory';
import type { ForwardPass } from './forward';
import { lineBytes } from './parameterLayout';
import type { Address, Bytes } from './units';
import type { WorkerContext } from './workerContext';

/** Logits of a chunk for this thread's streams: the projection, where there is one, then the head. */
export function runHead({ kernels, model, group }: WorkerContext, pass: ForwardPass, chunk: Chunk): void {
  const { weights, batch } = pass;
  const { stride, streams } = batch;
  const { hidden, embedding, vocabulary } = model.panels;
  const rows = group.countOf(streams);
  const skipped: Bytes = group.startOf(streams) * lineBytes;
  const output: Address = batch.layers.at(-1)?.output ?? 0;
  const projects = hasProjection(model.architecture);
  const inputs = projects ? embedding : hidden;
  for (let step = 0; step < chunk.length; step++) {
    const time = chunk.start + step;
    const input: Address = batch.headInput + time * inputs * stride + skipped;
    if (projects) {
      const from: Address = output + time * hidden * stride + skipped;
      kernels.matmul(input, from, stride, rows, hidden, weights.projection, embedding, model.zeros, 0, 0);
    }
    const logits: Address = batch.logits + step * vocabulary * stride + skipped;
    kernels.matmul(logits, input, stride, rows, inputs, weights.head, vocabulary, weights.headBias, lineBytes, 0);
  }
}

/** Losses of a chunk for this thread's streams; leaves exponentials in place of the logits. */
export function measureLoss(
  { kernels, view, model, group }: WorkerContext,
  { batch }: ForwardPass,
  chunk: Chunk,
): void {
  const { stride, streams } = batch;
  const rows = group.countOf(streams);
  const firstRow = group.startOf(streams);
  const floats = view.floats;
  for (let step = 0; step < chunk.length; step++) {
    const position = 4 * ((chunk.start + step) * streams + firstRow);
    const sums: Address = batch.sums + position;
    const losses: Address = batch.losses + position;
    kernels.crossEntropy(
      batch.logits + step * model.panels.vocabulary * stride + firstRow * lineBytes,
      stride,
      rows,
      model.panels.vocabulary,
      batch.targets + position,
      sums,
      losses,
      batch.scratch + firstRow * lineBytes,
    );
    for (let row = 0; row < rows; row++) {
      const at = losses / 4 + row;
      floats[at] = (floats[at] ?? 0) + Math.log(floats[sums / 4 + row] ?? 0);
    }
  }
}

/** Turns the exponentials of a chunk into the gradient of the mean loss by the logits, for this thread's streams. */
export function differentiateLoss(
  { kernels, model, group }: WorkerContext,
  { batch }: ForwardPass,
  chunk: Chunk,
): void {
  const { stride, streams, length } = batch;
  const firstRow = group.startOf(streams);
  const scale = 1 / (length * streams);
  for (let step = 0; step < chunk.length; step++) {
    const position = 4 * ((chunk.start + step) * streams + firstRow);
    kernels.crossEntropyGradient(
      batch.logits + step * model.panels.vocabulary * stride + firstRow * lineBytes,
      stride,
      group.countOf(streams),
      model.panels.vocabulary,
      batch.targets + position,
      batch.sums + position,
      scale,
    );
  }
}
