/**
 * extension/modelEditor/: a model as a tab of the editor. Opens for the `model.json` of a model folder and for packed models,
 * reads them, shows them on a page (src/panel/model) and does what the page asks for through the commands that everybody
 * uses. It changes no model itself.
 */
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { ModelError } from '../../model/modelError';
import { modelFiles, packedEnding } from '../../model/modelFiles';
import type { Models } from '../models/models';
import { pickModel } from '../models/selectModel';
import { pageOptions, webviewHtml } from '../panel/webview';
import type { ModelFiles } from './modelFiles';
import type { TabSurroundings } from './modelTab';

const viewType = 'textloom.model';

/** Shows models in tabs. */
export class ModelEditor implements vscode.CustomReadonlyEditorProvider, vscode.Disposable {
  private readonly registration: vscode.Disposable;

  constructor(
    private readonly extension: vscode.Uri,
    private readonly models: Models,
    private readonly surroundings: TabSurroundings,
  ) {
    this.registration = vscode.window.registerCustomEditorProvider(viewType, this, {
      supportsMultipleEditorsPerDocument: true,
      webviewOptions: { enableFindWidget: true },
    });
  }

  /** Opens a model: what a command's argument points at, else the one that the user picks. */
  async open(target: unknown): Promise<void> {
    const path =
      pathOf(target) ?? (await pickModel(this.models, 'Open Model', 'Which model?', await this.models.intact())).folder;
    const file = vscode.Uri.file(path);
    const uri = path.endsWith(packedEnding) ? file : vscode.Uri.joinPath(file, modelFiles.description);
    await vscode.commands.executeCommand('vscode.openWith', uri, viewType);
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  async resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): Promise<void> {
    const closing = new AbortController();
    panel.onDidDispose(() => closing.abort());
    // What a tab needs is loaded when one is opened: activation is to be quick.
    const [{ ModelTab }, files] = await Promise.all([import('./modelTab'), filesOf(uri)]);
    if (closing.signal.aborted) return;
    const tab = new ModelTab(files, panel, this.surroundings);
    closing.signal.addEventListener('abort', () => tab.dispose());
    panel.webview.options = pageOptions(this.extension);
    panel.webview.html = webviewHtml(panel.webview, this.extension, 'modelPage');
  }

  dispose(): void {
    this.registration.dispose();
  }
}

/** A path, an address, or an item of a view that stands for a model folder. */
function pathOf(target: unknown): string | undefined {
  if (typeof target === 'string') return target;
  if (target instanceof vscode.Uri)
    return target.path.endsWith(`/${modelFiles.description}`) ? dirname(target.fsPath) : target.fsPath;
  if (typeof target !== 'object' || target === null || !('folder' in target)) return undefined;
  return typeof target.folder === 'string' ? target.folder : undefined;
}

async function filesOf(uri: vscode.Uri): Promise<ModelFiles> {
  const { folderFiles, packedFiles } = await import('./modelFiles');
  if (uri.scheme === 'file')
    return uri.path.endsWith(packedEnding) ? packedFiles(uri.fsPath) : folderFiles(dirname(uri.fsPath));
  const refuse = (): never => {
    throw new ModelError('missing', 'This model is not on a disk of this machine: copy it there to look at it.');
  };
  return { ...folderFiles(uri.path), description: () => Promise.resolve().then(refuse) };
}
