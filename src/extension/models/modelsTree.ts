import { visible } from '../../base/visible';
import * as vscode from 'vscode';
import { folderSize } from '../../model/footprint';
import type { ListedModel } from '../../model/modelList';
import { isRunning, type Session } from '../session';
import type { Detail } from './modelDetails';
import { modelRow, type ModelRow, type RowProgress } from './modelRow';
import type { Models, Shelf } from './models';

/** What the view shows, level by level. Commands get a node as their argument, and read its `folder`. */
export type ModelsNode = ShelfNode | ModelNode | DetailNode;

/** A folder of models. */
export interface ShelfNode {
  readonly kind: 'shelf';
  readonly shelf: Shelf;
  readonly models: readonly ModelNode[];
}

/** A model, damaged or not. */
export interface ModelNode extends Readonly<ModelFacts> {
  readonly kind: 'model';
  /** Model folder, absolute path. */
  readonly folder: string;
  readonly shelf: Shelf;
}

/** What the disk says of a model. */
interface ModelFacts {
  listed: ListedModel;
  bytes: number;
  /** Another window, or a terminal, trains it. */
  trainedElsewhere: boolean;
}

/** A line that tells more of a model. */
interface DetailNode {
  readonly kind: 'detail';
  readonly parent: ModelNode | DetailNode;
  readonly detail: Detail;
}

/**
 * The tree of models: read from disk when asked, so that it shows what is there, whoever put it there.
 *
 * When all of a tree is drawn again, the editor forgets its items until it has asked for them anew, and a key, a menu or a
 * drag finds nothing in between. So a model keeps its item for as long as it is there, and only the items that differ from
 * what is drawn are drawn again, as long as no model has come or gone.
 */
export class ModelsTree implements vscode.TreeDataProvider<ModelsNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<ModelsNode[] | undefined>();
  readonly onDidChangeTreeData = this.changed.event;

  /** Models shown now, by folder: what is handed to the editor is what it asks to be drawn again. */
  private shown = new Map<string, ModelNode>();
  /** What was drawn last of each of them. */
  private readonly drawn = new Map<string, string>();
  /** Shelves and models as the editor has them, to see whether any came or went. */
  private order = '';
  private reading: Promise<void> = Promise.resolve();
  /** A reading that has not begun yet sees all that anybody asks for until then. */
  private next: Promise<void> | undefined;
  private isForgotten = false;

  constructor(
    private readonly models: Models,
    private readonly session: Session,
  ) {}

  /** The editor has forgotten the items and not asked for all of them again: it doesn't know what is selected. */
  get isUnknown(): boolean {
    return this.isForgotten;
  }

  /** Whether a model is among those that are shown. */
  has(folder: string): boolean {
    return this.shown.has(folder);
  }

  /** Reads everything again, one reading after the other, and has drawn what differs. */
  refresh(): Promise<void> {
    if (this.next !== undefined) return this.next;
    const next = this.reading.then(() => {
      this.next = undefined;
      return this.readAgain();
    });
    this.next = next;
    this.reading = next.catch(() => undefined);
    return next;
  }

  /** Draws one model again, of which nothing has changed on disk. */
  redraw(folder: string): void {
    const node = this.shown.get(folder);
    if (node !== undefined) this.changed.fire([node]);
  }

  dispose(): void {
    this.changed.dispose();
  }

  async getChildren(node?: ModelsNode): Promise<ModelsNode[]> {
    if (node === undefined) return this.roots();
    if (node.kind === 'shelf') {
      this.isForgotten = false;
      return [...node.models];
    }
    if (node.kind === 'detail') return node.detail.children.map((detail) => detailNode(node, detail));
    if (node.listed.kind === 'damaged') return [];
    const { modelDetails } = await import('./modelDetails');
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
    const shelves = await this.read();
    this.order = orderOf(shelves);
    const isEmpty = this.shown.size === 0;
    if (isEmpty) this.isForgotten = false;
    return isEmpty ? [] : [...shelves];
  }

  private async readAgain(): Promise<void> {
    const shelves = await this.read();
    if (orderOf(shelves) !== this.order) {
      this.isForgotten = true;
      this.changed.fire(undefined);
      return;
    }
    const differing = [...this.shown.values()].filter((node) => this.drawn.get(node.folder) !== this.drawingOf(node));
    if (differing.length > 0) this.changed.fire(differing);
  }

  /** Every shelf with its models; a model that was shown before keeps its item, with what is read now in it. */
  private async read(): Promise<readonly ShelfNode[]> {
    const shelves = await Promise.all(this.models.shelves.map((shelf) => this.readShelf(shelf)));
    const kept = shelves.map((read) => ({ ...read, models: read.models.map((model) => this.keep(model)) }));
    this.shown = new Map(kept.flatMap(({ models }) => models).map((node) => [node.folder, node]));
    for (const folder of this.drawn.keys()) if (!this.shown.has(folder)) this.drawn.delete(folder);
    return kept;
  }

  private async readShelf(shelf: Shelf): Promise<ShelfNode> {
    const models = (await this.models.listShelf(shelf.folder)).map(async (listed): Promise<ModelNode> => {
      const { folder } = listed;
      const { isBeingTrained } = await import('../../training/record/lockOwner');
      const [bytes, trainedElsewhere] = await Promise.all([folderSize(folder), isBeingTrained(folder)]);
      return { kind: 'model', folder, shelf, listed, bytes, trainedElsewhere };
    });
    return { kind: 'shelf', shelf, models: await Promise.all(models) };
  }

  private keep(read: ModelNode): ModelNode {
    const { listed, bytes, trainedElsewhere } = read;
    const before = this.shown.get(read.folder);
    return before === undefined ? read : Object.assign(before, { shelf: read.shelf, listed, bytes, trainedElsewhere });
  }

  private rowOf(node: ModelNode): ModelRow {
    const { folder, listed, bytes } = node;
    const isActive = this.session.state.activeModel?.folder === folder;
    return modelRow({ listed, bytes, isActive, progress: this.progressOf(node) }, Date.now());
  }

  /** All that the item of a model, and what is told below it, is made of. */
  private drawingOf(node: ModelNode): string {
    return JSON.stringify([this.rowOf(node), node.listed, node.bytes]);
  }

  private modelItem(node: ModelNode): vscode.TreeItem {
    const { folder, listed } = node;
    const row = this.rowOf(node);
    this.drawn.set(folder, this.drawingOf(node));
    const item = new vscode.TreeItem(
      visible(row.label),
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

  /** The run that is shown, this window's own or one that is followed, tells how far it is; of others only the lock is seen. */
  private progressOf({ folder, trainedElsewhere }: ModelNode): RowProgress | null {
    const { activity, run, elsewhere } = this.session.state;
    if (run?.started.folder === folder && (isRunning(activity) || elsewhere !== null)) {
      return {
        phase: run.phase === 'paused' ? 'paused' : 'training',
        share: run.progress.at(-1)?.share ?? 0,
      };
    }
    return trainedElsewhere ? { phase: 'training', share: null } : null;
  }
}

function orderOf(shelves: readonly ShelfNode[]): string {
  return JSON.stringify(shelves.map(({ shelf, models }) => [shelf, models.map(({ folder }) => folder)]));
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
  const item = new vscode.TreeItem(visible(detail.label), detail.children.length === 0 ? None : Collapsed);
  item.description = detail.description;
  item.iconPath = new vscode.ThemeIcon(detail.icon);
  if (detail.tooltip !== undefined) item.tooltip = new vscode.MarkdownString(detail.tooltip);
  item.contextValue = 'detail';
  return item;
}

function iconOf({ id, color }: { readonly id: string; readonly color?: string }): vscode.ThemeIcon {
  return new vscode.ThemeIcon(id, color === undefined ? undefined : new vscode.ThemeColor(color));
}
