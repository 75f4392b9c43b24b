import type { Effort } from '../training/loop/effort';
import type { TrainingControl, TrainingEvent } from '../training/record/events';
import type { Run } from '../training/record/run';

/** Everything that the panel shows. */
export interface PanelSnapshot extends PanelSurroundings {
  /** The run that is on, or the last one; null before the first. */
  readonly run: Run | null;
  /** Earlier runs to compare with, newest first: their evaluation curves. */
  readonly earlier: readonly EarlierRun[];
}

/** What the panel shows beside runs: a few words and numbers, which may change often. */
export interface PanelSurroundings {
  /** The run goes on, paused or not, here or elsewhere. One that has no end and isn't live was cut short. */
  readonly live: boolean;
  /** Whose the run is where another window or a terminal is at it, "another window" say; null where it is this window's. */
  readonly elsewhere: string | null;
  /** A training is being prepared: one line that says what is done now. */
  readonly preparing: string | null;
  /** The last training, or its preparation, ended badly: one sentence. */
  readonly failure: string | null;
  /** How much of the machine a training takes. */
  readonly effort: Effort;
  /** Name of the model that Generate at Cursor uses. */
  readonly activeModel: string | null;
}

/** The curve of a finished model, to be laid under the live one. */
export interface EarlierRun {
  readonly name: string;
  readonly folder: string;
  /** [seconds, natsPerCharacter] */
  readonly curve: readonly (readonly [number, number])[];
}

/**
 * Editor to panel. A snapshot replaces everything; events add to it, batched to at most ten messages a second, with what
 * stands beside the run where that has changed.
 */
export type ToPanel =
  | { readonly type: 'snapshot'; readonly snapshot: PanelSnapshot }
  | {
      readonly type: 'events';
      readonly events: readonly TrainingEvent[];
      readonly surroundings?: PanelSurroundings;
    };

/** What the page may ask the editor to do beside the run; nothing else of the editor can be reached from it. */
export type PanelCommand =
  | 'train'
  | 'cancelPreparation'
  | 'continue'
  | 'generate'
  | 'runQuietly'
  | 'runAtFullSpeed'
  | 'showLog'
  | 'showCard'
  | 'saveCard'
  | 'selectModel';

/** Panel to editor. Every one is validated before it is obeyed. */
export type FromPanel =
  /** The page is up and wants a snapshot. */
  | { readonly type: 'ready' }
  | { readonly type: 'control'; readonly control: TrainingControl }
  | { readonly type: 'command'; readonly command: PanelCommand }
  /** Train the model that is shown to the end of its budget, and so many minutes longer. */
  | { readonly type: 'continue'; readonly minutes: number }
  | { readonly type: 'insert'; readonly text: string }
  | { readonly type: 'copy'; readonly text: string }
  | { readonly type: 'save'; readonly file: 'metrics.csv' | 'chart.png' | 'chart.svg'; readonly content: string };
