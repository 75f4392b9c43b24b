import type { Uri } from 'vscode';
import type { Document } from '../../corpus/corpus';

/** What the user pointed at: files and folders of any file system, and texts that are nowhere else. */
export interface CorpusPick {
  /** What it is called in titles, and what a model's name is made from. */
  readonly label: string;
  readonly uris: readonly Uri[];
  /** Selections and untitled documents. */
  readonly documents: readonly Document[];
}
