import * as vscode from 'vscode';
import { packedEnding } from '../../model/modelFiles';
import type { Reporter } from '../reporter';
import type { CarryModels } from './carryModels';
import type { ChangeModels } from './changeModels';
import type { ModelsNode } from './modelsTree';

/** What the editor has for items of this view; it names the view in small letters. */
const itemType = 'application/vnd.code.tree.textloom.models';
const filesType = 'text/uri-list';

/** Models are dragged from one folder of models to another; a packed model that is dropped is imported there. */
export class DragModels implements vscode.TreeDragAndDropController<ModelsNode> {
  readonly dragMimeTypes = [itemType];
  readonly dropMimeTypes = [itemType, filesType];

  constructor(
    private readonly change: () => Promise<ChangeModels>,
    private readonly carry: () => Promise<CarryModels>,
    private readonly reporter: Reporter,
  ) {}

  handleDrag(nodes: readonly ModelsNode[], data: vscode.DataTransfer): void {
    const folders = nodes.flatMap((node) => (node.kind === 'model' ? [node.folder] : []));
    if (folders.length > 0) data.set(itemType, new vscode.DataTransferItem(folders));
  }

  async handleDrop(target: ModelsNode | undefined, data: vscode.DataTransfer): Promise<void> {
    const shelf = shelfUnder(target);
    const folders: unknown = data.get(itemType)?.value;
    await this.reporter.attempt(async () => {
      if (isTexts(folders)) {
        if (shelf !== undefined) await (await this.change()).move(folders, shelf);
        return;
      }
      const list = await data.get(filesType)?.asString();
      const files = packedFiles(list ?? '');
      if (files.length > 0) await (await this.carry()).import(files, shelf);
    });
  }
}

/** The folder of models that something is dropped on: on itself, on one of its models or on what is told of one. */
function shelfUnder(node: ModelsNode | undefined): string | undefined {
  if (node === undefined) return undefined;
  return node.kind === 'detail' ? shelfUnder(node.parent) : node.shelf.folder;
}

function packedFiles(list: string): readonly string[] {
  const lines = list.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
  const uris = lines.map((line) => vscode.Uri.parse(line));
  return uris
    .filter(({ scheme, path }) => scheme === 'file' && path.endsWith(packedEnding))
    .map(({ fsPath }) => fsPath);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
