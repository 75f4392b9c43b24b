import * as vscode from 'vscode';
import type { Switches } from './switches';

/** Shows beside the status bar's other item whether there is ghost text here, once it is on somewhere. */
export function showGhostStatus(switches: Switches): vscode.Disposable {
  let item: vscode.StatusBarItem | undefined;
  const draw = (): void => {
    const document = vscode.window.activeTextEditor?.document;
    if (document === undefined || !switches.isOnAnywhere) {
      item?.hide();
      return;
    }
    item ??= makeItem();
    const isOn = switches.silence(document) === undefined;
    item.text = isOn ? '$(sparkle)' : '$(bell-slash)';
    item.tooltip = `Ghost text. ${stateText(switches)}`;
    item.accessibilityInformation = { label: `Textloom ghost text. ${stateText(switches)}`, role: 'button' };
    item.show();
  };
  const listening = [switches.onDidChange(draw), vscode.window.onDidChangeActiveTextEditor(draw)];
  draw();
  return vscode.Disposable.from(...listening, { dispose: () => item?.dispose() });
}

function makeItem(): vscode.StatusBarItem {
  const item = vscode.window.createStatusBarItem('textloom.ghostText', vscode.StatusBarAlignment.Left, -0.5);
  item.name = 'Textloom Ghost Text';
  item.command = 'textloom.ghostText';
  return item;
}

/** Why there is or isn't ghost text here, in a sentence. */
export function stateText(switches: Switches): string {
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined) return 'Suggestions in grey at the cursor, by the model that writes';
  const silence = switches.silence(document);
  switch (silence?.kind) {
    case undefined:
      return 'On here: the model suggests how the text goes on';
    case 'setting':
      return `Off for ${document.languageId}`;
    case 'file':
      return 'Off in this file';
    case 'snoozed':
      return `Snoozed until ${timeText(silence.until)}`;
    default:
      return silence satisfies never;
  }
}

function timeText(time: number): string {
  return new Date(time).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}
