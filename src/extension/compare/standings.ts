import { formatLoss, formatProgress } from '../../base/format';

/** How a model does on a text. */
export type Standing =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'scoring'; /** From 0 to 1. */ readonly share: number }
  | { readonly kind: 'scored'; readonly bitsPerCharacter: number }
  /** It can't be scored: why, in a sentence. */
  | { readonly kind: 'failed'; readonly reason: string };

/** A model in a comparison. */
export interface Contender {
  readonly folder: string;
  readonly name: string;
  readonly standing: Standing;
}

/** A row of the table, best first. */
export interface StandingRow {
  readonly folder: string;
  readonly label: string;
  readonly description: string;
  readonly detail: string;
  /** It can write. */
  readonly isUsable: boolean;
}

/** Cells of the longest bar. */
const barLength = 24;

/**
 * The table of a comparison: the scored by their bits, fewest first and marked, then those that are to come, then those
 * that failed.
 */
export function tableOf(contenders: readonly Contender[], active: string | undefined): readonly StandingRow[] {
  const scores = contenders.flatMap(({ standing }) => (standing.kind === 'scored' ? [standing.bitsPerCharacter] : []));
  const best = Math.min(...scores);
  const worst = Math.max(...scores);
  return [...contenders]
    .sort((one, other) => rankOf(one.standing) - rankOf(other.standing))
    .map((contender) => rowOf(contender, { best, worst }, contender.folder === active));
}

interface Scale {
  readonly best: number;
  readonly worst: number;
}

function rowOf({ folder, name, standing }: Contender, scale: Scale, isActive: boolean): StandingRow {
  const note = isActive ? 'writes now' : '';
  switch (standing.kind) {
    case 'waiting':
      return { folder, label: `$(circle-outline) ${name}`, description: note, detail: 'Waiting', isUsable: true };
    case 'scoring': {
      const detail = standing.share === 0 ? 'Reading…' : `Reading… ${formatProgress(standing.share)}`;
      return { folder, label: `$(loading~spin) ${name}`, description: note, detail, isUsable: true };
    }
    case 'scored': {
      const { bitsPerCharacter: bits } = standing;
      const isBest = bits === scale.best;
      const behind = isBest ? 'best' : `+${formatLoss(bits - scale.best)}`;
      return {
        folder,
        label: `$(${isBest ? 'star-full' : 'blank'}) ${name}`,
        description: [`${formatLoss(bits)} bits per character`, behind, note].filter((part) => part !== '').join(' · '),
        detail: barOf(bits, scale),
        isUsable: true,
      };
    }
    case 'failed':
      return { folder, label: `$(warning) ${name}`, description: note, detail: standing.reason, isUsable: false };
    default:
      return standing satisfies never;
  }
}

function barOf(bits: number, { worst }: Scale): string {
  return '━'.repeat(Math.max(1, Math.round((barLength * bits) / worst)));
}

function rankOf(standing: Standing): number {
  switch (standing.kind) {
    case 'scored':
      return standing.bitsPerCharacter;
    case 'scoring':
      return 1e6;
    case 'waiting':
      return 1e7;
    case 'failed':
      return 1e8;
    default:
      return standing satisfies never;
  }
}
