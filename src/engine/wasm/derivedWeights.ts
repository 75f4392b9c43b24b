import { hasProjection } from '../../model/model';
import type { ForwardWeights, ModelMemory } from './modelMemory';
import { lineBytes, padded, panelWidth } from './parameterLayout';
import { matrixPanelBytes, type QuantizedMatrix, type QuantizedWeights } from './quantized';
import type { Address, Bytes, Panels } from './units';
import type { WorkerContext } from './workerContext';

/** A bias of minus infinity, nearly: its exponential is zero. */
const never = -1e30;

/** Bytes of one line for each input of a panel. */
const blockBytes = panelWidth * lineBytes;

/** What of a context is needed to derive: the predictor has no more. */
export interface DerivationContext extends Pick<WorkerContext, 'kernels' | 'view' | 'group'> {
  readonly model: Pick<ModelMemory, 'architecture' | 'panels'>;
}

/** Works out this thread's part of what the forward pass reads beside the parameters themselves. */
export function deriveForward(context: DerivationContext, weights: ForwardWeights): void {
  const { kernels, model, group, view } = context;
  const { panels, architecture } = model;
  const skipped: Bytes = group.startOf(panels.gates) * lineBytes;
  const { parameters } = weights;
  for (let layer = 0; layer < architecture.layers; layer++) {
    kernels.add(
      (weights.bias[layer] ?? 0) + skipped,
      (parameters.inputBias[layer] ?? 0) + skipped,
      (parameters.recurrentBias[layer] ?? 0) + skipped,
      group.countOf(panels.gates) * lineBytes,
    );
  }
  if (group.rank === 0) {
    const size = architecture.vocabularySize;
    kernels.copy(weights.headBias, parameters.headBias, 4 * padded(size));
    const start = weights.headBias / 4;
    view.floats.fill(never, start + size, start + padded(size));
  }
  if (architecture.tied) deriveTiedHead(context, weights);
}

/** The shared matrix, row-major [V, E], as the head reads it: panels of 16 tokens. */
function deriveTiedHead({ kernels, model, group }: DerivationContext, weights: ForwardWeights): void {
  const { vocabulary, embedding } = model.panels;
  const width: Bytes = embedding * lineBytes;
  const first = group.startOf(vocabulary);
  for (let panel = first; panel < first + group.countOf(vocabulary); panel++) {
    kernels.transposeBlocks(
      weights.head + panel * embedding * blockBytes,
      lineBytes,
      blockBytes,
      weights.embedding + panel * panelWidth * width,
      width,
      lineBytes,
      embedding,
    );
  }
}

/** Puts this thread's part of the current weights into the order of the backward pass. */
export function deriveBackward(context: WorkerContext): void {
  const { model } = context;
  const { panels, current, backward } = model;
  for (let layer = 0; layer < model.architecture.layers; layer++) {
    transposePanels(
      context,
      backward.recurrent[layer] ?? 0,
      current.recurrent[layer] ?? 0,
      panels.gates,
      panels.hidden,
    );
    const inputs = layer === 0 ? panels.embedding : panels.hidden;
    transposePanels(context, backward.input[layer] ?? 0, current.input[layer] ?? 0, panels.gates, inputs);
  }
  if (hasProjection(model.architecture)) {
    transposePanels(context, backward.projection, current.projection, panels.embedding, panels.hidden);
  }
  if (model.architecture.tied) copySharedMatrix(context, model);
  else transposePanels(context, backward.head, current.head, panels.vocabulary, panels.hidden);
}

/** [panel of outputs][input][16 outputs] to [panel of inputs][output][16 inputs]. */
function transposePanels(
  { kernels, group }: WorkerContext,
  to: Address,
  from: Address,
  outputs: Panels,
  inputs: Panels,
): void {
  const first = group.startOf(outputs);
  for (let panel = first; panel < first + group.countOf(outputs); panel++) {
    kernels.transposeBlocks(
      to + panel * blockBytes,
      lineBytes,
      outputs * blockBytes,
      from + panel * inputs * blockBytes,
      lineBytes,
      blockBytes,
      inputs,
    );
  }
}

/** The shared matrix of a tied model, row-major [V, E], to panels of 16 of its columns. */
function copySharedMatrix({ kernels, group }: WorkerContext, { panels, current, backward }: ModelMemory): void {
  const tokens = panels.vocabulary * panelWidth;
  const width: Bytes = panels.embedding * lineBytes;
  const first = group.startOf(panels.embedding);
  for (let panel = first; panel < first + group.countOf(panels.embedding); panel++) {
    kernels.copyLines(
      backward.head + panel * tokens * lineBytes,
      lineBytes,
      current.embedding + panel * lineBytes,
      width,
      tokens,
    );
  }
}

/** Turns this thread's part of the current weights into integers. */
export function quantizeWeights(context: WorkerContext, { input, recurrent }: QuantizedWeights): void {
  const { current } = context.model;
  recurrent.forEach((matrix, layer) => quantizeMatrix(context, matrix, current.recurrent[layer] ?? 0));
  input.forEach((matrix, layer) => {
    if (matrix !== null) quantizeMatrix(context, matrix, current.input[layer] ?? 0);
  });
}

function quantizeMatrix({ kernels, model, group }: WorkerContext, matrix: QuantizedMatrix, from: Address): void {
  const { hidden, gates } = model.panels;
  const first = group.startOf(gates);
  const to: Address = matrix.weights + first * matrixPanelBytes(hidden);
  const scales: Address = matrix.scales + first * lineBytes;
  const weights: Address = from + first * hidden * panelWidth * lineBytes;
  kernels.quantizeWeights(to, scales, weights, hidden, group.countOf(gates));
}
