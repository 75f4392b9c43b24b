/** Closed range of numbers on an axis. */
export type Interval = readonly [number, number];

/** Round numbers that divide an interval into about `count` parts; 1, 2 or 5 times a power of ten apart. */
export function linearTicks([low, high]: Interval, count: number): readonly number[] {
  if (!(high > low) || count < 1) return [];
  return multiples([low, high], roundStep((high - low) / count, [1, 2, 5, 10]));
}

/** Round times that divide an interval of seconds: so many seconds, minutes or hours apart, as clocks are read. */
export function timeTicks([low, high]: Interval, count: number): readonly number[] {
  if (!(high > low) || count < 1) return [];
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400];
  const wanted = (high - low) / count;
  return multiples([low, high], steps.find((step) => step >= wanted) ?? roundStep(wanted, [1, 2, 5, 10]));
}

/** Ticks of a logarithmic axis: evenly spaced round numbers within one decade, else 1, 2 and 5 of each decade. */
export function logarithmicTicks([low, high]: Interval, count: number): readonly number[] {
  if (!(low > 0) || !(high > low)) return [];
  if (high / low < 10) return linearTicks([low, high], count);
  const ticks: number[] = [];
  for (let exponent = Math.floor(Math.log10(low)); exponent <= Math.log10(high); exponent++) {
    for (const mantissa of [1, 2, 5]) ticks.push(mantissa * 10 ** exponent);
  }
  return ticks.filter((tick) => tick >= low && tick <= high);
}

function roundStep(wanted: number, mantissas: readonly number[]): number {
  const power = 10 ** Math.floor(Math.log10(wanted));
  return power * (mantissas.find((mantissa) => mantissa * power >= wanted * 0.999) ?? 10);
}

function multiples([low, high]: Interval, step: number): readonly number[] {
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // Rounded so that 3 * 0.1 reads 0.3.
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}
