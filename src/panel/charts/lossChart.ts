import uPlot from 'uplot';
import { formatLoss } from '../../base/format';
import { element } from '../page/dom';
import { readTheme } from '../page/editorTheme';
import type { ChartView } from '../page/store';
import type { Theme } from '../page/theme';
import type { AxisKind } from '../page/units';
import { listenForGestures } from './chartGestures';
import { drawMarks } from './chartMarks';
import { ChartTooltip } from './chartTooltip';
import { horizontalRange, type LossCurves, lossCurves, verticalRange } from './curves';
import { horizontalAxis, Plot, type SharedAxis, sharedCursor, verticalAxis, zoomOnSelect } from './plot';
import { type Interval, linearTicks, logarithmicTicks } from './ticks';

// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- uPlot's enum is ambient and const: out of reach here
const logarithmicScale: Pick<uPlot.Scale, 'distr'> = { distr: 3 };

/** What the chart asks of the page. */
export interface ChartActions {
  readonly zoomTo: (range: Interval | null) => void;
  /** Says something to a screen reader. */
  readonly announce: (text: string) => void;
}

/** The large chart: training and validation loss, the baseline, earlier runs, and marks where something happened. */
export class LossChart {
  readonly element: HTMLElement;
  readonly #plot: Plot;
  readonly #tooltip = new ChartTooltip();
  readonly #actions: ChartActions;
  #curves: LossCurves | null = null;
  #data: uPlot.AlignedData = [[]];
  #range: Interval = [0, 1];
  #theme: Theme | null = null;
  #view: ChartView | null = null;
  #built = '';

  constructor(actions: ChartActions) {
    this.#actions = actions;
    const canvas = element('div', {
      class: 'chart chart-large',
      tabindex: 0,
      role: 'group',
      'aria-roledescription': 'chart',
      'aria-label':
        'Loss against time. Left and right arrows read out the scores, plus and minus zoom, Escape shows everything. The numbers are in the table below.',
    });
    this.element = element('div', { class: 'chart-frame' }, canvas, this.#tooltip.element);
    this.#plot = new Plot(canvas);
    listenForGestures(canvas, {
      range: () => this.#range,
      everything: () => (this.#curves === null ? [0, 1] : horizontalRange(this.#curves)),
      zoomTo: actions.zoomTo,
      readOut: (direction) => this.#readOut(direction),
      plot: () => this.#plot.current,
    });
  }

  /** The curves that are drawn now; null before the first run. */
  get curves(): LossCurves | null {
    return this.#curves;
  }

  /** Draws the run as it is looked at. Cheap enough for every frame. */
  update(view: ChartView): void {
    const { run, earlier, preferences, zoom } = view;
    const drawn = this.#view;
    const isSame = drawn?.run === run && drawn.earlier === earlier && drawn.preferences === preferences;
    // To zoom and to pan changes no curve, and comes with every frame.
    if (!isSame || this.#curves === null) {
      this.#curves = lossCurves(run, earlier, preferences);
      this.#data = aligned(this.#curves);
    }
    this.#view = view;
    this.#range = zoom ?? horizontalRange(this.#curves);
    const theme = readTheme();
    const build = [preferences.scale, preferences.axis, this.#curves.earlier.length].join();
    if (theme === this.#theme && build === this.#built) {
      this.#plot.show(this.#data, this.#range);
      return;
    }
    this.#built = build;
    this.#theme = theme;
    this.#plot.build(this.#options(theme, this.#curves, view), this.#data);
  }

  #options(theme: Theme, curves: LossCurves, { preferences }: ChartView): Omit<uPlot.Options, 'width' | 'height'> {
    const axis: SharedAxis = { kind: preferences.axis, range: () => this.#range, zoomTo: this.#actions.zoomTo };
    const logarithmic = preferences.scale === 'log';
    return {
      legend: { show: false },
      padding: [10, 18, 0, 0],
      cursor: {
        ...sharedCursor(axis),
        // The faint raw line is there for its spread; its single points say nothing.
        points: { size: (_plot, series) => (series === curves.earlier.length + 1 ? 0 : 7) },
      },
      scales: {
        x: { time: false, range: () => [...this.#range] },
        y: {
          ...(logarithmic ? logarithmicScale : {}),
          range: () => this.#verticalRange(preferences.scale),
        },
      },
      axes: [
        horizontalAxis(theme, axis),
        verticalAxis(theme, logarithmic ? logarithmicTicks : linearTicks, trimmedLoss),
      ],
      series: [{}, ...seriesOf(theme, curves)],
      hooks: {
        draw: [(plot) => this.#drawMarks(plot)],
        setSelect: [zoomOnSelect(axis)],
        setCursor: [(plot) => this.#point(plot)],
      },
    };
  }

  #verticalRange(scale: 'linear' | 'log'): uPlot.Range.MinMax {
    return this.#curves === null ? [0, 1] : [...verticalRange(this.#curves, this.#range, scale)];
  }

  #drawMarks(plot: uPlot): void {
    if (this.#curves !== null && this.#theme !== null) drawMarks(plot, this.#curves, this.#theme);
  }

  #point(plot: uPlot): void {
    const { left } = plot.cursor;
    if (this.#curves === null || this.#view === null || left === undefined || left < 0) {
      this.#tooltip.hide();
      return;
    }
    this.#tooltip.show(plot, left, this.#curves, this.#axis());
  }

  /** Moves the cursor to the next score in a direction, and says it. */
  #readOut(direction: -1 | 1): void {
    const plot = this.#plot.current;
    const x = this.#curves?.validation.x ?? [];
    if (plot === null || x.length === 0) return;
    const { left = -1 } = plot.cursor;
    const at = left < 0 ? Infinity : plot.posToVal(left, 'x');
    const slack = (this.#range[1] - this.#range[0]) / 1000;
    const found = direction < 0 ? x.findLast((place) => place < at - slack) : x.find((place) => place > at + slack);
    const place = found ?? (direction < 0 ? x[0] : x.at(-1));
    if (place === undefined) return;
    plot.setCursor({ left: plot.valToPos(place, 'x'), top: 20 });
    this.#actions.announce(this.#tooltip.text);
  }

  #axis(): AxisKind {
    return this.#view?.preferences.axis ?? 'time';
  }
}

function seriesOf(theme: Theme, curves: LossCurves): uPlot.Series[] {
  return [
    ...curves.earlier.map(() => ({ ...line(theme.earlier, 1), dash: [4, 3] })),
    { ...line(theme.training, 1), alpha: 0.35 },
    line(theme.training, 1.5),
    { ...line(theme.validation, 2), points: { show: true, size: 5, fill: theme.validation, space: 14 } },
  ];
}

function line(stroke: string, width: number): uPlot.Series {
  return { stroke, width, spanGaps: true, points: { show: false } };
}

/** All curves over one common x, in the order of {@link seriesOf}. */
function aligned(curves: LossCurves): uPlot.AlignedData {
  const { training, smoothed, validation, earlier } = curves;
  return uPlot.join([
    ...earlier.map(({ curve }): uPlot.AlignedData => [[...curve.x], [...curve.y]]),
    [[...training.x], [...training.y], [...smoothed.y]],
    [[...validation.x], [...validation.y]],
  ]);
}

function trimmedLoss(value: number): string {
  return value >= 100 ? formatLoss(value) : String(Number(value.toPrecision(4)));
}
