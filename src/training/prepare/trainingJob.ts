import type { Corpus } from '../../corpus/corpus';
import type { Engine } from '../../engine/engine';
import type { ModelDescription } from '../../model/description';
import type { Clock } from '../loop/clock';
import type { Allowance } from '../loop/effort';
import type { RunOutcome } from '../record/events';
import type { Snapshot } from '../record/progress';
import type { RunRecord } from '../record/record';
import type { RunLock } from '../record/runLock';

/** A run, ready to go: prepare.ts and continuation.ts make them. It owns its corpus and its engine. */
export interface TrainingJob {
  /** The model's folder, there already. */
  readonly folder: string;
  readonly description: ModelDescription;
  readonly corpus: Corpus;
  readonly engine: Engine;
  /** Why this engine, one sentence. */
  readonly engineReason: string;
  /** The initial snapshot, or where an earlier session left off. */
  readonly start: Snapshot;
  readonly record: RunRecord;
  /** Keeps other processes out of the folder until the run is over. */
  readonly lock: RunLock;
  /** What to say first where the run goes on from an earlier session. */
  readonly opening: string | null;
  /** What to say of text that its vocabulary lacks; null where there is hardly any. */
  readonly unknownNotice: string | null;
  /** Its text isn't what its model was scored on before: the model's quality has to be found out anew. */
  readonly isNewText?: boolean;
  /** The model was there before this run, and a discarded run gives it back. */
  readonly hasBefore: boolean;
  /** Puts everything back as it was before this run. */
  readonly undo: () => Promise<void>;
  /** Puts everything back as it was before this session, whose first step hasn't been taken. */
  readonly abandon: () => Promise<void>;
  /** Gives up the way back: the run is over and its model stays. */
  readonly keep: () => Promise<void>;
  /** What it may take of the machine at first; else all of it. */
  readonly allowance?: Allowance;
  readonly clock?: Clock;
}

/** How a session ends: with its run, or suspended, for another process to go on. */
export type SessionEnd = RunOutcome | { readonly kind: 'suspended' };
