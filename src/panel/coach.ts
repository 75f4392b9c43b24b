import type { EvaluationEvent, FinishedEvent } from '../training/events';
import type { Run } from '../training/run';
import { formatDuration, formatLoss, formatPercent } from './format';
import { bestEvaluation } from './units';

/** Evaluations without a new best after which it is worth a word. */
const patience = 3;

/** How a run goes, in one plain sentence or two. A pure function of what has been told of it. */
export function coach(run: Run): string {
  if (run.finished !== null) return finished(run, run.finished);
  if (run.phase === 'paused') return 'Paused. Resume goes on exactly where it left off.';
  const best = bestEvaluation(run);
  if (best === undefined) return 'Reading its first pages. The first score on text it has never seen comes soon.';
  return rolledBack(run, best) ?? stalled(run, best) ?? learning(run, best);
}

/** How a loss compares with the n-gram baseline, to follow "it is": "21 % better than a 5-gram model"; null without one. */
export function againstBaseline(run: Run, natsPerCharacter: number): string | null {
  if (run.baseline === null) return null;
  const difference = 1 - natsPerCharacter / run.baseline.natsPerCharacter;
  const model = `a ${run.baseline.order}-gram model`;
  if (Math.abs(difference) < 0.005) return `level with ${model}`;
  if (difference > 0) return `${formatPercent(difference)} better than ${model}`;
  return difference < -0.6 ? `still far behind ${model}` : `${formatPercent(-difference)} behind ${model}`;
}

function finished(run: Run, event: FinishedEvent): string {
  const quality = qualityReached(run, event);
  switch (event.outcome.kind) {
    case 'completed':
      return `Trained.${quality}`;
    case 'early stop':
      return `Stopped by itself: unseen text no longer got easier, so the best model is kept.${quality}`;
    case 'stopped':
      return `Stopped by you, and the best model kept.${quality}`;
    case 'discarded':
      return 'Discarded. What this run wrote has been removed.';
    case 'failed':
      return `Training failed. ${event.outcome.message}`;
    default:
      return event.outcome satisfies never;
  }
}

function qualityReached(run: Run, event: FinishedEvent): string {
  if (event.natsPerCharacter === null) return ' It ended before its first score.';
  const comparison = againstBaseline(run, event.natsPerCharacter);
  const reached = ` It reached ${formatLoss(event.natsPerCharacter)} nats per character`;
  return comparison === null ? `${reached}.` : `${reached}, ${comparison}.`;
}

function rolledBack(run: Run, best: EvaluationEvent): string | null {
  const note = run.notes.findLast((candidate) => candidate.kind === 'rolled back');
  if (note === undefined || best.step > note.step) return null;
  return `The loss blew up at ${formatDuration(note.seconds)}, so training went back to the best weights at a lower rate.`;
}

function stalled(run: Run, best: EvaluationEvent): string | null {
  const since = run.evaluations.filter((evaluation) => evaluation.step > best.step);
  const last = since.at(-1);
  if (last === undefined || since.length < patience) return null;
  const when = formatDuration(best.seconds);
  return last.train < best.train
    ? `Overfitting since ${when}: it learns its own text by heart, and unseen text no longer gets easier. The model of ${when} is kept.`
    : `No progress since ${when}. The model of ${when} is kept.`;
}

function learning(run: Run, best: EvaluationEvent): string {
  const comparison = againstBaseline(run, best.natsPerCharacter);
  const standing = comparison === null ? '' : ` It is ${comparison}.`;
  const earlier = run.evaluations.findLast((evaluation) => evaluation.seconds <= best.seconds * 0.8);
  if (earlier === undefined) return `Learning.${standing}`;
  const gain = 1 - best.natsPerCharacter / earlier.natsPerCharacter;
  if (gain > 0.03) return `Learning fast: unseen text gets easier quickly.${standing}`;
  if (gain > 0.005) return `Learning steadily.${standing}`;
  return `Learning slowly now: each minute brings a little.${standing}`;
}
