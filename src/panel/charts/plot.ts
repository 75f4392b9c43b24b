import uPlot from 'uplot';
import type { Theme } from '../page/theme';
import { type AxisKind, formatAxis } from '../page/units';
import { type Interval, linearTicks, timeTicks } from './ticks';

/** Draws with uPlot into an element, as large as the element is, and keeps to its size. */
export class Plot {
  private plot: uPlot | null = null;

  constructor(readonly container: HTMLElement) {
    new ResizeObserver(() => {
      if (this.plot !== null && hasSize(container)) this.plot.setSize(sizeOf(container));
    }).observe(container);
  }

  /** The live uPlot; null before the first {@link build}. */
  get current(): uPlot | null {
    return this.plot;
  }

  /** Makes the plot anew: for another theme, another scale, other series. */
  build(options: Omit<uPlot.Options, 'width' | 'height'>, data: uPlot.AlignedData): void {
    this.plot?.destroy();
    this.plot = new uPlot({ ...options, ...sizeOf(this.container) }, data, this.container);
  }

  /** Draws data over a stretch of the horizontal axis: what is drawn already costs nothing, and a zoom takes in no data anew. */
  show(data: uPlot.AlignedData, [min, max]: Interval): void {
    const plot = this.plot;
    if (plot === null) return;
    const drawn = plot.scales['x'];
    if (plot.data !== data) plot.setData(data);
    else if (drawn?.min !== min || drawn.max !== max) plot.setScale('x', { min, max });
  }
}

/** What all plots of the page share: one horizontal axis, one zoom, one cursor. */
export interface SharedAxis {
  readonly kind: AxisKind;
  /** What to show now: the zoom, or everything. */
  readonly range: () => Interval;
  /** The user has picked a stretch, or (null) wants all of it back. */
  readonly zoomTo: (range: Interval | null) => void;
}

/** The horizontal axis with its grid. */
export function horizontalAxis(theme: Theme, { kind }: SharedAxis): uPlot.Axis {
  return {
    ...axisLook(theme),
    grid: { show: false },
    size: 26,
    splits: (plot, _axis, low, high) => {
      const count = Math.max(2, Math.floor(plot.width / 90));
      return [...(kind === 'time' ? timeTicks : linearTicks)([low, high], count)];
    },
    values: (_plot, splits) => splits.map((split) => formatAxis(split, kind)),
  };
}

/** The vertical axis: about a tick every 40 pixels, with a quiet grid. */
export function verticalAxis(
  theme: Theme,
  ticks: (range: Interval, count: number) => readonly number[],
  format: (value: number) => string,
): uPlot.Axis {
  return {
    ...axisLook(theme),
    grid: { stroke: theme.grid, width: 1 },
    size: 46,
    splits: (plot, _axis, low, high) => [...ticks([low, high], Math.max(2, Math.floor(plot.height / 44)))],
    filter: (_plot, splits) => splits,
    values: (_plot, splits) => splits.map(format),
  };
}

/** Dragging picks a stretch, a double click shows everything, and all plots of the page point at the same place. */
export function sharedCursor({ zoomTo }: SharedAxis): uPlot.Cursor {
  return {
    y: false,
    drag: { x: true, y: false, setScale: false, dist: 5 },
    sync: {
      key: 'textloom',
      scales: ['x', null],
      filters: { pub: (type) => type === 'mousemove' || type === 'mouseleave' },
    },
    bind: {
      // With Shift held a drag pans: see chartGestures.ts.
      mousedown: (_plot, _target, handler) => (event) => (event.shiftKey ? null : handler(event)),
      dblclick: () => () => {
        zoomTo(null);
        return null;
      },
    },
  };
}

/** Turns what was picked by dragging into a zoom. */
export function zoomOnSelect({ zoomTo }: SharedAxis): (plot: uPlot) => void {
  return (plot) => {
    const { left, width } = plot.select;
    if (width < 5) return;
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    zoomTo([plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')]);
  };
}

function axisLook(theme: Theme): uPlot.Axis {
  return {
    stroke: theme.muted,
    font: `11px ${theme.font}`,
    gap: 4,
    ticks: { show: false },
    border: { show: false },
  };
}

function hasSize(container: HTMLElement): boolean {
  return container.clientWidth > 0 && container.clientHeight > 0;
}

function sizeOf(container: HTMLElement): { readonly width: number; readonly height: number } {
  return { width: Math.max(container.clientWidth, 120), height: Math.max(container.clientHeight, 60) };
}
