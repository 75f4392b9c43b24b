/**
 * extension/panel/: the editor's side of the panel. Opens its tab and restores it after a reload, fills the view that can be
 * docked, feeds both from the session and obeys what they ask, once checked. The page itself is src/panel; what the two say to
 * each other is src/protocol/panel.ts.
 */
import * as vscode from 'vscode';
import { type PageSurroundings, PanelPage } from './panelPage';
import { pageOptions } from './webview';

const tabType = 'textloom.panel';

/** The view of package.json that holds the same page: below the editor, or wherever it is dragged. */
const viewType = 'textloom.dashboard';

/** The panel of a window: one tab at most, and a view that can be docked. */
export class Panel implements vscode.WebviewViewProvider, vscode.Disposable {
  private readonly registrations: vscode.Disposable;
  private readonly pages = new Set<PanelPage>();
  private tab: vscode.WebviewPanel | null = null;
  private view: vscode.WebviewView | null = null;

  constructor(private readonly surroundings: PageSurroundings) {
    this.registrations = vscode.Disposable.from(
      vscode.window.registerWebviewPanelSerializer(tabType, {
        deserializeWebviewPanel: (tab) => {
          this.adopt(tab);
          return Promise.resolve();
        },
      }),
      vscode.window.registerWebviewViewProvider(viewType, this),
    );
  }

  /** Brings the panel to the front, where it is or else beside what is being edited; the cursor stays where it is. */
  show(): void {
    if (this.tab !== null) {
      this.tab.reveal(undefined, true);
      return;
    }
    if (this.view?.visible === true) return;
    const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const options = pageOptions(this.surroundings.extension);
    this.adopt(vscode.window.createWebviewPanel(tabType, 'Textloom', place, options));
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.view = view;
    const page = this.open(view.webview);
    view.onDidChangeVisibility(() => {
      if (!view.visible) page.rest();
    });
    view.onDidDispose(() => {
      this.close(page);
      if (this.view === view) this.view = null;
    });
  }

  dispose(): void {
    this.registrations.dispose();
    for (const page of this.pages) page.dispose();
    this.tab?.dispose();
  }

  private adopt(tab: vscode.WebviewPanel): void {
    this.tab?.dispose();
    this.tab = tab;
    const media = vscode.Uri.joinPath(this.surroundings.extension, 'media');
    tab.iconPath = {
      light: vscode.Uri.joinPath(media, 'panel-light.svg'),
      dark: vscode.Uri.joinPath(media, 'panel-dark.svg'),
    };
    const page = this.open(tab.webview);
    tab.onDidChangeViewState(() => {
      if (!tab.visible) page.rest();
    });
    tab.onDidDispose(() => {
      this.close(page);
      if (this.tab === tab) this.tab = null;
    });
  }

  private open(webview: vscode.Webview): PanelPage {
    const page = new PanelPage(webview, this.surroundings);
    this.pages.add(page);
    return page;
  }

  private close(page: PanelPage): void {
    this.pages.delete(page);
    page.dispose();
  }
}
