import { formatLoss } from '../../base/format';
import type { Run } from '../../training/record/run';
import { againstBaseline } from '../../training/validation/comparison';
import { type Action, actions } from '../failure';

/** What the user is told when a run is over. */
export interface Notice {
  readonly kind: 'good' | 'bad';
  readonly sentence: string;
  readonly actions: readonly Action[];
}

/** The one notification of a run's end; null where the user knows already, having discarded it. */
export function noticeOf(run: Run): Notice | null {
  const { finished, started } = run;
  if (finished === null) return null;
  const { outcome, natsPerCharacter } = finished;
  switch (outcome.kind) {
    case 'discarded':
      return null;
    case 'failed':
      return { kind: 'bad', sentence: outcome.message, actions: [resume(started.folder)] };
    case 'completed':
    case 'early stop':
    case 'stopped':
      if (natsPerCharacter === null) {
        return {
          kind: 'good',
          sentence: `"${started.name}" was stopped before it had learned anything; it can be continued.`,
          actions: [resume(started.folder)],
        };
      }
      return {
        kind: 'good',
        sentence: `Trained "${started.name}": ${formatLoss(natsPerCharacter, 2)} nats/char${comparison(run)}. Try it.`,
        actions: [actions.tryModel, actions.showPanel],
      };
    default:
      return outcome satisfies never;
  }
}

/** A button that goes on from the newest checkpoint to the end of the budget. */
export function resume(folder: string): Action {
  return { title: 'Resume', command: 'textloom.continue', arguments: [folder, 0] };
}

function comparison({ baseline, finished }: Run): string {
  const reached = finished?.natsPerCharacter ?? null;
  const text = reached === null ? null : againstBaseline(reached, baseline);
  return text === null ? '' : `, ${text}`;
}
