import type { EarlierRun } from '../../protocol/panel';
import type { NoteEvent } from '../../training/record/events';
import type { ProgressPoint, RunHistory } from '../../training/record/run';
import type { Preferences } from '../page/preferences';
import { axisValue, bestEvaluation, charactersPerToken, toUnit } from '../page/units';
import { smooth } from './smoothing';
import type { Interval } from './ticks';

/** A line of a chart; x rises strictly. */
export interface Curve {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** A place on a chart. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Everything that the loss chart draws, in the units that the user chose. */
export interface LossCurves {
  readonly training: Curve;
  readonly smoothed: Curve;
  readonly validation: Curve;
  readonly baseline: { readonly order: number; readonly y: number } | null;
  readonly best: Point | null;
  /** What a finished run reaches as it writes, and what its memory reaches alone. */
  readonly levels: readonly { readonly name: string; readonly y: number }[];
  readonly notes: readonly { readonly x: number; readonly message: string }[];
  readonly earlier: readonly { readonly name: string; readonly curve: Curve }[];
}

/** How the curves are looked at. */
export type CurveView = Pick<Preferences, 'axis' | 'unit' | 'smoothing' | 'hidden'>;

/** The curves of a run, less what the user hid. */
export function lossCurves(run: RunHistory, earlier: readonly EarlierRun[], view: CurveView): LossCurves {
  const { axis, unit, hidden } = view;
  const training = hidden.includes('training') ? empty : trainingCurve(run, view);
  const best = bestEvaluation(run);
  return {
    training,
    smoothed: { x: training.x, y: smooth(training.x, training.y, view.smoothing) },
    validation: hidden.includes('validation')
      ? empty
      : curve(run.evaluations.map((event) => [axisValue(event, axis), toUnit(event.natsPerCharacter, unit)])),
    baseline:
      run.baseline === null || hidden.includes('baseline')
        ? null
        : { order: run.baseline.order, y: toUnit(run.baseline.natsPerCharacter, unit) },
    best:
      best === undefined || hidden.includes('validation')
        ? null
        : { x: axisValue(best, axis), y: toUnit(best.natsPerCharacter, unit) },
    levels: hidden.includes('validation') ? [] : levelsOf(run, unit),
    notes: run.notes.map((note) => ({ x: notePlace(note, run, view), message: note.message })),
    // Earlier runs are known by the clock only.
    earlier: hidden.includes('earlier') || axis !== 'time' ? [] : earlier.map((other) => earlierCurve(other, view)),
  };
}

/** One quantity of the progress events, against the chosen axis. */
export function progressCurve(
  run: RunHistory,
  axis: CurveView['axis'],
  value: (event: ProgressPoint) => number,
): Curve {
  return curve(run.progress.map((event) => [axisValue(event, axis), value(event)]));
}

/** Share of a whole run whose steep fall may leave the chart at the top, since it would flatten all that follows. */
const steepShare = 0.05;

/** The stretch of the vertical axis that shows the curves between two places; see {@link steepShare}. */
export function verticalRange(curves: LossCurves, [left, right]: Interval, scale: Preferences['scale']): Interval {
  const reached = Math.max(curves.training.x.at(-1) ?? 0, curves.validation.x.at(-1) ?? 0);
  const from = left <= 0 ? steepShare * Math.min(right, reached) : left;
  const shown = [curves.smoothed, curves.validation, ...curves.earlier.map((other) => other.curve)];
  const values = shown.flatMap((line) => within(line, from, right));
  if (curves.baseline !== null) values.push(curves.baseline.y);
  for (const { y } of curves.levels) values.push(y);
  if (values.length === 0) return [0, 1];
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  return scale === 'log' ? padLogarithmic(low, high) : padLinear(low, high);
}

/** From the first to the last point of everything drawn; a second's width when there is nothing yet. */
export function horizontalRange(curves: LossCurves): Interval {
  const all = [curves.training, curves.validation, ...curves.earlier.map((other) => other.curve)];
  const right = Math.max(1, ...all.map((line) => line.x.at(-1) ?? 0));
  return [0, right];
}

/** Index of the point nearest to a place; null of an empty curve. */
export function nearest(line: Curve, place: number): number | null {
  if (line.x.length === 0) return null;
  let low = 0;
  let high = line.x.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((line.x[middle] ?? 0) < place) low = middle;
    else high = middle;
  }
  return Math.abs((line.x[low] ?? 0) - place) <= Math.abs((line.x[high] ?? 0) - place) ? low : high;
}

const empty: Curve = { x: [], y: [] };

function trainingCurve(run: RunHistory, { axis, unit }: CurveView): Curve {
  const characters = charactersPerToken(run);
  return characters === null ? empty : progressCurve(run, axis, (event) => toUnit(event.loss / characters, unit));
}

function earlierCurve(run: EarlierRun, { unit }: CurveView): LossCurves['earlier'][number] {
  return { name: run.name, curve: curve(run.curve.map(([seconds, nats]) => [seconds, toUnit(nats, unit)])) };
}

function levelsOf({ finished }: RunHistory, unit: CurveView['unit']): LossCurves['levels'] {
  const { natsPerCharacter = null, memoryAlone } = finished ?? {};
  if (natsPerCharacter === null || memoryAlone === undefined) return [];
  return [
    { name: 'with its memory', y: toUnit(natsPerCharacter, unit) },
    { name: 'memory alone', y: toUnit(memoryAlone, unit) },
  ];
}

/** Points whose x doesn't rise were retraced after a roll-back or a crash: what came later holds. */
function curve(points: Iterable<readonly [number, number]>): Curve {
  const x: number[] = [];
  const y: number[] = [];
  for (const [at, value] of points) {
    if (!Number.isFinite(at) || !Number.isFinite(value)) continue;
    while (x.length > 0 && (x.at(-1) ?? 0) >= at) {
      x.pop();
      y.pop();
    }
    x.push(at);
    y.push(value);
  }
  return { x, y };
}

/** A note knows its step and second; its tokens are those of the nearest progress. */
function notePlace(note: NoteEvent, run: RunHistory, { axis }: CurveView): number {
  const after = run.progress.find((event) => event.seconds >= note.seconds) ?? run.progress.at(-1);
  return axisValue({ seconds: note.seconds, step: note.step, tokens: after?.tokens ?? 0 }, axis);
}

function within(line: Curve, left: number, right: number): number[] {
  return line.y.filter((_, index) => {
    const at = line.x[index] ?? 0;
    return at >= left && at <= right;
  });
}

function padLinear(low: number, high: number): Interval {
  const margin = Math.max((high - low) * 0.06, high * 0.005, 1e-9);
  return [Math.max(0, low - margin), high + margin];
}

function padLogarithmic(low: number, high: number): Interval {
  const positive = Math.max(low, 1e-6);
  const factor = Math.max((Math.max(high, positive) / positive) ** 0.06, 1.005);
  return [positive / factor, Math.max(high, positive) * factor];
}
