import type { ModelDescription } from '../model/description';
import type { ModelFault } from '../model/modelError';
import type { TokenizerKind } from '../model/tokenizerKinds';
import type { RunHistory } from '../training/record/run';
import type { FromPanel } from './panel';

/** A model as its page shows it: everything about it but its weights and its vocabulary. */
export interface ModelPage {
  readonly description: Omit<ModelDescription, 'tokenizer'>;
  readonly tokenizer: TokenizerKind;
  /** The newest format that this Textloom writes. */
  readonly newestFormat: number;
  /** A folder of files, or all of them packed in one. */
  readonly place: ModelPlace;
  /** What its files tell of the run that made it. */
  readonly history: RunHistory;
  /** Globs and places that its text came from; null where that isn't known here. */
  readonly source: CorpusPlace | null;
  readonly files: readonly ModelFile[];
  readonly hasWeights: boolean;
  /** How many weights it has. */
  readonly parameters: number;
}

/** Where a model lies. */
export type ModelPlace = 'folder' | 'pack';

/** Where the text of a model came from, as far as it can be read again. */
export interface CorpusPlace {
  /** Relative to the folder that was trained in, where they lie below it. */
  readonly paths: readonly string[];
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** One file of a model. */
export interface ModelFile {
  readonly name: string;
  readonly bytes: number;
}

/** Why there is no model to show. */
export interface ModelDamage {
  readonly fault: ModelFault;
  readonly title: string;
  /** One sentence. */
  readonly reason: string;
  /** What to do about it, one sentence. */
  readonly advice: string;
}

/** What can be done with a model from its page. */
export type ModelCommand =
  | 'use'
  | 'generate'
  | 'continue'
  | 'compare'
  | 'export'
  | 'import'
  | 'rename'
  | 'duplicate'
  | 'reveal'
  | 'delete'
  | 'showCard'
  | 'saveCard'
  | 'showText'
  | 'showPanel'
  | 'update';

/** How a model stands in this window at the moment. */
export interface ModelStanding {
  /** Generate at Cursor uses it. */
  readonly active: boolean;
  /** It is being trained: share of the budget used. */
  readonly training: { readonly share: number; readonly paused: boolean } | null;
  /** What can be done now. */
  readonly commands: readonly ModelCommand[];
}

/** SHA-256 of the weights' file, hex; null where there are no weights. */
export type Checksum = 'computing' | 'unreadable' | { readonly sha256: string | null };

/** What the page shows, but for the standing. */
export type ModelContent =
  | {
      readonly kind: 'model';
      readonly model: ModelPage;
      readonly checksum: Checksum;
    }
  | { readonly kind: 'damaged'; readonly damage: ModelDamage };

/** Editor to page: each replaces what was there. */
export type ToModelPage =
  | { readonly type: 'content'; readonly content: ModelContent; readonly standing: ModelStanding }
  | { readonly type: 'standing'; readonly standing: ModelStanding };

/** Page to editor. Every one is validated before it is obeyed. */
export type FromModelPage =
  | Extract<FromPanel, { type: 'ready' | 'insert' | 'copy' | 'save' }>
  | { readonly type: 'command'; readonly command: ModelCommand };
