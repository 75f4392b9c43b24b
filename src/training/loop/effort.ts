/** How much of the machine a training takes: what there is, or so little that nobody notices it. */
export type Effort = 'full' | 'quiet';

/** What a training may take. It can be changed while it runs. */
export interface Allowance {
  readonly effort: Effort;
  /** Most threads; 0 leaves the choice to the machine. */
  readonly threads: number;
}

/** What a training takes unless someone says otherwise. */
export const fullAllowance: Allowance = { effort: 'full', threads: 0 };
