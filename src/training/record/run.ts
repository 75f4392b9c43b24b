import type {
  BaselineEvent,
  EvaluationEvent,
  FinishedEvent,
  NoteEvent,
  ProgressEvent,
  SampleEvent,
  StartedEvent,
  TrainingEvent,
} from './events';

/** Everything that can be shown of a run: what its events add up to. Plain data, so that it crosses processes. */
export interface Run {
  readonly phase: 'training' | 'paused' | 'finished';
  readonly started: StartedEvent;
  /** Thinned to at most {@link maximumPoints}, oldest first. */
  readonly progress: readonly ProgressEvent[];
  readonly evaluations: readonly EvaluationEvent[];
  readonly samples: readonly SampleEvent[];
  readonly notes: readonly NoteEvent[];
  readonly baseline: BaselineEvent | null;
  readonly finished: FinishedEvent | null;
}

/** What of a run's progress is drawn. */
export type ProgressPoint = Pick<ProgressEvent, 'step' | 'seconds' | 'tokens' | 'loss' | 'rate' | 'tokensPerSecond'> & {
  /** Null where it wasn't kept. */
  readonly gradientNorm: number | null;
};

/** What curves and samples are drawn from: a run, or what the files of a model tell of the one that made it. */
export interface RunHistory extends Pick<Run, 'evaluations' | 'samples' | 'notes' | 'baseline'> {
  /** Left out where it isn't known. */
  readonly finished?: Run['finished'];
  readonly started: Pick<StartedEvent, 'folder' | 'name' | 'tokenizer'>;
  readonly progress: readonly ProgressPoint[];
}

/** More progress points than this are thinned to half, so that an hour's run stays light. */
const maximumPoints = 4000;

/** The run after one more event. A pure function: background, editor and panel each fold the same events. */
export function advanceRun(run: Run | null, event: TrainingEvent): Run | null {
  if (event.type === 'started') return startRun(run, event);
  if (run === null) return null;
  switch (event.type) {
    case 'progress':
      return { ...run, progress: thin([...run.progress, event]) };
    case 'evaluation':
      return { ...run, evaluations: [...run.evaluations, event] };
    case 'sample':
      return { ...run, samples: [...run.samples, event] };
    case 'note':
      return { ...run, notes: [...run.notes, event], phase: phaseAfter(run.phase, event.kind) };
    case 'baseline':
      return { ...run, baseline: event };
    case 'finished':
      return { ...run, finished: event, phase: 'finished' };
    default:
      return event satisfies never;
  }
}

function startRun(earlier: Run | null, started: StartedEvent): Run {
  const continued = earlier !== null && earlier.started.folder === started.folder && started.step > 0;
  if (continued) return { ...earlier, started, finished: null, phase: 'training' };
  return {
    phase: 'training',
    started,
    progress: [],
    evaluations: [],
    samples: [],
    notes: [],
    baseline: null,
    finished: null,
  };
}

/** Whether a run waits for the mains, and will resume by itself. */
export function waitsForMains(run: Run): boolean {
  const last = run.notes.findLast(({ kind }) => pauses.includes(kind) || kind === 'resumed');
  return run.phase === 'paused' && last?.kind === 'paused on battery';
}

/** Whether a run has taken its last step, and its last score is being found out. */
export function isScoring(run: Run): boolean {
  const last = run.notes.at(-1)?.kind;
  return run.phase === 'training' && (last === 'scoring' || last === 'remembering');
}

/** Whether a run has been scored, and learns the text that it was scored on. */
export function isFinishing(run: Run): boolean {
  return run.phase === 'training' && isFinished(run);
}

/** Whether a run has come to where it learns the text that it was scored on, and hasn't given that up. */
export function isFinished({ notes }: Pick<Run, 'notes'>): boolean {
  const last = notes.findLast(({ kind }) => kind === 'finishing' || kind === 'restarted' || kind === 'unfinished');
  return last?.kind === 'finishing';
}

const pauses: readonly NoteEvent['kind'][] = ['paused', 'paused on battery'];

function phaseAfter(phase: Run['phase'], kind: NoteEvent['kind']): Run['phase'] {
  if (pauses.includes(kind)) return 'paused';
  return kind === 'resumed' ? 'training' : phase;
}

function thin(points: readonly ProgressEvent[]): readonly ProgressEvent[] {
  if (points.length <= maximumPoints) return points;
  return points.filter((_, index) => index % 2 === 1 || index >= points.length - 100);
}
