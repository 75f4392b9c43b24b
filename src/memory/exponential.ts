/** Steps of the table to 1, and where it ends. */
const steps = 64;
const furthest = 48;

const powers = Float64Array.from({ length: furthest * steps + 1 }, (_, step) => Math.exp(-step / steps));

/**
 * e to the power of `x`, at most 0, to nine digits, a few times as fast as Math.exp: from the next lower step of a table, by
 * three terms of the series.
 */
export function exponential(x: number): number {
  if (!(x > -furthest)) return Math.exp(x);
  const step = Math.floor(-x * steps);
  const rest = x + step / steps;
  return (powers[step] ?? 0) * (1 + rest * (1 + rest * (0.5 + rest / 6)));
}
