import { formatDuration, formatProgress } from '../../base/format';
import type { PanelSurroundings } from '../../protocol/panel';
import { isFinishing, isScoring, type Run, waitsForMains } from '../../training/record/run';

/** What can be pressed at a time. */
export type Stage = 'preparing' | 'training' | 'paused' | 'interrupted' | 'failed' | 'finished' | 'gone' | 'elsewhere';

/** What the header says of a run. */
export interface Headline {
  readonly phase: string;
  readonly look: 'quiet' | 'failed';
  /** What is said in place of the coach's advice; null where the coach speaks. */
  readonly instead: string | null;
  readonly stage: Stage;
}

/** What is said of a run, and what can be pressed. Pure. */
export function headline(run: Run, { live, elsewhere, preparing, failure }: PanelSurroundings): Headline {
  if (preparing !== null) return { phase: 'Getting ready', look: 'quiet', instead: preparing, stage: 'preparing' };
  if (run.phase === 'finished') return ended(run);
  if (!live) {
    const instead = failure ?? 'Training was interrupted. Resume continues from the last save.';
    return { phase: 'Interrupted', look: 'failed', instead, stage: 'interrupted' };
  }
  const phase = underWay(run);
  if (elsewhere === null) return { phase, look: 'quiet', instead: null, stage: run.phase };
  const whose = elsewhere.charAt(0).toUpperCase() + elsewhere.slice(1);
  const instead = `${whose} trains this model: pause or stop it there.`;
  return { phase: `${phase} · in ${elsewhere}`, look: 'quiet', instead, stage: 'elsewhere' };
}

function underWay(run: Run): string {
  const percent = formatProgress(shareOf(run));
  if (run.phase === 'paused') return `${waitsForMains(run) ? 'Paused: on battery' : 'Paused'} · ${percent}`;
  if (run.progress.length === 0) return 'Starting';
  if (isFinishing(run)) return `Learning the unseen text too · ${percent}`;
  return isScoring(run) ? 'Scoring' : `Training · ${percent}`;
}

function ended(run: Run): Headline {
  const headlineOf = (phase: string, stage: Stage, look: Headline['look'] = 'quiet') => {
    return { phase, look, instead: null, stage };
  };
  const outcome = run.finished?.outcome;
  const kind = outcome?.kind ?? 'completed';
  const isRestored = outcome?.kind === 'discarded' && outcome.restored === true;
  switch (kind) {
    case 'completed':
    case 'early stop':
      return headlineOf(`Trained · ${formatDuration(run.finished?.seconds ?? 0)}`, 'finished');
    case 'stopped':
      return headlineOf('Stopped', 'finished');
    case 'discarded':
      return headlineOf('Discarded', isRestored ? 'finished' : 'gone');
    case 'failed':
      return headlineOf('Failed', 'failed', 'failed');
    default:
      return kind satisfies never;
  }
}

/** How much of its budget a run has used, 0 to 1. */
export function shareOf(run: Run): number {
  return run.progress.at(-1)?.share ?? 0;
}
