import * as vscode from 'vscode';
import { folderSize } from '../../model/footprint';
import { type ListedModel, listModels } from '../../model/modelFolder';
import { isBeingTrained } from '../../training/runLock';
import { isRunning, type Session } from '../session';
import { type Detail, modelDetails } from './modelDetails';
import { modelRow, type Progress } from './modelRow';
import { type Models, newestFirst, type Shelf } from './models';

/** What the view shows, level by level. Commands get a node as their argument, and read its `folder`. */
export type ModelsNode = ShelfNode | ModelNode | DetailNode;

/** A folder of models. */
export interface ShelfNode {
  readonly kind: 'shelf';
  readonly shelf: Shelf;
  readonly models: readonly ModelNode[];
}

/** A model, damaged or not. */
export interface ModelNode {
  readonly kind: 'model';
  /** Model folder, absolute path. */
  readonly folder: string;
  readonly shelf: Shelf;
  readonly listed: ListedModel;
  readonly bytes: number;
  /** Another window, or a terminal, trains it. */
  readonly trainedElsewhere: boolean;
}

/** A line that tells more of a model. */
export interface DetailNode {
  readonly kind: 'detail';
  readonly parent: ModelNode | DetailNode;
  readonly detail: Detail;
}

/** The tree of models: read from disk when asked, so that it shows what is there, whoever put it there. */
export class ModelsTree implements vscode.TreeDataProvider<ModelsNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<ModelsNode | undefined>();
  readonly onDidChangeTreeData = this.changed.event;

  /** Models shown now, by folder: what is handed to the editor is what it asks to be drawn again. */
  private shown = new Map<string, ModelNode>();

  constructor(
    private readonly models: Models,
    private readonly session: Session,
  ) {}

  /** Reads everything again. */
  refresh(): void {
    this.changed.fire(undefined);
  }

  /** Draws one model again, of which nothing has changed on disk. */
  redraw(folder: string): void {
    const node = this.shown.get(folder);
    if (node !== undefined) this.changed.fire(node);
  }

  dispose(): void {
    this.changed.dispose();
  }

  async getChildren(node?: ModelsNode): Promise<ModelsNode[]> {
    if (node === undefined) return this.roots();
    if (node.kind === 'shelf') return [...node.models];
    if (node.kind === 'detail') return node.detail.children.map((detail) => detailNode(node, detail));
    if (node.listed.kind === 'damaged') return [];
    const details = await modelDetails(node.folder, node.listed.description);
    return details.map((detail) => detailNode(node, detail));
  }

  getParent(node: ModelsNode): ModelsNode | undefined {
    if (node.kind === 'detail') return node.parent;
    return undefined;
  }

  getTreeItem(node: ModelsNode): vscode.TreeItem {
    switch (node.kind) {
      case 'shelf':
        return shelfItem(node);
      case 'model':
        return this.modelItem(node);
      case 'detail':
        return detailItem(node);
      default:
        return node satisfies never;
    }
  }

  /** Every shelf, so that a model can be dragged to one that is empty; nothing at all where there is no model. */
  private async roots(): Promise<ModelsNode[]> {
    const shelves = await Promise.all(this.models.shelves.map((shelf) => shelfNode(shelf)));
    const models = shelves.flatMap((node) => node.models);
    this.shown = new Map(models.map((node) => [node.folder, node]));
    return models.length === 0 ? [] : shelves;
  }

  private modelItem(node: ModelNode): vscode.TreeItem {
    const { folder, listed, bytes } = node;
    const isActive = this.session.state.activeModel?.folder === folder;
    const row = modelRow({ listed, bytes, isActive, progress: this.progressOf(node) }, Date.now());
    const item = new vscode.TreeItem(
      row.label,
      listed.kind === 'damaged' ? vscode.TreeItemCollapsibleState.None : vscode.TreeItemCollapsibleState.Collapsed,
    );
    item.id = folder;
    item.description = row.description;
    item.tooltip = new vscode.MarkdownString(row.tooltip);
    item.iconPath = iconOf(row.icon);
    item.contextValue = row.context;
    item.accessibilityInformation = { label: row.spoken };
    return item;
  }

  /** This window's own run tells how far it is; of another one only its lock is seen. */
  private progressOf({ folder, trainedElsewhere }: ModelNode): Progress | null {
    const { activity, run } = this.session.state;
    if (run?.started.folder === folder && isRunning(activity)) {
      return {
        phase: activity.kind === 'paused' ? 'paused' : 'training',
        share: run.progress.at(-1)?.share ?? 0,
      };
    }
    return trainedElsewhere ? { phase: 'training', share: null } : null;
  }
}

async function shelfNode(shelf: Shelf): Promise<ShelfNode> {
  const listed = [...(await listModels(shelf.folder))].sort(newestFirst);
  const models = await Promise.all(
    listed.map(async (model): Promise<ModelNode> => {
      const { folder } = model;
      const [bytes, trainedElsewhere] = await Promise.all([folderSize(folder), isBeingTrained(folder)]);
      return { kind: 'model', folder, shelf, listed: model, bytes, trainedElsewhere };
    }),
  );
  return { kind: 'shelf', shelf, models };
}

function detailNode(parent: ModelNode | DetailNode, detail: Detail): DetailNode {
  return { kind: 'detail', parent, detail };
}

function shelfItem({ shelf, models }: ShelfNode): vscode.TreeItem {
  const { None, Expanded } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(shelf.label, models.length === 0 ? None : Expanded);
  // The editor keeps an item folded that was so before: one that gets its first model counts as another, and is open.
  item.id = `${models.length === 0 ? 'empty' : 'shelf'}:${shelf.folder}`;
  item.description = models.length === 0 ? 'no models' : '';
  item.tooltip = shelf.folder;
  item.iconPath = new vscode.ThemeIcon(shelf.kind === 'user' ? 'account' : 'folder');
  item.contextValue = 'shelf';
  return item;
}

function detailItem({ detail }: DetailNode): vscode.TreeItem {
  const { None, Collapsed } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(detail.label, detail.children.length === 0 ? None : Collapsed);
  item.description = detail.description;
  item.iconPath = new vscode.ThemeIcon(detail.icon);
  if (detail.tooltip !== undefined) item.tooltip = new vscode.MarkdownString(detail.tooltip);
  item.contextValue = 'detail';
  return item;
}

function iconOf({ id, color }: { readonly id: string; readonly color?: string }): vscode.ThemeIcon {
  return new vscode.ThemeIcon(id, color === undefined ? undefined : new vscode.ThemeColor(color));
}
