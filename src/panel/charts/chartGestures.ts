import type uPlot from 'uplot';
import type { Interval } from './ticks';
import { panned, zoomed } from './zoom';

/** What a gesture works on. */
export interface GestureTarget {
  /** The stretch that is shown. */
  readonly range: () => Interval;
  /** The stretch that there is. */
  readonly everything: () => Interval;
  readonly zoomTo: (range: Interval | null) => void;
  /** Moves the read-out to the next (1) or the previous (-1) score. */
  readonly readOut: (direction: -1 | 1) => void;
  readonly plot: () => uPlot | null;
}

/**
 * Wheel, Shift-drag and keys. The wheel zooms with Ctrl held (or a pinch), and by itself once the chart has the focus, so that
 * the page scrolls past a chart that nobody asked; sideways it pans.
 */
export function listenForGestures(canvas: HTMLElement, target: GestureTarget): void {
  canvas.addEventListener('wheel', (event) => onWheel(event, canvas, target), { passive: false });
  canvas.addEventListener('pointerdown', (event) => onPointerDown(event, canvas, target), { capture: true });
  canvas.addEventListener('keydown', (event) => {
    if (onKey(event, target)) event.preventDefault();
  });
  canvas.addEventListener('blur', () => target.plot()?.setCursor({ left: -10, top: -10 }));
}

function onWheel(event: WheelEvent, canvas: HTMLElement, target: GestureTarget): void {
  const plot = target.plot();
  if (plot === null) return;
  const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
  const wanted = event.ctrlKey || event.metaKey || document.activeElement === canvas;
  if (!wanted) return;
  event.preventDefault();
  if (sideways) {
    const share = (event.deltaX === 0 ? event.deltaY : event.deltaX) / plot.over.clientWidth;
    target.zoomTo(panned(target.range(), target.everything(), share));
    return;
  }
  const about = plot.posToVal(event.clientX - plot.over.getBoundingClientRect().left, 'x');
  target.zoomTo(zoomed(target.range(), target.everything(), about, Math.exp(event.deltaY / 400)));
}

function onPointerDown(event: PointerEvent, canvas: HTMLElement, target: GestureTarget): void {
  const plot = target.plot();
  if (plot === null || !event.shiftKey || event.button !== 0) return;
  const from = { x: event.clientX, range: target.range(), width: plot.over.clientWidth };
  const onMove = (move: PointerEvent) => {
    target.zoomTo(panned(from.range, target.everything(), (from.x - move.clientX) / from.width));
  };
  canvas.setPointerCapture(event.pointerId);
  canvas.addEventListener('pointermove', onMove);
  // However it ends: let go, or taken away by the system.
  canvas.addEventListener('lostpointercapture', () => canvas.removeEventListener('pointermove', onMove), {
    once: true,
  });
}

function onKey(event: KeyboardEvent, target: GestureTarget): boolean {
  const range = target.range();
  const everything = target.everything();
  const middle = (range[0] + range[1]) / 2;
  const pan = (share: number) => target.zoomTo(panned(range, everything, share));
  switch (event.key) {
    case 'ArrowLeft':
      if (event.shiftKey) pan(-0.2);
      else target.readOut(-1);
      return true;
    case 'ArrowRight':
      if (event.shiftKey) pan(0.2);
      else target.readOut(1);
      return true;
    case '+':
    case '=':
      target.zoomTo(zoomed(range, everything, middle, 0.7));
      return true;
    case '-':
      target.zoomTo(zoomed(range, everything, middle, 1 / 0.7));
      return true;
    case 'Escape':
    case '0':
      target.zoomTo(null);
      return true;
    default:
      return false;
  }
}
