/**
 * extension/corpus/tree/: the Corpus view: every file that is read or left out, and why.
 */
import * as vscode from 'vscode';
import { recipeFileName } from '../../../corpus/select/recipe/recipeFile';
import type { BackgroundProcess } from '../../background/backgroundProcess';
import { UserError } from '../../failure';
import type { Reporter } from '../../reporter';
import type { Settings } from '../../settings';
import { changeRecipe, hasRecipe } from '../recipes';
import { itemsTitle } from '../summaryText';
import { recipesStamp, watchRecipes } from '../watchRecipes';
import { type CorpusRow, pathOf } from './corpusRow';
import { type FolderCorpus, listFolder } from './folderCorpus';
import type { CorpusNode, FolderNode } from './listing';

/** Rows of one folder that are shown at first, and with each "more": the editor is slow with many. */
const rowsAtOnce = 500;

/** Set once the tree has something to show: until then its welcome is. */
const listedKey = 'textloom.corpusListed';

/**
 * The view of every file in the corpus or out of it, and why. Nothing is read before it is looked at, and of a folder without a
 * recipe not before it is asked for.
 */
export class CorpusTree implements vscode.TreeDataProvider<CorpusRow>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<CorpusRow | undefined>();
  private readonly view: vscode.TreeView<CorpusRow>;
  private readonly listening: vscode.Disposable;
  private readonly corpora = new Map<string, Promise<FolderCorpus>>();
  private readonly rows = new WeakMap<CorpusNode, CorpusRow>();
  private readonly shown = new WeakMap<FolderNode, number>();
  private reloading: NodeJS.Timeout | undefined;
  private listings = new vscode.CancellationTokenSource();
  /** From the first look at the tree on. */
  private watcher: ReturnType<typeof watchRecipes> | undefined;
  /** Of the recipes when they were looked at last. */
  private stamp = '';
  private wasHidden = false;
  /** The user wants to see what would be read though no recipe says anything. */
  private wanted = false;

  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly background: BackgroundProcess,
    private readonly settings: () => Settings,
    private readonly reporter: Reporter,
  ) {
    this.view = vscode.window.createTreeView('textloom.corpus', { treeDataProvider: this, showCollapseAll: true });
    this.listening = vscode.Disposable.from(
      vscode.workspace.onDidChangeConfiguration((event) => {
        const relevant = ['textloom.corpus', 'files.exclude', 'search.exclude'];
        if (this.corpora.size > 0 && relevant.some((name) => event.affectsConfiguration(name))) this.reload();
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.rearrange()),
      this.view.onDidChangeVisibility(({ visible }) => {
        // To look at it is to look at the disk; the first time, that is done already.
        if (visible && this.wasHidden) this.reload();
        this.wasHidden = !visible;
      }),
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused && this.view.visible) void this.lookAgain();
      }),
    );
  }

  async getTreeItem(row: CorpusRow): Promise<vscode.TreeItem> {
    const { itemOf } = await import('./corpusItems');
    return itemOf(row);
  }

  async getChildren(row?: CorpusRow): Promise<CorpusRow[]> {
    switch (row?.kind) {
      case undefined:
        return this.roots();
      case 'root':
        return this.rowsOfFolder(row.folder);
      case 'folder':
        return this.rowsIn(row.corpus, row.node);
      case 'file':
      case 'more':
        return [];
      default:
        return row satisfies never;
    }
  }

  /** Lists everything anew. */
  async refresh(): Promise<void> {
    this.wanted = true;
    this.reload();
    await vscode.commands.executeCommand('textloom.corpus.focus');
  }

  /** Takes a file or folder out of the corpus by the folder's recipe, which is made if need be. */
  async exclude(row: CorpusRow | undefined): Promise<void> {
    const { corpus, path } = placeOf(row);
    const { withExcluded } = await import('../../../corpus/select/recipe/recipeEdits');
    await changeRecipe(corpus.folder.uri, (recipe) => withExcluded(recipe, path));
    this.reload();
  }

  /** Takes a file or folder into the corpus that is left out. @throws UserError where no recipe can do that */
  async include(row: CorpusRow | undefined): Promise<void> {
    const { corpus, path } = placeOf(row);
    const verdict = row?.kind === 'file' ? row.node.document.verdict : 'included';
    if (verdict === 'included') return;
    const { withIncluded } = await import('../../../corpus/select/recipe/recipeEdits');
    await changeRecipe(corpus.folder.uri, (recipe) => {
      const changed = withIncluded(recipe, path, verdict);
      if (changed === null) throw new UserError(`${path} can't be taken in by ${recipeFileName}.`);
      return changed;
    });
    this.reload();
  }

  /** Shows more rows of a long folder. */
  showMore(row: CorpusRow | undefined): void {
    if (row?.kind !== 'more') return;
    this.shown.set(row.node, row.shown + 4 * rowsAtOnce);
    this.changed.fire(row.node.path === '' ? undefined : this.rowOf(row.corpus, row.node));
  }

  dispose(): void {
    clearTimeout(this.reloading);
    this.listings.cancel();
    this.listings.dispose();
    this.watcher?.dispose();
    this.listening.dispose();
    this.view.dispose();
    this.changed.dispose();
  }

  /** Lists anew what is looked at; several reasons at once are one. */
  private reload(): void {
    clearTimeout(this.reloading);
    this.reloading = setTimeout(() => {
      this.listings.cancel();
      this.listings.dispose();
      this.listings = new vscode.CancellationTokenSource();
      void this.listAnew(this.listings.token);
    }, 100);
  }

  /**
   * Draws all again once that can be done at once: told to, the editor forgets its rows, and a button that is pressed before
   * it has new ones does nothing.
   */
  private async listAnew(token: vscode.CancellationToken): Promise<void> {
    const listed = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => this.corpora.has(uri.toString()));
    this.corpora.clear();
    // What fails is told as it is drawn.
    const listing = Promise.allSettled(listed.map((folder) => this.corpusOf(folder)));
    await vscode.window.withProgress({ location: { viewId: 'textloom.corpus' } }, () => listing);
    if (!token.isCancellationRequested) this.changed.fire(undefined);
  }

  private async roots(): Promise<CorpusRow[]> {
    this.watch();
    const folders = vscode.workspace.workspaceFolders ?? [];
    this.stamp = await recipesStamp(folders);
    const told = await Promise.all(folders.map(({ uri }) => hasRecipe(uri)));
    const isListed = folders.length > 0 && (this.wanted || told.includes(true));
    await vscode.commands.executeCommand('setContext', listedKey, isListed);
    const [folder, ...others] = folders;
    if (!isListed || folder === undefined) return [];
    if (others.length === 0) return this.rowsOfFolder(folder);
    return folders.map((each) => ({ kind: 'root', folder: each }));
  }

  private async rowsOfFolder(folder: vscode.WorkspaceFolder): Promise<CorpusRow[]> {
    try {
      const corpus = await this.corpusOf(folder);
      this.view.message = '';
      this.view.description = itemsTitle(corpus.summary);
      return this.rowsIn(corpus, corpus.listing.root);
    } catch (error) {
      if (this.listings.token.isCancellationRequested) return [];
      this.view.message = error instanceof UserError ? error.message : '';
      this.reporter.tell(error);
      return [];
    }
  }

  private rowsIn(corpus: FolderCorpus, folder: FolderNode): CorpusRow[] {
    const children = corpus.listing.childrenOf(folder);
    const shown = this.shown.get(folder) ?? rowsAtOnce;
    const rows = children.slice(0, shown).map((node) => this.rowOf(corpus, node));
    return shown < children.length ? [...rows, { kind: 'more', corpus, node: folder, shown }] : rows;
  }

  /** One row a node: the editor knows a row again by its identity. */
  private rowOf(corpus: FolderCorpus, node: CorpusNode): CorpusRow {
    const row: CorpusRow =
      this.rows.get(node) ??
      (node.kind === 'folder' ? { kind: 'folder', corpus, node } : { kind: 'file', corpus, node });
    this.rows.set(node, row);
    return row;
  }

  private corpusOf(folder: vscode.WorkspaceFolder): Promise<FolderCorpus> {
    const key = folder.uri.toString();
    const known = this.corpora.get(key);
    if (known !== undefined) return known;
    const listing = listFolder(folder, this.background, this.settings(), this.listings.token);
    this.corpora.set(key, listing);
    return listing;
  }

  /** Follows recipes that are written by hand, from the first look at the tree on. */
  private watch(): void {
    if (this.watcher === undefined) {
      this.watcher = watchRecipes(vscode.workspace.workspaceFolders ?? [], () => this.reload());
    } else {
      this.watcher.arm();
    }
  }

  private rearrange(): void {
    if (this.watcher === undefined) return;
    this.watcher.dispose();
    this.watcher = undefined;
    this.reload();
  }

  /** Lists anew where a recipe is another than that which was seen. All of a large corpus is not read at each look. */
  private async lookAgain(): Promise<void> {
    if (this.watcher === undefined) return;
    this.watcher.arm();
    const stamp = await recipesStamp(vscode.workspace.workspaceFolders ?? []);
    if (stamp !== this.stamp) this.reload();
  }
}

function placeOf(row: CorpusRow | undefined): { readonly corpus: FolderCorpus; readonly path: string } {
  if (row?.kind === 'folder' || row?.kind === 'file') return { corpus: row.corpus, path: pathOf(row) };
  throw new UserError('Choose a file or folder in the corpus view first.');
}
