/**
 * panel/export/: the curve as a file: PNG, SVG, CSV.
 */
import { baselineName } from '../../training/validation/comparison';
import { type Curve, horizontalRange, type LossCurves, verticalRange } from '../charts/curves';
import { type Interval, linearTicks, logarithmicTicks, timeTicks } from '../charts/ticks';
import type { Preferences } from '../page/preferences';
import type { Theme } from '../page/theme';
import { formatAxis, unitLabel } from '../page/units';

/** A line through points, in pixels. */
export interface Stroke {
  readonly kind: 'stroke';
  readonly points: readonly (readonly [number, number])[];
  readonly colour: string;
  readonly width: number;
  readonly opacity: number;
  /** Lengths of dash and gap; empty for a solid line. */
  readonly dash: readonly number[];
  /** Only what lies inside the picture's frame is drawn. */
  readonly clipped: boolean;
}

/** A line of text; `y` is its baseline. */
export interface Label {
  readonly kind: 'label';
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly colour: string;
  readonly size: number;
  readonly anchor: 'start' | 'middle' | 'end';
}

/** A drawing as plain data: the SVG and the PNG of a chart are the same picture, written two ways. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly background: string;
  readonly font: string;
  /** Where the curves are. */
  readonly frame: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  readonly shapes: readonly (Stroke | Label)[];
}

/** What the picture shows. */
export interface PictureContent {
  readonly title: string;
  readonly curves: LossCurves;
  readonly zoom: Interval | null;
  readonly preferences: Pick<Preferences, 'axis' | 'unit' | 'scale'>;
  readonly theme: Theme;
}

const bestCaption = 'Best, saved';
const size = { width: 960, height: 540 };
const frame = { left: 64, right: 936, top: 100, bottom: 492 };

/** The loss chart as a picture to keep: always the same size, whatever the panel's. */
export function chartPicture(content: PictureContent): Picture {
  const { curves, preferences, theme } = content;
  const x = content.zoom ?? horizontalRange(curves);
  const y = verticalRange(curves, x, preferences.scale);
  const place = placement(x, y, preferences.scale);
  const shapes = [
    ...axes(content, x, y, place),
    ...lines(content, place),
    ...marks(content, place),
    ...captions(content),
  ];
  return { ...size, background: theme.background, font: theme.font, frame, shapes };
}

interface Placement {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

function placement([left, right]: Interval, [low, high]: Interval, scale: Preferences['scale']): Placement {
  const bend = scale === 'log' ? Math.log : (value: number) => value;
  const across = (frame.right - frame.left) / (right - left);
  const down = (frame.bottom - frame.top) / (bend(high) - bend(low));
  return {
    x: (value) => frame.left + (value - left) * across,
    y: (value) => frame.bottom - (bend(Math.max(value, low * 1e-3)) - bend(low)) * down,
  };
}

function axes({ theme, preferences }: PictureContent, x: Interval, y: Interval, place: Placement): (Stroke | Label)[] {
  const across = preferences.axis === 'time' ? timeTicks(x, 9) : linearTicks(x, 9);
  const down = preferences.scale === 'log' ? logarithmicTicks(y, 8) : linearTicks(y, 8);
  const label = { kind: 'label', colour: theme.muted, size: 12 } as const;
  return [
    ...down.map((tick) => stroke([frame.left, frame.right], [place.y(tick), place.y(tick)], theme.grid, 1)),
    ...down.map((tick) => ({
      ...label,
      x: frame.left - 8,
      y: place.y(tick) + 4,
      text: String(tick),
      anchor: 'end' as const,
    })),
    ...across.map((tick) => ({
      ...label,
      x: place.x(tick),
      y: frame.bottom + 20,
      text: formatAxis(tick, preferences.axis),
      anchor: 'middle' as const,
    })),
    {
      ...label,
      x: frame.left,
      y: frame.top - 12,
      text: unitLabel(preferences.unit),
      anchor: 'start',
    },
    { ...label, x: frame.right, y: frame.bottom + 38, text: preferences.axis, anchor: 'end' },
  ];
}

/** Where something happened, and where the best model was saved. */
function marks({ curves, theme }: PictureContent, place: Placement): Stroke[] {
  const notes = curves.notes.map(({ x }): Stroke => {
    const at = place.x(x);
    return { ...stroke([at, at], [frame.top, frame.bottom], theme.muted, 1), dash: [2, 3], clipped: true };
  });
  if (curves.best === null) return notes;
  const [x, y] = [place.x(curves.best.x), place.y(curves.best.y)];
  return [...notes, { ...ring(x, y, 5), colour: theme.validation, clipped: true }];
}

/** A circle as a line through so many points that nobody sees them. */
function ring(x: number, y: number, radius: number): Stroke {
  const corners = 32;
  const points = Array.from({ length: corners + 1 }, (_, corner) => {
    const angle = (2 * Math.PI * corner) / corners;
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)] as const;
  });
  return { ...stroke([x, x], [y, y], '', 2), points };
}

function lines({ curves, theme }: PictureContent, place: Placement): Stroke[] {
  const draw = (curve: Curve, look: Omit<Stroke, 'kind' | 'points' | 'clipped'>): Stroke => ({
    kind: 'stroke',
    points: curve.x.map((at, index) => [place.x(at), place.y(curve.y[index] ?? NaN)] as const),
    clipped: true,
    ...look,
  });
  const solid = { opacity: 1, dash: [] };
  const drawn = [
    ...curves.earlier.map((other) => draw(other.curve, { colour: theme.earlier, width: 1, opacity: 1, dash: [4, 3] })),
    draw(curves.training, { colour: theme.training, width: 1, opacity: 0.35, dash: [] }),
    draw(curves.smoothed, { colour: theme.training, width: 1.5, ...solid }),
    draw(curves.validation, { colour: theme.validation, width: 2.5, ...solid }),
  ];
  if (curves.baseline !== null) {
    const top = place.y(curves.baseline.y);
    drawn.push({ ...stroke([frame.left, frame.right], [top, top], theme.baseline, 1.5), dash: [6, 4] });
  }
  return drawn.filter((line) => line.points.length > 1);
}

function captions({ title, curves, theme }: PictureContent): (Stroke | Label)[] {
  const label = { kind: 'label', size: 13, colour: theme.foreground, anchor: 'start' } as const;
  const entries: (readonly [string, string])[] = [
    ['Unseen text', theme.validation],
    ['Training text', theme.training],
  ];
  if (curves.baseline !== null) entries.push([baselineName(curves.baseline), theme.baseline]);
  if (curves.earlier.length > 0) entries.push(['Earlier runs', theme.earlier]);
  if (curves.best !== null) entries.push([bestCaption, theme.validation]);
  if (curves.notes.length > 0) entries.push(['Events', theme.muted]);
  const legend = entries.flatMap(([text, colour], index) => {
    const left = frame.left + index * 145;
    return [
      ...(text === bestCaption
        ? [{ ...ring(left + 9, 53, 5), colour }]
        : [stroke([left, left + 18], [53, 53], colour, 2.5)]),
      { ...label, x: left + 25, y: 57, text },
    ];
  });
  return [{ ...label, size: 18, x: frame.left, y: 32, text: title }, ...legend];
}

function stroke(x: readonly [number, number], y: readonly [number, number], colour: string, width: number): Stroke {
  const points = [
    [x[0], y[0]],
    [x[1], y[1]],
  ] as const;
  return { kind: 'stroke', points, colour, width, opacity: 1, dash: [], clipped: false };
}
