import uPlot from 'uplot';
import { baselineName } from '../../training/validation/comparison';
import type { Theme } from '../page/theme';
import type { LossCurves, Point } from './curves';

/** Draws what is not a line of data: the baseline, where something happened, and where the best model was saved. */
export function drawMarks(plot: uPlot, curves: LossCurves, theme: Theme): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.lineWidth = uPlot.pxRatio;
  ctx.font = `${11 * uPlot.pxRatio}px ${theme.font}`;
  for (const note of curves.notes) drawNote(plot, note.x, theme);
  if (curves.baseline !== null) drawLevel(plot, curves.baseline.y, baselineName(curves.baseline), theme.baseline);
  // They may be as near to each other as to the baseline: each has its name in a place of its own.
  const sides = ['below', 'left'] as const;
  curves.levels.forEach(({ y, name }, i) => drawLevel(plot, y, name, theme.validation, sides[i]));
  ctx.restore();
  if (curves.best !== null && isInside(plot, curves.best)) drawBest(plot, curves.best, theme);
}

function isInside({ scales }: uPlot, { x, y }: Point): boolean {
  return [[scales['x'], x] as const, [scales['y'], y] as const].every(
    ([scale, value]) => value >= (scale?.min ?? Infinity) && value <= (scale?.max ?? -Infinity),
  );
}

function drawNote(plot: uPlot, x: number, theme: Theme): void {
  const { ctx, bbox } = plot;
  const left = plot.valToPos(x, 'x', true);
  ctx.strokeStyle = theme.muted;
  ctx.setLineDash([2 * uPlot.pxRatio, 3 * uPlot.pxRatio]);
  ctx.beginPath();
  ctx.moveTo(left, bbox.top);
  ctx.lineTo(left, bbox.top + bbox.height);
  ctx.stroke();
  ctx.fillStyle = theme.muted;
  const size = 4 * uPlot.pxRatio;
  ctx.beginPath();
  ctx.moveTo(left - size, bbox.top);
  ctx.lineTo(left + size, bbox.top);
  ctx.lineTo(left, bbox.top + 1.5 * size);
  ctx.fill();
}

function drawLevel(plot: uPlot, y: number, name: string, color: string, side?: 'below' | 'left'): void {
  const { ctx, bbox } = plot;
  const top = plot.valToPos(y, 'y', true);
  ctx.strokeStyle = color;
  ctx.setLineDash([6 * uPlot.pxRatio, 4 * uPlot.pxRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, top);
  ctx.lineTo(bbox.left + bbox.width, top);
  ctx.stroke();
  ctx.fillStyle = color;
  const [margin, gap] = [4 * uPlot.pxRatio, 3 * uPlot.pxRatio];
  ctx.textAlign = side === 'left' ? 'left' : 'right';
  ctx.textBaseline = side === 'below' ? 'top' : 'bottom';
  const edge = side === 'left' ? bbox.left + margin : bbox.left + bbox.width - margin;
  ctx.fillText(name, edge, side === 'below' ? top + gap : top - gap);
}

function drawBest(plot: uPlot, best: Point, theme: Theme): void {
  const { ctx } = plot;
  ctx.save();
  ctx.strokeStyle = theme.validation;
  ctx.fillStyle = theme.background;
  ctx.lineWidth = 2 * uPlot.pxRatio;
  ctx.beginPath();
  ctx.arc(plot.valToPos(best.x, 'x', true), plot.valToPos(best.y, 'y', true), 5 * uPlot.pxRatio, 0, 2 * Math.PI);
  ctx.fill();
  ctx.stroke();
  ctx.restore();
}
