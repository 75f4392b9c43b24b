/**
 * Piecewise linear between points [x, y], constant beyond their ends.
 * @param points at least one, x ascending
 */
export function interpolate(points: readonly (readonly [x: number, y: number])[], x: number): number {
  const next = points.findIndex(([place]) => place >= x);
  const [right, left] = [points.at(next), points[next - 1]];
  if (right === undefined) throw new RangeError('There is nothing to interpolate.');
  if (left === undefined) return right[1];
  return left[1] + ((x - left[0]) / (right[0] - left[0])) * (right[1] - left[1]);
}

/** The same over the logarithm of x: a straight line between points is one to the eye where x doubles from point to point. */
export function interpolateOverLog(points: readonly (readonly [x: number, y: number])[], x: number): number {
  return interpolate(
    points.map(([place, value]) => [Math.log(place), value]),
    Math.log(x),
  );
}
