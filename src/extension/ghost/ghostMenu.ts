import * as vscode from 'vscode';
import { pickOne, type PickRow } from '../picks';
import type { Switches } from './switches';

type Deed = () => unknown;

/** The switches of ghost text for the active editor, as a list. @throws CancelledError when it is dismissed */
export async function showGhostMenu(switches: Switches): Promise<void> {
  const step = { title: 'Ghost Text', step: 1, totalSteps: 1, canGoBack: false };
  const deed = await pickOne<Deed>(step, stateText(switches), choicesFor(switches));
  if (typeof deed === 'function') await deed();
}

/** Why there is or isn't ghost text here, in a sentence. */
function stateText(switches: Switches): string {
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

function choicesFor(switches: Switches): readonly PickRow<Deed>[] {
  const document = vscode.window.activeTextEditor?.document;
  const choices: PickRow<Deed>[] = [];
  if (document !== undefined) {
    const { languageId, uri } = document;
    const silence = switches.silence(document);
    if (silence?.kind === 'snoozed') {
      choices.push({ label: '$(bell) Wake Up', value: () => switches.snooze(0) });
    } else if (silence?.kind === 'file') {
      choices.push({ label: '$(check) Turn On in This File', value: () => switches.setFile(uri, true) });
    } else if (silence?.kind === 'setting') {
      const label = `$(check) Turn On for ${languageId}`;
      choices.push({ label, value: () => switches.setLanguage(languageId, true) });
    } else {
      choices.push(
        ...[5, 30, 120].map((minutes) => ({
          label: `$(bell-slash) Snooze for ${minutes < 60 ? `${minutes} Minutes` : `${minutes / 60} Hours`}`,
          value: () => switches.snooze(minutes),
        })),
        { label: '$(file) Turn Off in This File', value: () => switches.setFile(uri, false) },
        { label: `$(code) Turn Off for ${languageId}`, value: () => switches.setLanguage(languageId, false) },
      );
    }
  }
  const openSettings = (): unknown =>
    vscode.commands.executeCommand('workbench.action.openSettings', '@ext:textloom.textloom ghostText');
  return [...choices, { label: '$(gear) Settings', value: openSettings }];
}

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

function timeText(time: number): string {
  return new Date(time).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}
