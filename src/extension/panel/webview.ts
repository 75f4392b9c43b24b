import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { pageHtml } from './page';

/** Pages that are bundled into dist/, each a script and a style sheet of this name. */
export type PageName = 'panel' | 'modelPage';

/** What a page may do and load: its script, and files of dist/. */
export function pageOptions(extension: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(extension, 'dist')] };
}

/** The HTML of a page, for the webview that will show it. */
export function webviewHtml(webview: vscode.Webview, extension: vscode.Uri, page: PageName): string {
  const address = (file: string) => webview.asWebviewUri(vscode.Uri.joinPath(extension, 'dist', file)).toString();
  return pageHtml({
    script: address(`${page}.js`),
    style: address(`${page}.css`),
    icons: address('codicon.css'),
    source: webview.cspSource,
    nonce: randomBytes(16).toString('base64url'),
  });
}
