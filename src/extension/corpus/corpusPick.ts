import type { Uri } from 'vscode';
import type { Document } from '../../corpus/corpus';
import type { RecipeFile } from '../../corpus/select/recipe/recipeFile';

/** What the user pointed at: files and folders of any file system, and texts that are nowhere else. */
export interface CorpusPick {
  /** What it is called in titles, and what a model's name is made from. */
  readonly label: string;
  readonly uris: readonly Uri[];
  /** Selections and untitled documents. */
  readonly documents: readonly Document[];
  /** The recipe that says what of it is read, and how; it is that of the only one of {@link uris}. */
  readonly recipe?: RecipeFile;
}
