/**
 * panel/charts/: curves: the loss chart, the small ones, their axes, zoom, tooltip and table.
 */
import type { FromPanel } from '../../protocol/panel';
import { metricsCsv } from '../export/csv';
import { chartPicture } from '../export/picture';
import { pictureToPng } from '../export/png';
import { pictureToSvg } from '../export/svg';
import { dropDown, element, setAttribute, setShown, toolButton } from '../page/dom';
import { readTheme } from '../page/editorTheme';
import type { ChartLine, Preferences } from '../page/preferences';
import type { ChartView, Looking } from '../page/store';
import { DataTable } from './dataTable';
import { LossChart } from './lossChart';

/** What the section needs of the page. */
export interface LossSectionActions {
  readonly store: Looking;
  readonly send: (message: Extract<FromPanel, { type: 'save' }>) => void;
  readonly announce: (text: string) => void;
}

/** The loss chart with its tools: how to look at it, what to show, and the ways to take it elsewhere. */
export class LossSection {
  readonly element: HTMLElement;
  private readonly chart: LossChart;
  private readonly table = new DataTable();
  private readonly legend: ReadonlyMap<ChartLine, HTMLButtonElement>;
  private readonly reset: HTMLElement;
  private readonly actions: LossSectionActions;
  private view: ChartView | null = null;

  constructor(actions: LossSectionActions, preferences: Preferences) {
    this.actions = actions;
    this.chart = new LossChart({ zoomTo: (range) => actions.store.zoomTo(range), announce: actions.announce });
    this.reset = toolButton('screen-normal', 'Show the whole run', () => actions.store.zoomTo(null));
    this.legend = new Map([
      ['validation', this.legendButton('validation', 'Unseen text')],
      ['training', this.legendButton('training', 'Training text')],
      ['baseline', this.legendButton('baseline', 'Baseline')],
      ['earlier', this.legendButton('earlier', 'Earlier runs')],
    ]);
    this.element = element(
      'section',
      { class: 'loss', 'aria-labelledby': 'loss-title' },
      element(
        'div',
        { class: 'section-head' },
        element('h2', { id: 'loss-title' }, 'Loss'),
        this.viewTools(preferences),
        this.exportTools(),
      ),
      element('div', { class: 'legend', role: 'group', 'aria-label': 'Lines shown' }, ...this.legend.values()),
      this.chart.element,
      this.table.element,
    );
  }

  update(view: ChartView): void {
    const { run, preferences, zoom } = view;
    this.view = view;
    this.chart.update(view);
    this.table.update(run);
    setShown(this.reset, zoom !== null);
    for (const [line, button] of this.legend) {
      setAttribute(button, 'aria-pressed', String(!preferences.hidden.includes(line)));
    }
    const earlier = view.earlier.length > 0 && preferences.axis === 'time';
    this.showLegend('earlier', earlier);
    this.showLegend('baseline', run.baseline !== null);
  }

  private showLegend(line: ChartLine, shown: boolean): void {
    const button = this.legend.get(line);
    if (button !== undefined) setShown(button, shown);
  }

  private viewTools({ axis, unit, scale, smoothing }: Preferences): HTMLElement {
    const { store } = this.actions;
    const slider = element('input', { type: 'range', min: 0, max: 1, step: 0.01, value: smoothing });
    slider.addEventListener('input', () => store.prefer({ smoothing: slider.valueAsNumber }));
    return element(
      'div',
      { class: 'tools' },
      dropDown('Loss in', { nats: 'Nats', bits: 'Bits', perplexity: 'Perplexity' }, unit, (chosen) =>
        store.prefer({ unit: chosen }),
      ),
      dropDown('Against', { time: 'Time', steps: 'Steps', tokens: 'Tokens' }, axis, (chosen) =>
        store.prefer({ axis: chosen }),
      ),
      dropDown('Scale', { linear: 'Linear', log: 'Logarithmic' }, scale, (chosen) => store.prefer({ scale: chosen })),
      element('label', { class: 'slider' }, 'Smooth', slider),
    );
  }

  private exportTools(): HTMLElement {
    return element(
      'div',
      { class: 'tools exports' },
      this.reset,
      toolButton('file-media', 'Save the chart as PNG', () => this.save('chart.png')),
      toolButton('file-code', 'Save the chart as SVG', () => this.save('chart.svg')),
      toolButton('table', 'Save the numbers as CSV: every score, and what is drawn in between', () =>
        this.save('metrics.csv'),
      ),
    );
  }

  private legendButton(line: ChartLine, label: string): HTMLButtonElement {
    const button = element('button', { type: 'button', class: 'legend-entry' });
    button.append(element('span', { class: `swatch swatch-${line}` }), label);
    button.addEventListener('click', () => this.toggle(line));
    return button;
  }

  private toggle(line: ChartLine): void {
    const hidden = this.view?.preferences.hidden ?? [];
    this.actions.store.prefer({
      hidden: hidden.includes(line) ? hidden.filter((other) => other !== line) : [...hidden, line],
    });
  }

  private save(file: Extract<FromPanel, { type: 'save' }>['file']): void {
    const content = this.content(file);
    if (content !== null) this.actions.send({ type: 'save', file, content });
  }

  private content(file: Extract<FromPanel, { type: 'save' }>['file']): string | null {
    const { curves } = this.chart;
    if (this.view === null || curves === null) return null;
    const { run, preferences, zoom } = this.view;
    if (file === 'metrics.csv') return metricsCsv(run);
    const picture = chartPicture({ title: run.started.name, curves, zoom, preferences, theme: readTheme() });
    return file === 'chart.svg' ? pictureToSvg(picture) : pictureToPng(picture);
  }
}
