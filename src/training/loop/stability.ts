import type { StepResult } from '../../engine/engine';

/** Steps over which the loss is averaged before it is judged. */
const horizon = 30;

/** The averaged loss may be this many times the lowest it has been. */
const tolerance = 3;

/** What a {@link StabilityWatch} remembers: plain JSON. */
export interface StabilityState {
  /** Averaged loss, nats per token; null before the first step. */
  readonly recent: number | null;
  readonly lowest: number | null;
}

/** Tells a run that has blown up from one that merely met a hard page. */
export class StabilityWatch {
  constructor(private current: StabilityState = { recent: null, lowest: null }) {}

  get state(): StabilityState {
    return this.current;
  }

  /** Takes note of a step's loss and gradient norm; true where training makes no sense from here. */
  hasDiverged({ loss, gradientNorm }: StepResult): boolean {
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) return true;
    const recent = this.current.recent === null ? loss : this.current.recent + (loss - this.current.recent) / horizon;
    const lowest = Math.min(recent, this.current.lowest ?? recent);
    this.current = { recent, lowest };
    // Below a nat, a loss may well triple from one kind of text to the next.
    return recent > tolerance * Math.max(lowest, 1);
  }
}
