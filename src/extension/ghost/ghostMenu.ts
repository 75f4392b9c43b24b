import * as vscode from 'vscode';
import { pickOne, type PickRow } from '../picks';
import { stateText } from './ghostStatus';
import type { Switches } from './switches';

type Deed = () => unknown;

/** The switches of ghost text for the active editor, as a list. @throws CancelledError when it is dismissed */
export async function showGhostMenu(switches: Switches): Promise<void> {
  const step = { title: 'Ghost Text', step: 1, totalSteps: 1, canGoBack: false };
  const deed = await pickOne<Deed>(step, stateText(switches), choicesFor(switches));
  if (typeof deed === 'function') await deed();
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
