/**
 * An exponential moving average over unevenly spaced points, without the bias towards zero that a plain one starts with.
 * The window is a share of the whole span, so that a curve whose old points were thinned is smoothed alike everywhere.
 * @param amount 0 (none) to 1 (a window of a fifth of the span)
 */
export function smooth(x: readonly number[], y: readonly number[], amount: number): readonly number[] {
  const span = (x.at(-1) ?? 0) - (x[0] ?? 0);
  const window = amount * amount * span * 0.2;
  if (window <= 0) return y;
  const smoothed: number[] = [];
  let sum = 0;
  let weight = 0;
  let before = x[0] ?? 0;
  for (const [index, value] of y.entries()) {
    const at = x[index] ?? before;
    const decay = Math.exp(-(at - before) / window);
    sum = sum * decay + value;
    weight = weight * decay + 1;
    smoothed.push(sum / weight);
    before = at;
  }
  return smoothed;
}
