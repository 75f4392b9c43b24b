/**
 * extension/corpus/: what to train on, as the user picks it: folders, files, editors, selections, recipes; files that
 * only the editor can read are handed over.
 */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { recipeFileName } from '../../corpus/select/recipe/recipeFile';
import { CancelledError, UserError } from '../failure';
import { type back, type Choice, pickOne, type Step } from '../picks';
import type { CorpusPick } from './corpusPick';
import { hasRecipe, readRecipeOf } from './recipes';

type Kind = 'workspace' | 'folder' | 'files' | 'open editors' | 'current file' | 'selection';

/** A kind of text, or the folder whose recipe says what. */
type Wish = Kind | vscode.WorkspaceFolder;

/** Has the user say what to train on; only what there is is offered. */
export async function pickText(step: Step): Promise<CorpusPick | typeof back> {
  const wish = await pickOne<Wish>(step, 'What should the model learn to write like?', await choices());
  if (typeof wish === 'symbol') return wish;
  return typeof wish === 'string' ? pickOf(wish) : recipePick(wish);
}

/** The text of one kind, which the user narrows further where it needs a dialog. */
async function pickOf(kind: Kind): Promise<CorpusPick> {
  switch (kind) {
    case 'workspace':
      return workspacePick();
    case 'folder':
      return dialogPick({ canSelectFolders: true, canSelectFiles: false });
    case 'files':
      return dialogPick({ canSelectFolders: false, canSelectFiles: true });
    case 'open editors':
      return openEditorsPick();
    case 'current file':
      return documentPick(currentEditor().document);
    case 'selection':
      return selectionPick(currentEditor());
    default:
      return kind satisfies never;
  }
}

/** Everything in the workspace's folders. @throws UserError where no folder is open. */
function workspacePick(): CorpusPick {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 0) throw noFolder();
  const label = vscode.workspace.name ?? folders[0]?.name ?? 'workspace';
  return { label, uris: folders.map(({ uri }) => uri), documents: [] };
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

async function choices(): Promise<readonly (Choice<Wish> | vscode.QuickPickItem)[]> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const told = await Promise.all(folders.map(({ uri }) => hasRecipe(uri)));
  const editor = vscode.window.activeTextEditor;
  const name = editor === undefined ? '' : basename(editor.document.uri.path);
  return [
    ...folders
      .filter((_, index) => told[index])
      .map((folder) => choice(folder, `$(checklist) As in ${recipeFileName}`, folders.length > 1 ? folder.name : '')),
    ...(folders.length === 0
      ? []
      : [choice('workspace', '$(root-folder) Whole workspace', folders.map((folder) => folder.name).join(', '))]),
    choice('folder', '$(folder) Folders…', 'everything below them'),
    choice('files', '$(files) Files…'),
    ...(openTexts().length === 0 ? [] : [choice('open editors', '$(multiple-windows) Open editors')]),
    ...(editor === undefined ? [] : [choice('current file', '$(file) Current file', name)]),
    ...(editor === undefined || editor.selections.every((selection) => selection.isEmpty)
      ? []
      : [choice('selection', '$(selection) Selection', name)]),
  ];
}

function choice<T extends Wish>(value: T, label: string, description = ''): Choice<T> {
  return { value, label, description };
}

async function dialogPick(
  kind: Required<Pick<vscode.OpenDialogOptions, 'canSelectFiles' | 'canSelectFolders'>>,
): Promise<CorpusPick> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const uris = await vscode.window.showOpenDialog({
    ...kind,
    canSelectMany: true,
    openLabel: 'Train on This',
    title: 'What should the model learn to write like?',
    ...(folder === undefined ? {} : { defaultUri: folder }),
  });
  if (uris === undefined) throw new CancelledError();
  return uriPick(uris);
}

function openEditorsPick(): CorpusPick {
  const uris = openTexts();
  if (uris.length === 0) throw new UserError('No text is open: open some documents first.');
  const untitled = vscode.workspace.textDocuments.filter(
    ({ isUntitled, uri }) => isUntitled && uris.some((open) => open.toString() === uri.toString()),
  );
  return {
    label: 'open editors',
    uris: uris.filter(({ scheme }) => scheme !== 'untitled'),
    documents: untitled.map(onScreen),
  };
}

/** What stands in the tabs, in their order; a tab that wasn't visited yet has no document. */
function openTexts(): readonly vscode.Uri[] {
  const open = new Map<string, vscode.Uri>();
  for (const { input } of vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs)) {
    if (input instanceof vscode.TabInputText || input instanceof vscode.TabInputNotebook) {
      open.set(input.uri.toString(), input.uri);
    }
  }
  return [...open.values()];
}

function onScreen(document: vscode.TextDocument): CorpusPick['documents'][number] {
  return { name: basename(document.uri.path), text: document.getText() };
}

function currentEditor(): vscode.TextEditor {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) throw new UserError('No text is open: open the document to train on first.');
  return editor;
}

function noFolder(): UserError {
  return new UserError('No folder is open: open one, or train on single files.', {
    title: 'Open Folder…',
    command: 'workbench.action.files.openFolder',
  });
}
