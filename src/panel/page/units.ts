import { formatDuration, formatShortCount } from '../../base/format';
import { tokenizerKinds } from '../../model/tokenizerKinds';
import type { EvaluationEvent, ProgressEvent } from '../../training/record/events';
import type { RunHistory } from '../../training/record/run';

/** What the vertical axis of the loss chart counts, always a character. */
export type LossUnit = 'nats' | 'bits' | 'perplexity';

/** What the horizontal axes of all charts count. */
export type AxisKind = 'time' | 'steps' | 'tokens';

/** Nats per character in another unit. All three rise and fall together, so a best stays a best. */
export function toUnit(nats: number, unit: LossUnit): number {
  switch (unit) {
    case 'nats':
      return nats;
    case 'bits':
      return nats / Math.LN2;
    case 'perplexity':
      return Math.exp(nats);
    default:
      return unit satisfies never;
  }
}

/** A unit as it is written behind a number or along an axis. */
export function unitLabel(unit: LossUnit): string {
  switch (unit) {
    case 'nats':
      return 'nats per character';
    case 'bits':
      return 'bits per character';
    case 'perplexity':
      return 'perplexity per character';
    default:
      return unit satisfies never;
  }
}

/** Where an event stands on a horizontal axis. */
export function axisValue(event: Pick<ProgressEvent, 'seconds' | 'step' | 'tokens'>, axis: AxisKind): number {
  switch (axis) {
    case 'time':
      return event.seconds;
    case 'steps':
      return event.step;
    case 'tokens':
      return event.tokens;
    default:
      return axis satisfies never;
  }
}

/** A position on a horizontal axis, in words short enough for a tick. */
export function formatAxis(value: number, axis: AxisKind): string {
  return axis === 'time' ? formatDuration(value) : formatShortCount(value);
}

/** Whether each token of a run is one character. */
export function isCharacterwise({ started }: Pick<RunHistory, 'started'>): boolean {
  return tokenizerKinds[started.tokenizer].each === 'character';
}

/**
 * Characters that one token stands for, so that losses per token can be drawn per character. 1 for a tokeniser of
 * characters; for others measured by the evaluations, so null before the first.
 */
export function charactersPerToken(run: RunHistory): number | null {
  const last = run.evaluations.at(-1);
  if (last !== undefined && last.natsPerCharacter > 0) return last.validation / last.natsPerCharacter;
  return isCharacterwise(run) ? 1 : null;
}

/** The evaluation with the lowest loss so far. */
export function bestEvaluation(run: Pick<RunHistory, 'evaluations'>): EvaluationEvent | undefined {
  return run.evaluations.reduce<EvaluationEvent | undefined>(
    (best, next) => (best === undefined || next.natsPerCharacter < best.natsPerCharacter ? next : best),
    undefined,
  );
}
