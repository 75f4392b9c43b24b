import type { ModelsNode } from './modelsTree';

/** What a key of the view is given as its argument: the selected models are meant. */
interface SelectionArgument {
  readonly selection: true;
}

/**
 * The model folders that a command is about: what its arguments point at, be it a path, an item of the view, several selected
 * ones, or "the selection" as the view's keys have it. None where the palette ran it: the user is asked then.
 */
export function pointedFolders(
  argument: unknown,
  many: unknown,
  selection: () => readonly ModelsNode[],
): readonly string[] {
  if (isSelection(argument)) return foldersOf(selection());
  if (Array.isArray(many) && many.length > 0) return foldersOf(many);
  return foldersOf([argument]);
}

/** The folder of a model that is given by its path, or by its item in the view. */
export function folderOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || !('folder' in value)) return undefined;
  return typeof value.folder === 'string' ? value.folder : undefined;
}

function foldersOf(values: readonly unknown[]): readonly string[] {
  return values.map(folderOf).filter((folder) => folder !== undefined);
}

function isSelection(value: unknown): value is SelectionArgument {
  return typeof value === 'object' && value !== null && 'selection' in value && value.selection === true;
}
