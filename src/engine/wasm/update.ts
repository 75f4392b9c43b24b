import type { Update } from '../engine';
import { blockFloats } from './modelMemory';
import type { Share } from './workerContext';

/** Sums of squares of this thread's blocks of the gradient. */
export function sumSquares({ kernels, view, model, team }: Share): void {
  const blocks = Math.ceil(model.layout.floats / blockFloats);
  const sums = view.doubles;
  const first = team.first(blocks);
  for (let block = first; block < first + team.share(blocks); block++) {
    const start = block * blockFloats;
    const count = Math.min(blockFloats, model.layout.floats - start);
    sums[model.partialSums / 8 + block] = kernels.sumOfSquares(model.arenas.gradients + 4 * start, count);
  }
}

/** The gradient's global norm, once every thread has done {@link sumSquares}. */
export function gradientNorm({ view, model }: Share): number {
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
export function takeStep(share: Share, update: Update, step: number): void {
  const { layout } = share.model;
  const blocks = Math.ceil(layout.floats / blockFloats);
  const first = share.team.first(blocks) * blockFloats;
  const last = Math.min(layout.floats, first + share.team.share(blocks) * blockFloats);
  const middle = Math.min(Math.max(first, layout.matrixFloats), last);
  const scale = Math.min(1, update.clipNorm / (gradientNorm(share) + 1e-6));
  stepRange(share, update, step, scale, first, middle - first, 1 - update.rate * update.weightDecay);
  stepRange(share, update, step, scale, middle, last - middle, 1);
}

function stepRange(
  { kernels, model }: Share,
  update: Update,
  step: number,
  scale: number,
  start: number,
  count: number,
  shrink: number,
): void {
  const { weights, averaged, gradients, first, second } = model.arenas;
  const at = 4 * start;
  kernels.adamW(
    weights + at,
    averaged + at,
    gradients + at,
    first + at,
    second + at,
    count,
    scale,
    shrink,
    update.beta1,
    update.beta2,
    update.rate / (1 - update.beta1 ** step),
    1 / Math.sqrt(1 - update.beta2 ** step),
    update.epsilon,
    update.averageDecay,
  );
}
