import type { Update } from '../engine';
import { reverseHead, reverseLayers } from './backward';
import type { Chunk } from './batchMemory';
import { deriveBackward, deriveForward, quantizeWeights } from './derivedWeights';
import { carryState, type ForwardPass, runLayers } from './forward';
import { addEmbeddingGradient, addHeadGradients, addLayerGradients, clearGradients } from './gradients';
import { differentiateLoss, measureLoss, runHead } from './head';
import { sumSquares, takeStep } from './update';
import type { WorkerContext } from './workerContext';

// What one thread does of each command. Between barriers a thread writes only what is its own: its streams, its panels
// of outputs, its blocks of the arenas.

/** Makes whatever follows from the parameters: biases added up, weights in the order of the backward pass. */
export function derive(context: WorkerContext): void {
  deriveForward(context, context.model.current);
  deriveBackward(context);
  if (context.model.quantized !== null) quantizeWeights(context, context.model.quantized);
  context.group.barrier();
}

/** One training step: forward, backward, update. */
export function train(context: WorkerContext, pass: ForwardPass, update: Update, step: number): void {
  differentiate(context, pass);
  carryState(context, pass);
  sumSquares(context);
  context.group.barrier();
  takeStep(context, update, step);
  context.group.barrier();
  derive(context);
}

/** Loss and gradients of a batch, showing its logits on the way. */
export function inspect(context: WorkerContext, pass: ForwardPass): void {
  differentiate(context, pass, showLogits);
}

/** Loss and gradients of a batch; `afterHead` sees the logits of each chunk before they are overwritten. */
function differentiate(
  context: WorkerContext,
  pass: ForwardPass,
  afterHead?: (context: WorkerContext, chunk: Chunk) => void,
): void {
  const { group } = context;
  clearGradients(context);
  runLayers(context, pass);
  for (const chunk of pass.batch.chunks) {
    runHead(context, pass, chunk);
    afterHead?.(context, chunk);
    measureLoss(context, pass, chunk);
    differentiateLoss(context, pass, chunk);
    reverseHead(context, chunk);
    group.barrier();
    addHeadGradients(context, chunk);
    group.barrier();
  }
  reverseLayers(context, pass);
  group.barrier();
  addLayerGradients(context, pass.used);
  group.barrier();
  addEmbeddingGradient(context, pass);
  group.barrier();
}

/** Losses of a batch, without dropout; shows its logits on the way where they are looked at. */
export function evaluate(context: WorkerContext, pass: ForwardPass, shows: boolean): void {
  if (pass.weights === context.model.averaged) {
    deriveForward(context, pass.weights);
    context.group.barrier();
  }
  runLayers(context, pass);
  for (const chunk of pass.batch.chunks) {
    runHead(context, pass, chunk);
    if (shows) showLogits(context, chunk);
    measureLoss(context, pass, chunk);
  }
  carryState(context, pass);
  context.group.barrier();
}

function showLogits({ group, onLogits }: WorkerContext, chunk: Chunk): void {
  group.barrier();
  onLogits(chunk);
  group.barrier();
}
