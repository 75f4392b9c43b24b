import type { SampleEvent } from '../../training/record/events';

/** The samples drawn at one evaluation, coolest first. */
export interface Moment {
  readonly step: number;
  readonly seconds: number;
  readonly samples: readonly SampleEvent[];
}

/** Samples grouped by the moment they were drawn at, oldest first. Drawn twice (after a crash), the later one holds. */
export function moments(samples: readonly SampleEvent[]): readonly Moment[] {
  const bySteps = new Map<number, Map<number, SampleEvent>>();
  for (const sample of samples) {
    const group = bySteps.get(sample.step) ?? new Map<number, SampleEvent>();
    group.set(sample.temperature, sample);
    bySteps.set(sample.step, group);
  }
  return [...bySteps].map(([step, group]) => {
    const sorted = [...group.values()].sort((a, b) => a.temperature - b.temperature);
    return { step, seconds: sorted[0]?.seconds ?? 0, samples: sorted };
  });
}
