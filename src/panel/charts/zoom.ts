import type { Interval } from './ticks';

/** A range scaled about a place within it; all of it or more is no zoom at all. */
export function zoomed(range: Interval, everything: Interval, about: number, factor: number): Interval | null {
  const low = about - (about - range[0]) * factor;
  const high = about + (range[1] - about) * factor;
  const smallest = (everything[1] - everything[0]) / 1e4;
  if (high - low < smallest) return range;
  return low <= everything[0] && high >= everything[1]
    ? null
    : [Math.max(low, everything[0]), Math.min(high, everything[1])];
}

/** A range moved by a share of its width, as far as there is something to see. */
export function panned([low, high]: Interval, everything: Interval, share: number): Interval {
  const wanted = (high - low) * share;
  const shift = Math.min(Math.max(wanted, everything[0] - low), everything[1] - high);
  return [low + shift, high + shift];
}
