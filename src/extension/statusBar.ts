import * as vscode from 'vscode';
import type { Session } from './session';
import { linkedCommands, statusBarView } from './statusBarView';

/** Shows the session's state in one status bar item. It is drawn anew only where what it shows has changed. */
export function showStatusBar(session: Session): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('textloom.status', vscode.StatusBarAlignment.Left, 0);
  item.name = 'Textloom';
  let shown = '';
  const draw = (): void => {
    const view = statusBarView(session.state);
    const key = JSON.stringify(view);
    if (key === shown) return;
    shown = key;
    const tooltip = new vscode.MarkdownString(view.tooltip, true);
    tooltip.isTrusted = { enabledCommands: linkedCommands };
    item.text = view.text;
    item.tooltip = tooltip;
    item.command = view.command;
    item.backgroundColor =
      view.background === undefined ? undefined : new vscode.ThemeColor('statusBarItem.warningBackground');
    item.accessibilityInformation = { label: view.accessibilityLabel, role: 'button' };
  };
  const listening = session.onDidChange(draw);
  draw();
  item.show();
  return vscode.Disposable.from(item, listening);
}
