import type uPlot from 'uplot';
import { formatShortCount, formatSmall } from '../../base/format';
import type { ProgressPoint, RunHistory } from '../../training/record/run';
import { element, setText } from '../page/dom';
import { readTheme } from '../page/editorTheme';
import type { ChartView } from '../page/store';
import type { Theme } from '../page/theme';
import { type AxisKind, isCharacterwise } from '../page/units';
import { type Curve, nearest, progressCurve } from './curves';
import { horizontalAxis, Plot, type SharedAxis, sharedCursor, verticalAxis, zoomOnSelect } from './plot';
import { type Interval, linearTicks } from './ticks';

/** One quantity of a run that has a small chart of its own. */
interface Quantity {
  readonly title: (run: RunHistory) => string;
  readonly value: (event: ProgressPoint) => number;
  readonly format: (value: number) => string;
}

const quantities: readonly Quantity[] = [
  { title: () => 'Learning rate', value: (event) => event.rate, format: formatSmall },
  { title: () => 'Gradient norm', value: (event) => event.gradientNorm ?? NaN, format: formatSmall },
  {
    title: (run) => (isCharacterwise(run) ? 'Characters/s' : 'Tokens/s'),
    value: (event) => event.tokensPerSecond,
    format: formatShortCount,
  },
];

/** The row of small charts below the large one. They share its zoom and its cursor. */
export class SmallCharts {
  readonly element: HTMLElement;
  private readonly charts: readonly SmallChart[];

  constructor(zoomTo: (range: Interval | null) => void) {
    this.charts = quantities.map((quantity) => new SmallChart(quantity, zoomTo));
    this.element = element('div', { class: 'small-charts' }, ...this.charts.map((chart) => chart.element));
  }

  update(view: ChartView): void {
    for (const chart of this.charts) chart.update(view);
  }
}

class SmallChart {
  readonly element: HTMLElement;
  private readonly title = element('h3');
  private readonly reading = element('span', { class: 'reading' });
  private readonly plot: Plot;
  private run: RunHistory | null = null;
  private axis: AxisKind = 'time';
  private curve: Curve = { x: [], y: [] };
  private data: uPlot.AlignedData = [[]];
  private range: Interval = [0, 1];
  /** What the plot was built for. */
  private built: { readonly theme: Theme; readonly axis: AxisKind } | null = null;

  constructor(
    private readonly quantity: Quantity,
    private readonly zoomTo: (range: Interval | null) => void,
  ) {
    // The same numbers are in the table and in the CSV; a canvas says nothing to a screen reader.
    const canvas = element('div', { class: 'chart chart-small', 'aria-hidden': 'true' });
    this.element = element(
      'section',
      { class: 'small-chart' },
      element('div', { class: 'small-chart-head' }, this.title, this.reading),
      canvas,
    );
    this.plot = new Plot(canvas);
  }

  update({ run, preferences: { axis }, zoom }: ChartView): void {
    if (this.run !== run || this.axis !== axis) {
      this.curve = progressCurve(run, axis, this.quantity.value);
      this.data = [[...this.curve.x], [...this.curve.y]];
      [this.run, this.axis] = [run, axis];
    }
    this.range = zoom ?? [0, Math.max(1, this.curve.x.at(-1) ?? 0)];
    setText(this.title, this.quantity.title(run));
    this.read(this.plot.current);
    const theme = readTheme();
    if (this.built?.theme === theme && this.built.axis === axis) {
      this.plot.show(this.data, this.range);
      return;
    }
    this.built = { theme, axis };
    this.plot.build(this.options(theme, { kind: axis, range: () => this.range, zoomTo: this.zoomTo }), this.data);
  }

  private options(theme: Theme, axis: SharedAxis): Omit<uPlot.Options, 'width' | 'height'> {
    return {
      legend: { show: false },
      padding: [6, 18, 0, 0],
      cursor: sharedCursor(axis),
      scales: {
        x: { time: false, range: () => [...this.range] },
        y: { range: (_plot, low, high) => rangeFromZero(low, high) },
      },
      axes: [
        { ...horizontalAxis(theme, axis), gap: 8 },
        verticalAxis(theme, (range) => linearTicks(range, 2), this.quantity.format),
      ],
      series: [{}, { stroke: theme.muted, width: 1.25, points: { show: false } }],
      hooks: {
        setSelect: [zoomOnSelect(axis)],
        setCursor: [(plot) => this.read(plot)],
      },
    };
  }

  /** Shows the value below the pointer, or the newest. */
  private read(plot: uPlot | null): void {
    const { left = -1 } = plot?.cursor ?? {};
    const index = plot !== null && left >= 0 ? nearest(this.curve, plot.posToVal(left, 'x')) : null;
    const value = this.curve.y[index ?? this.curve.y.length - 1];
    setText(this.reading, value === undefined ? '' : this.quantity.format(value));
  }
}

/** Zero is on the axis, so that a steady speed looks steady. */
function rangeFromZero(low: number | null, high: number | null): uPlot.Range.MinMax {
  return [Math.min(0, low ?? 0), Math.max(high ?? 0, 1e-9) * 1.08];
}
