import type { RunHistory } from '../../training/record/run';
import { formatPercent } from '../page/format';

/** How a loss compares with the n-gram baseline: "21 % better than a 5-gram model"; null without one. */
export function againstBaseline({ baseline }: Pick<RunHistory, 'baseline'>, natsPerCharacter: number): string | null {
  if (baseline === null) return null;
  const difference = 1 - natsPerCharacter / baseline.natsPerCharacter;
  const model = `a ${baseline.order}-gram model`;
  if (Math.abs(difference) < 0.005) return `level with ${model}`;
  if (difference > 0) return `${formatPercent(difference)} better than ${model}`;
  return difference < -0.6 ? `still far behind ${model}` : `${formatPercent(-difference)} behind ${model}`;
}
