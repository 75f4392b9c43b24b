import * as vscode from 'vscode';
import { afterActivation } from '../afterActivation';
import type { CurrentSettings } from '../currentSettings';
import type { Reporter } from '../reporter';
import type { Session, SessionState } from '../session';
import type { DragModels } from './dragModels';
import type { ModelBin } from './modelBin';
import type { Models } from './models';
import { type ModelsNode, ModelsTree } from './modelsTree';
import { ShelfWatch } from './watchShelves';

/** How often the share of a running training is drawn, at most, milliseconds. */
const redrawInterval = 1000;

/** The view of models in the activity bar: keeps it equal to what is on disk and to the session. */
export class ModelsView implements vscode.Disposable {
  private readonly tree: ModelsTree;
  private readonly view: vscode.TreeView<ModelsNode>;
  private readonly listening: vscode.Disposable;
  private readonly beginning: vscode.Disposable;
  /** From after the activation on. */
  private shelfWatch: ShelfWatch | undefined;
  private told: SessionState;
  /** What was selected when the editor last knew. */
  private selected: readonly ModelsNode[] = [];
  private readonly looked = new vscode.EventEmitter<void>();
  /** Fires when the models on disk are looked at, since something of them may have changed. */
  readonly onDidLook = this.looked.event;
  /** When a share was drawn last, milliseconds. */
  private drawn = 0;

  constructor(
    private readonly models: Models,
    session: Session,
    private readonly reporter: Reporter,
    settings: CurrentSettings,
    bin: ModelBin,
    dragAndDropController: DragModels,
  ) {
    this.told = session.state;
    this.tree = new ModelsTree(models, session);
    this.view = vscode.window.createTreeView('textloom.models', {
      treeDataProvider: this.tree,
      canSelectMany: true,
      dragAndDropController,
    });
    this.beginning = afterActivation(() => this.watch());
    this.listening = vscode.Disposable.from(
      session.onDidChange((state) => this.follow(state)),
      settings.onDidChange(() => this.rearrange()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.rearrange()),
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused) this.refresh();
      }),
      this.view.onDidChangeSelection(({ selection }) => {
        if (selection.length > 0 || !this.tree.isUnknown) this.selected = selection;
      }),
      this.view.onDidChangeVisibility(({ visible }) => {
        if (!visible) return;
        this.refresh();
        void this.reporter.attempt(() => bin.empty());
      }),
    );
  }

  /**
   * Items selected in the view: what a key that is pressed in it is about. While the editor draws the tree again it says that
   * nothing is selected: what was selected before is meant then, as far as it is still there.
   */
  get selection(): readonly ModelsNode[] {
    const { selection } = this.view;
    if (selection.length > 0) return selection;
    return this.selected.filter((node) => node.kind === 'model' && this.tree.has(node.folder));
  }

  /** Looks at the disk again: which models there are, and which of them writes. What the watchers missed is seen then, too. */
  refresh(): void {
    void this.reporter.attempt(() => this.models.active());
    this.looked.fire();
    this.redraw();
  }

  dispose(): void {
    this.listening.dispose();
    this.beginning.dispose();
    this.shelfWatch?.dispose();
    this.view.dispose();
    this.looked.dispose();
    this.tree.dispose();
  }

  /** What isn't seen is read when it is shown. */
  private redraw(): void {
    this.shelfWatch?.arm();
    if (this.view.visible) void this.reporter.attempt(() => this.tree.refresh());
  }

  /** The folders of models may be other ones now. */
  private rearrange(): void {
    this.watch();
    this.refresh();
  }

  private watch(): void {
    this.shelfWatch?.dispose();
    this.shelfWatch = new ShelfWatch(this.models.shelves, () => this.refresh());
  }

  /** Another model writes, or a run has begun or ended: all is read again. A running one only draws its share anew. */
  private follow(state: SessionState): void {
    const before = this.told;
    this.told = state;
    if (before.activeModel !== state.activeModel || before.activity.kind !== state.activity.kind) {
      this.redraw();
      return;
    }
    const { run } = state;
    const now = Date.now();
    if (run === null || run === before.run || !this.view.visible || now - this.drawn < redrawInterval) return;
    this.drawn = now;
    this.tree.redraw(run.started.folder);
  }
}
