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
  private readonly plot: Plot;
  private readonly tooltip = new ChartTooltip();
  private readonly actions: ChartActions;
  private drawn: LossCurves | null = null;
  private data: uPlot.AlignedData = [[]];
  private range: Interval = [0, 1];
  private theme: Theme | null = null;
  private view: ChartView | null = null;
  private built = '';

  constructor(actions: ChartActions) {
    this.actions = actions;
    const canvas = element('div', {
      class: 'chart chart-large',
      tabindex: 0,
      role: 'group',
      'aria-roledescription': 'chart',
      'aria-label':
        'Loss against time. Left and right arrows read out the scores, plus and minus zoom, Escape shows everything. The numbers are in the table below.',
    });
    this.element = element('div', { class: 'chart-frame' }, canvas, this.tooltip.element);
    this.plot = new Plot(canvas);
    listenForGestures(canvas, {
      range: () => this.range,
      everything: () => (this.drawn === null ? [0, 1] : horizontalRange(this.drawn)),
      zoomTo: actions.zoomTo,
      readOut: (direction) => this.readOut(direction),
      plot: () => this.plot.current,
    });
  }

  /** The curves that are drawn now; null before the first run. */
  get curves(): LossCurves | null {
    return this.drawn;
  }

  /** Draws the run as it is looked at. Cheap enough for every frame. */
  update(view: ChartView): void {
    const { run, earlier, preferences, zoom } = view;
    const drawn = this.view;
    const isSame = drawn?.run === run && drawn.earlier === earlier && drawn.preferences === preferences;
    // To zoom and to pan changes no curve, and comes with every frame.
    if (!isSame || this.drawn === null) {
      this.drawn = lossCurves(run, earlier, preferences);
      this.data = aligned(this.drawn);
    }
    this.view = view;
    this.range = zoom ?? horizontalRange(this.drawn);
    const theme = readTheme();
    const build = [preferences.scale, preferences.axis, this.drawn.earlier.length].join();
    if (theme === this.theme && build === this.built) {
      this.plot.show(this.data, this.range);
      return;
    }
    this.built = build;
    this.theme = theme;
    this.plot.build(this.options(theme, this.drawn, view), this.data);
  }

  private options(
    theme: Theme,
    curves: LossCurves,
    { preferences }: ChartView,
  ): Omit<uPlot.Options, 'width' | 'height'> {
    const axis: SharedAxis = { kind: preferences.axis, range: () => this.range, zoomTo: this.actions.zoomTo };
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
        x: { time: false, range: () => [...this.range] },
        y: {
          ...(logarithmic ? logarithmicScale : {}),
          range: () => this.verticalRange(preferences.scale),
        },
      },
      axes: [
        horizontalAxis(theme, axis),
        verticalAxis(theme, logarithmic ? logarithmicTicks : linearTicks, trimmedLoss),
      ],
      series: [{}, ...seriesOf(theme, curves)],
      hooks: {
        draw: [(plot) => this.drawMarks(plot)],
        setSelect: [zoomOnSelect(axis)],
        setCursor: [(plot) => this.point(plot)],
      },
    };
  }

  private verticalRange(scale: 'linear' | 'log'): uPlot.Range.MinMax {
    return this.drawn === null ? [0, 1] : [...verticalRange(this.drawn, this.range, scale)];
  }

  private drawMarks(plot: uPlot): void {
    if (this.drawn !== null && this.theme !== null) drawMarks(plot, this.drawn, this.theme);
  }

  private point(plot: uPlot): void {
    const { left } = plot.cursor;
    if (this.drawn === null || this.view === null || left === undefined || left < 0) {
      this.tooltip.hide();
      return;
    }
    this.tooltip.show(plot, left, this.drawn, this.axis());
  }

  /** Moves the cursor to the next score in a direction, and says it. */
  private readOut(direction: -1 | 1): void {
    const plot = this.plot.current;
    const x = this.drawn?.validation.x ?? [];
    if (plot === null || x.length === 0) return;
    const { left = -1 } = plot.cursor;
    const at = left < 0 ? Infinity : plot.posToVal(left, 'x');
    const slack = (this.range[1] - this.range[0]) / 1000;
    const found = direction < 0 ? x.findLast((place) => place < at - slack) : x.find((place) => place > at + slack);
    const place = found ?? (direction < 0 ? x[0] : x.at(-1));
    if (place === undefined) return;
    plot.setCursor({ left: plot.valToPos(place, 'x'), top: 20 });
    this.actions.announce(this.tooltip.text);
  }

  private axis(): AxisKind {
    return this.view?.preferences.axis ?? 'time';
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
