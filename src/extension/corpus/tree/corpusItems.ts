import * as vscode from 'vscode';
import { formatCount, plural } from '../../../base/format';
import { withIncluded } from '../../../corpus/select/recipe/recipeEdits';
import type { CorpusRow } from './corpusRow';
import type { FolderCorpus } from './folderCorpus';
import type { FileNode, FolderNode } from './listing';
import { verdictText } from './reasons';

/** How a row looks. Its `contextValue` says what can be done with it: `in` can go out, `out` can come in. */
export function itemOf(row: CorpusRow): vscode.TreeItem {
  switch (row.kind) {
    case 'root':
      return rootItem(row.folder);
    case 'folder':
      return folderItem(row.corpus, row.node);
    case 'file':
      return fileItem(row.corpus, row.node);
    case 'more':
      return moreItem(row);
    default:
      return row satisfies never;
  }
}

function rootItem({ name, uri }: vscode.WorkspaceFolder): vscode.TreeItem {
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = uri.toString();
  item.iconPath = new vscode.ThemeIcon('root-folder');
  return item;
}

function folderItem(corpus: FolderCorpus, { name, path, included, leftOut, characters }: FolderNode): vscode.TreeItem {
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = vscode.Uri.joinPath(corpus.folder.uri, path).toString();
  item.description =
    leftOut === 0 ? plural(included, 'file') : `${formatCount(included)} of ${plural(included + leftOut, 'file')}`;
  item.tooltip = `${path}: ${formatCount(characters)} characters are read`;
  item.iconPath = included === 0 ? out : new vscode.ThemeIcon('folder');
  item.contextValue = included === 0 ? 'fixed' : 'in';
  item.accessibilityInformation = { label: `folder ${name}, ${item.description} read` };
  return item;
}

function fileItem(corpus: FolderCorpus, { name, document }: FileNode): vscode.TreeItem {
  const isFolder = document.name.endsWith('/');
  const isIn = document.verdict === 'included';
  const text = verdictText(document, corpus.recipe);
  const uri = vscode.Uri.joinPath(corpus.folder.uri, document.name);
  const item = new vscode.TreeItem(isFolder ? `${name}/` : name);
  item.id = uri.toString();
  item.description = text;
  item.tooltip = `${document.name}\n${isIn ? 'Read' : 'Left out'}: ${text}`;
  item.iconPath = isIn ? into : out;
  item.contextValue = isIn ? 'in' : canComeIn(corpus, document) ? 'out' : 'fixed';
  item.accessibilityInformation = { label: `${name}, ${isIn ? 'read' : 'left out'}: ${text}` };
  if (!isFolder) item.command = { title: 'Open File', command: 'vscode.open', arguments: [uri] };
  return item;
}

function canComeIn({ recipe }: FolderCorpus, { name, verdict }: FileNode['document']): boolean {
  return verdict !== 'included' && withIncluded(recipe, name, verdict) !== null;
}

function moreItem(row: Extract<CorpusRow, { kind: 'more' }>): vscode.TreeItem {
  const left = row.node.children.size - row.shown;
  const item = new vscode.TreeItem(`${formatCount(left)} more…`);
  item.command = { title: 'Show More', command: 'textloom.showMoreOfCorpus', arguments: [row] };
  item.iconPath = new vscode.ThemeIcon('ellipsis');
  return item;
}

const into = new vscode.ThemeIcon('pass-filled', new vscode.ThemeColor('charts.green'));
const out = new vscode.ThemeIcon('circle-slash', new vscode.ThemeColor('disabledForeground'));
