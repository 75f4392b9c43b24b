/**
 * extension/corpus/: what to train on, as the user picks it: folders, files, editors, selections, recipes; files that
 * only the editor can read are handed over.
 */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { recipeFileName } from '../../corpus/select/recipe/recipeFile';
import { CancelledError, UserError } from '../failure';
import { type back, pickOne, type PickRow, type Step } from '../picks';
import { type CorpusPick, documentPick, onScreen, recipePick, selectionPick, uriPick } from './corpusPick';
import { hasRecipe } from './recipes';

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

async function choices(): Promise<readonly (PickRow<Wish> | vscode.QuickPickItem)[]> {
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

function choice<T extends Wish>(value: T, label: string, description = ''): PickRow<T> {
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
