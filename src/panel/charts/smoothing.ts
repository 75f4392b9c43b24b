/**
 * A moving average over unevenly spaced points, each neighbour weighted by the exponential of its distance, before and after
 * alike, so that the smooth line doesn't lag behind a fall. The window is a share of the whole span, so that a curve whose old
 * points were thinned is smoothed alike everywhere.
 * @param amount 0 (none) to 1 (a window of a tenth of the span)
 */
export function smooth(x: readonly number[], y: readonly number[], amount: number): readonly number[] {
  const span = (x.at(-1) ?? 0) - (x[0] ?? 0);
  const window = amount * amount * span * 0.1;
  if (window <= 0) return y;
  const before = sums(x, y, window);
  const after = sums(x.map((at) => -at).reverse(), [...y].reverse(), window).reverse();
  return y.map((value, index) => {
    const [left, right] = [before[index], after[index]];
    if (left === undefined || right === undefined) return value;
    // Both sums hold the point itself.
    return (left.sum + right.sum - value) / (left.weight + right.weight - 1);
  });
}

interface Sum {
  readonly sum: number;
  readonly weight: number;
}

/** Weighted sums over each point and all before it. */
function sums(x: readonly number[], y: readonly number[], window: number): Sum[] {
  let sum = 0;
  let weight = 0;
  let last = x[0] ?? 0;
  return y.map((value, index) => {
    const at = x[index] ?? last;
    const decay = Math.exp(-(at - last) / window);
    sum = sum * decay + value;
    weight = weight * decay + 1;
    last = at;
    return { sum, weight };
  });
}
