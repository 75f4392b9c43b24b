import { type ForwardWeights, hasProjection, type ModelMemory } from './modelMemory';
import { lineBytes, padded, panelWidth } from './parameterLayout';
import type { Share } from './workerContext';

/** A bias of minus infinity, nearly: its exponential is zero. */
const never = -1e30;

/** Bytes of one line for each input of a panel. */
const blockBytes = panelWidth * lineBytes;

/** What of a share is needed to derive: the predictor has no more. */
export interface DerivingShare extends Pick<Share, 'kernels' | 'view' | 'team'> {
  readonly model: Pick<ModelMemory, 'architecture' | 'panels'>;
}

/** Works out this thread's part of what the forward pass reads beside the parameters themselves. */
export function deriveForward(share: DerivingShare, weights: ForwardWeights): void {
  const { kernels, model, team, view } = share;
  const { panels, architecture } = model;
  const skipped = team.first(panels.gates) * lineBytes;
  const { parameters } = weights;
  for (let layer = 0; layer < architecture.layers; layer++) {
    kernels.add(
      (weights.bias[layer] ?? 0) + skipped,
      (parameters.inputBias[layer] ?? 0) + skipped,
      (parameters.recurrentBias[layer] ?? 0) + skipped,
      team.share(panels.gates) * lineBytes,
    );
  }
  if (team.index === 0) {
    const size = architecture.vocabularySize;
    kernels.copy(weights.headBias, parameters.headBias, 4 * padded(size));
    const start = weights.headBias / 4;
    view.floats.fill(never, start + size, start + padded(size));
  }
  if (architecture.tied) deriveTiedHead(share, weights);
}

/** The shared matrix, row-major [V, E], as the head reads it: panels of 16 tokens. */
function deriveTiedHead({ kernels, model, team }: DerivingShare, weights: ForwardWeights): void {
  const { vocabulary, embedding } = model.panels;
  const width = embedding * lineBytes;
  const first = team.first(vocabulary);
  for (let panel = first; panel < first + team.share(vocabulary); panel++) {
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

/** Puts this thread's part of the current weights into the order of the way back. */
export function deriveBackward(share: Share): void {
  const { model } = share;
  const { panels, current, backward } = model;
  for (let layer = 0; layer < model.architecture.layers; layer++) {
    reverseOrder(share, backward.recurrent[layer] ?? 0, current.recurrent[layer] ?? 0, panels.gates, panels.hidden);
    const inputs = layer === 0 ? panels.embedding : panels.hidden;
    reverseOrder(share, backward.input[layer] ?? 0, current.input[layer] ?? 0, panels.gates, inputs);
  }
  if (hasProjection(model.architecture)) {
    reverseOrder(share, backward.projection, current.projection, panels.embedding, panels.hidden);
  }
  if (model.architecture.tied) reverseSharedMatrix(share, model);
  else reverseOrder(share, backward.head, current.head, panels.vocabulary, panels.hidden);
}

/** [panel of outputs][input][16 outputs] to [panel of inputs][output][16 inputs]. */
function reverseOrder({ kernels, team }: Share, to: number, from: number, outputs: number, inputs: number): void {
  const first = team.first(outputs);
  for (let panel = first; panel < first + team.share(outputs); panel++) {
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

function reverseSharedMatrix({ kernels, team }: Share, { panels, current, backward }: ModelMemory): void {
  const tokens = panels.vocabulary * panelWidth;
  const width = panels.embedding * lineBytes;
  const first = team.first(panels.embedding);
  for (let panel = first; panel < first + team.share(panels.embedding); panel++) {
    kernels.copyLines(
      backward.head + panel * tokens * lineBytes,
      lineBytes,
      current.embedding + panel * lineBytes,
      width,
      tokens,
    );
  }
}
