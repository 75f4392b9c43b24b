import type { AxisKind, LossUnit } from './units';

/** Lines of the loss chart that can be shown or hidden. */
const lines = ['training', 'validation', 'baseline', 'earlier'] as const;

/** One of {@link lines}. */
export type ChartLine = (typeof lines)[number];

/** How the user likes to look at runs. Kept by the editor for as long as the panel's tab lives. */
export interface Preferences {
  readonly axis: AxisKind;
  readonly unit: LossUnit;
  readonly scale: 'linear' | 'log';
  /** 0 to 1, see {@link smooth}. */
  readonly smoothing: number;
  readonly hidden: readonly ChartLine[];
  /** Old samples stand beside the newest. */
  readonly compareSamples: boolean;
}

/** Before anybody chose otherwise. */
export const defaultPreferences: Preferences = {
  axis: 'time',
  unit: 'nats',
  scale: 'linear',
  smoothing: 0.35,
  hidden: [],
  compareSamples: true,
};

/** Preferences out of what was kept, each field by itself: what is missing or wrong takes its default. */
export function readPreferences(kept: unknown): Preferences {
  const from: Partial<Record<keyof Preferences, unknown>> = typeof kept === 'object' && kept !== null ? kept : {};
  const { axis, unit, scale, smoothing, hidden, compareSamples } = from;
  return {
    axis: axis === 'steps' || axis === 'tokens' ? axis : defaultPreferences.axis,
    unit: unit === 'bits' || unit === 'perplexity' ? unit : defaultPreferences.unit,
    scale: scale === 'log' ? scale : defaultPreferences.scale,
    smoothing:
      typeof smoothing === 'number' && smoothing >= 0 && smoothing <= 1 ? smoothing : defaultPreferences.smoothing,
    hidden: Array.isArray(hidden) ? lines.filter((line) => hidden.includes(line)) : defaultPreferences.hidden,
    compareSamples: typeof compareSamples === 'boolean' ? compareSamples : defaultPreferences.compareSamples,
  };
}
