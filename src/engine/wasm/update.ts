import type { Update } from '../engine';
import { blockFloats } from './modelMemory';
import type { Floats } from './units';
import type { WorkerContext } from './workerContext';

/** Sums of squares of this thread's blocks of the gradient. */
export function sumSquares({ kernels, view, model, group }: WorkerContext): void {
  const blocks = Math.ceil(model.layout.floats / blockFloats);
  const sums = view.doubles;
  const first = group.startOf(blocks);
  for (let block = first; block < first + group.countOf(blocks); block++) {
    const start = block * blockFloats;
    const count: Floats = Math.min(blockFloats, model.layout.floats - start);
    sums[model.partialSums / 8 + block] = kernels.sumOfSquares(model.arenas.gradients + 4 * start, count);
  }
}

/** The gradient's global norm, once every thread has done {@link sumSquares}. */
export function gradientNorm({ view, model }: WorkerContext): number {
  const sums = view.doubles;
  const first = model.partialSums / 8;
  const last = first + Math.ceil(model.layout.floats / blockFloats);
  let total = 0;
  for (let block = first; block < last; block++) total += sums[block] ?? 0;
  return Math.sqrt(total);
}

/**
 * One step of AdamW, as torch.optim.AdamW and torch.nn.utils.clip_grad_norm_ define it, on this thread's part of the
 * parameters.
 * @param step number of this step, from 1
 */
export function takeStep(context: WorkerContext, update: Update, step: number): void {
  const { layout } = context.model;
  const blocks = Math.ceil(layout.floats / blockFloats);
  const first = context.group.startOf(blocks) * blockFloats;
  const last = Math.min(layout.floats, first + context.group.countOf(blocks) * blockFloats);
  const middle = Math.min(Math.max(first, layout.matrixFloats), last);
  const scale = Math.min(1, update.clipNorm / (gradientNorm(context) + 1e-6));
  stepRange(context, update, step, scale, first, middle - first, 1 - update.rate * update.weightDecay);
  stepRange(context, update, step, scale, middle, last - middle, 1);
}

function stepRange(
  { kernels, model: { arenas } }: WorkerContext,
  { rate, beta1, beta2, epsilon, averageDecay }: Update,
  step: number,
  gradientScale: number,
  start: number,
  count: Floats,
  shrink: number,
): void {
  const at = 4 * start;
  const stepSize = rate / (1 - beta1 ** step);
  const rootScale = 1 / Math.sqrt(1 - beta2 ** step);
  kernels.adamW(
    arenas.weights + at,
    arenas.averaged + at,
    arenas.gradients + at,
    arenas.first + at,
    arenas.second + at,
    count,
    gradientScale,
    shrink,
    beta1,
    beta2,
    stepSize,
    rootScale,
    epsilon,
    averageDecay,
  );
}
