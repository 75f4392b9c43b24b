import { formatPercent } from '../../base/format';

/** What an n-gram model of the same text reaches on unseen text: see baseline.ts. */
export interface ComparedBaseline {
  /** Order of the n-gram model. */
  readonly order: number;
  readonly natsPerCharacter: number;
}

/** From this share on, by how much a model is worse says nothing more. */
const farBehind = 0.6;

/** What the baseline is called wherever it is shown. */
export function baselineName({ order }: Pick<ComparedBaseline, 'order'>): string {
  return `${order}-gram baseline`;
}

/** How a loss, in nats per character, compares with the baseline: "21% better than the 5-gram baseline"; null without one. */
export function againstBaseline(natsPerCharacter: number, baseline: ComparedBaseline | null): string | null {
  if (baseline === null || baseline.natsPerCharacter === 0) return null;
  const name = `the ${baselineName(baseline)}`;
  const share = 1 - natsPerCharacter / baseline.natsPerCharacter;
  if (Math.round(share * 100) === 0) return `as good as ${name}`;
  if (share > 0) return `${formatPercent(share)} better than ${name}`;
  return share < -farBehind ? `far behind ${name}` : `${formatPercent(-share)} worse than ${name}`;
}
