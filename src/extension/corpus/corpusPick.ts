import { basename } from 'node:path';
import type * as vscode from 'vscode';
import type { Document } from '../../corpus/corpus';
import { type RecipeFile, recipeFileName } from '../../corpus/select/recipe/recipeFile';
import { UserError } from '../failure';
import { readRecipeOf } from './recipes';

/** What the user pointed at: files and folders of any file system, and texts that are nowhere else. */
export interface CorpusPick {
  /** What it is called in titles, and what a model's name is made from. */
  readonly label: string;
  readonly uris: readonly vscode.Uri[];
  /** Selections and untitled documents. */
  readonly documents: readonly Document[];
  /** The recipe that says what of it is read, and how; it is that of the only one of {@link uris}. */
  readonly recipe?: RecipeFile;
}

/** What a folder's recipe says. @throws UserError where it has none, or a wrong one */
export async function recipePick({ name, uri }: vscode.WorkspaceFolder): Promise<CorpusPick> {
  const recipe = await readRecipeOf(uri);
  if (recipe === null) throw new UserError(`There is no ${recipeFileName} in ${name}.`);
  return { label: name, uris: [uri], documents: [], recipe };
}

/** Files and folders, as the explorer gives them. */
export function uriPick(uris: readonly vscode.Uri[]): CorpusPick {
  const [first] = uris;
  if (first === undefined) throw new UserError('There is nothing to train on in this selection.');
  const name = basename(first.path);
  const label = uris.length === 1 && name.includes('.') ? name.replace(/\.[^.]+$/, '') || name : name;
  return { label, uris, documents: [] };
}

/** A document as it is on screen. */
export function documentPick(document: vscode.TextDocument): CorpusPick {
  const pick = uriPick([document.uri]);
  return document.isUntitled ? { ...pick, uris: [], documents: [onScreen(document)] } : pick;
}

/** The selected text of an editor. */
export function selectionPick({ document, selections }: vscode.TextEditor): CorpusPick {
  const text = selections.map((selection) => document.getText(selection)).join('\n');
  if (text === '') throw new UserError('Nothing is selected: select the text to train on first.');
  const { label } = uriPick([document.uri]);
  return { label, uris: [], documents: [{ name: `${basename(document.uri.path)} (selection)`, text }] };
}

/** A document that has no file, or has other text there, as it is on screen. */
export function onScreen(document: vscode.TextDocument): CorpusPick['documents'][number] {
  return { name: basename(document.uri.path), text: document.getText() };
}
