import { hasProjection } from '../../model/model';
import type { Chunk } from './batchMemory';
import { dropHidden, type ForwardPass } from './forward';
import { lineBytes } from './parameterLayout';
import type { Address, Bytes } from './units';
import type { WorkerContext } from './workerContext';

/** From the logits' gradient of a chunk to the gradient by the last layer's output, for this thread's streams. */
export function reverseHead({ kernels, model, group, batch }: WorkerContext, chunk: Chunk): void {
  const { forward, backward } = batch;
  const { stride, streams } = forward;
  const { hidden, embedding, vocabulary } = model.panels;
  const rows = group.countOf(streams);
  const skipped: Bytes = group.startOf(streams) * lineBytes;
  const projects = hasProjection(model.architecture);
  const headInputs = projects ? embedding : hidden;
  for (let step = 0; step < chunk.length; step++) {
    const time = chunk.start + step;
    const logits: Address = forward.logits + step * vocabulary * stride + skipped;
    const input: Address = backward.headInputGradient + time * headInputs * stride + skipped;
    kernels.matmul(input, logits, stride, rows, vocabulary, model.backward.head, headInputs, model.zeros, 0, 0);
    if (projects) {
      const output: Address = backward.outputGradient + time * hidden * stride + skipped;
      const { projection } = model.backward;
      kernels.matmul(output, input, stride, rows, embedding, projection, hidden, model.zeros, 0, 0);
    }
  }
}

/** Back through all layers and times: leaves the gradient of every gate's input in place of the gates. */
export function reverseLayers(context: WorkerContext, pass: ForwardPass): void {
  for (let layer = context.model.architecture.layers - 1; layer >= 0; layer--) {
    dropHidden(context, pass, context.batch.backward.outputGradient, layer);
    reverseLayer(context, layer);
    if (layer > 0) reverseInput(context, layer);
  }
}

function reverseLayer({ kernels, model, group, batch }: WorkerContext, layer: number): void {
  const { forward, backward } = batch;
  const { length, streams, stride, keep } = forward;
  const { hidden, gates } = model.panels;
  const at = forward.layers[layer];
  const rows = group.countOf(streams);
  if (at === undefined || rows === 0) return;
  const firstRow = group.startOf(streams);
  const skipped: Bytes = firstRow * lineBytes;
  const hiddenGradient: Address = backward.hiddenGradient + skipped;
  const cellGradient: Address = backward.cellGradient + skipped;
  for (let panel = 0; panel < hidden; panel++) {
    kernels.clear(hiddenGradient + panel * stride, rows * lineBytes);
    kernels.clear(cellGradient + panel * stride, rows * lineBytes);
  }
  for (let time = length - 1; time >= 0; time--) {
    group.beat();
    const now: Bytes = time * hidden * stride + skipped;
    const gatesNow: Address = at.gates + time * gates * stride + skipped;
    kernels.cellBackward(
      gatesNow,
      stride,
      rows,
      hidden,
      at.cell + now,
      at.cellTanh + now,
      backward.outputGradient + now,
      hiddenGradient,
      cellGradient,
      keep + 4 * ((time + 1) * streams + firstRow),
    );
    if (time === 0) return;
    const weights: Address = model.backward.recurrent[layer] ?? 0;
    kernels.matmul(hiddenGradient, gatesNow, stride, rows, gates, weights, hidden, model.zeros, 0, 0);
  }
}

/** From a layer's gates to the output of the layer below. */
function reverseInput({ kernels, model, group, batch }: WorkerContext, layer: number): void {
  const { forward, backward } = batch;
  const { length, streams, stride } = forward;
  const { hidden, gates } = model.panels;
  const rows = group.countOf(streams);
  const skipped: Bytes = group.startOf(streams) * lineBytes;
  const weights: Address = model.backward.input[layer] ?? 0;
  const from: Address = forward.layers[layer]?.gates ?? 0;
  for (let time = 0; time < length; time++) {
    const output: Address = backward.outputGradient + time * hidden * stride + skipped;
    const gatesNow: Address = from + time * gates * stride + skipped;
    kernels.matmul(output, gatesNow, stride, rows, gates, weights, hidden, model.zeros, 0, 0);
  }
}
