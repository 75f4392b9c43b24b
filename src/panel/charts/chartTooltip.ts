import uPlot from 'uplot';
import { formatLoss } from '../../base/format';
import { baselineName } from '../../training/validation/comparison';
import { element, setShown } from '../page/dom';
import { type AxisKind, formatAxis } from '../page/units';
import { type Curve, type LossCurves, nearest } from './curves';

/** The read-out that follows the pointer over the loss chart. */
export class ChartTooltip {
  readonly element = element('div', { class: 'tooltip', 'aria-hidden': 'true', hidden: true });

  /** What it says, in one line. */
  get text(): string {
    return [...this.element.children].map((row) => row.getAttribute('data-spoken') ?? row.textContent).join(', ');
  }

  hide(): void {
    setShown(this.element, false);
  }

  /** Shows what the curves say at `left` pixels into the plotting area. */
  show(plot: uPlot, left: number, curves: LossCurves, axis: AxisKind): void {
    const place = plot.posToVal(left, 'x');
    const rows = readings(curves, place).map(({ name, look, value }) => row(name, look, value));
    const reach = plot.posToVal(left + 8, 'x') - place;
    const notes = curves.notes.filter((note) => Math.abs(note.x - place) <= reach);
    this.element.replaceChildren(
      element('div', { class: 'tooltip-place' }, formatAxis(place, axis)),
      ...rows,
      ...notes.map((note) => element('div', { class: 'tooltip-note' }, note.message)),
    );
    setShown(this.element, true);
    this.move(plot, left);
  }

  /** Beside the pointer, on the side that has more room. Its own width is left to the browser: to ask would hold up the frame. */
  private move({ bbox, width }: uPlot, left: number): void {
    const gap = 14;
    const from = Math.round(bbox.left / uPlot.pxRatio + left);
    const x = from < width / 2 ? `min(${from + gap}px, ${width}px - 100%)` : `${from - gap}px - 100%`;
    this.element.style.transform = `translate(max(0px, ${x}), ${bbox.top / uPlot.pxRatio + 8}px)`;
  }
}

interface Reading {
  readonly name: string;
  readonly look: string;
  readonly value: number;
}

function readings(curves: LossCurves, place: number): readonly Reading[] {
  const found: Reading[] = [];
  const read = (name: string, look: string, curve: Curve) => {
    const index = nearest(curve, place);
    if (index !== null) found.push({ name, look, value: curve.y[index] ?? NaN });
  };
  read('Unseen text', 'validation', curves.validation);
  read('Training text', 'training', curves.smoothed);
  if (curves.baseline !== null) {
    found.push({ name: baselineName(curves.baseline), look: 'baseline', value: curves.baseline.y });
  }
  for (const { name, curve } of curves.earlier) {
    if (place <= (curve.x.at(-1) ?? 0)) read(name, 'earlier', curve);
  }
  return found;
}

function row(name: string, look: string, value: number): HTMLElement {
  const text = formatLoss(value);
  return element(
    'div',
    { class: 'tooltip-row', 'data-spoken': `${name} ${text}` },
    element('span', { class: `swatch swatch-${look}` }),
    element('span', { class: 'tooltip-name' }, name),
    element('span', { class: 'tooltip-value' }, text),
  );
}
