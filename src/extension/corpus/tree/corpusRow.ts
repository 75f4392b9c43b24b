import type * as vscode from 'vscode';
import type { FolderCorpus } from './folderCorpus';
import type { FileNode, FolderNode } from './listing';

/** A row of the tree. */
export type CorpusRow =
  /** A workspace folder, where there are several. */
  | { readonly kind: 'root'; readonly folder: vscode.WorkspaceFolder }
  | { readonly kind: 'folder'; readonly corpus: FolderCorpus; readonly node: FolderNode }
  | { readonly kind: 'file'; readonly corpus: FolderCorpus; readonly node: FileNode }
  /** What a long folder has beyond the rows shown. */
  | { readonly kind: 'more'; readonly corpus: FolderCorpus; readonly node: FolderNode; readonly shown: number };

/** The path of a row in its folder; a folder that isn't read has a slash at its end. */
export function pathOf(row: Extract<CorpusRow, { kind: 'folder' | 'file' }>): string {
  return row.kind === 'folder' ? `${row.node.path}/` : row.node.document.name;
}
