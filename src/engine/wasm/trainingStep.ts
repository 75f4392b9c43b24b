import type { Update } from '../engine';
import { reverseHead, reverseLayers } from './backward';
import type { Chunk } from './batchMemory';
import { deriveBackward, deriveForward } from './derivedWeights';
import { carryState, type ForwardPass, runLayers } from './forward';
import { addEmbeddingGradient, addHeadGradients, addLayerGradients, clearGradients } from './gradients';
import { differentiateLoss, measureLoss, runHead } from './head';
import { quantizeWeights } from './quantized';
import { sumSquares, takeStep } from './update';
import type { Share } from './workerContext';

// What one thread does of each command. Between barriers a thread writes only what is its own: its streams, its panels
// of outputs, its blocks of the arenas.

/** Makes whatever follows from the parameters: biases added up, weights in the order of the way back. */
export function derive(share: Share): void {
  deriveForward(share, share.model.current);
  deriveBackward(share);
  if (share.model.quantized !== null) quantizeWeights(share, share.model.quantized);
  share.team.barrier();
}

/** One training step: forward, backward, update. */
export function train(share: Share, pass: ForwardPass, update: Update, step: number): void {
  differentiate(share, pass);
  carryState(share, pass);
  sumSquares(share);
  share.team.barrier();
  takeStep(share, update, step);
  share.team.barrier();
  derive(share);
}

/** Loss and gradients of a batch, showing its logits on the way. */
export function inspect(share: Share, pass: ForwardPass): void {
  differentiate(share, pass, showLogits);
}

/** Loss and gradients of a batch; `afterHead` sees the logits of each chunk before they are overwritten. */
function differentiate(share: Share, pass: ForwardPass, afterHead?: (share: Share, chunk: Chunk) => void): void {
  const { team } = share;
  clearGradients(share);
  runLayers(share, pass);
  for (const chunk of pass.batch.chunks) {
    runHead(share, pass, chunk);
    afterHead?.(share, chunk);
    measureLoss(share, pass, chunk);
    differentiateLoss(share, pass, chunk);
    reverseHead(share, chunk);
    team.barrier();
    addHeadGradients(share, chunk);
    team.barrier();
  }
  reverseLayers(share, pass);
  team.barrier();
  addLayerGradients(share, pass.used);
  team.barrier();
  addEmbeddingGradient(share, pass);
  team.barrier();
}

/** Losses of a batch, without dropout. */
export function evaluate(share: Share, pass: ForwardPass): void {
  if (pass.weights === share.model.averaged) {
    deriveForward(share, pass.weights);
    share.team.barrier();
  }
  runLayers(share, pass);
  for (const chunk of pass.batch.chunks) {
    runHead(share, pass, chunk);
    measureLoss(share, pass, chunk);
  }
  carryState(share, pass);
  share.team.barrier();
}

function showLogits({ team, onLogits }: Share, chunk: Chunk): void {
  team.barrier();
  onLogits(chunk);
  team.barrier();
}
