import * as vscode from 'vscode';
import { type Silence, silenceOf } from './suggestible';

const filesKey = 'ghostText.offFiles';
const setting = 'ghostText.enabled';

/** Files remembered as switched off at most: the longest ago is forgotten first. */
const mostFiles = 500;

/** Where ghost text is on: by the setting and its language, by file, and not while it is snoozed. */
export class Switches implements vscode.Disposable {
  private offFiles: ReadonlySet<string>;
  private snoozedUntil = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly listening: vscode.Disposable;

  readonly onDidChange = this.changed.event;

  constructor(private readonly memory: vscode.Memento) {
    this.offFiles = new Set(memory.get<readonly string[]>(filesKey, []));
    this.listening = vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(`textloom.${setting}`)) this.changed.fire();
    });
  }

  /** On for some document at least, as far as the setting goes. */
  get isOnAnywhere(): boolean {
    const all = vscode.workspace.getConfiguration('textloom').inspect<boolean>(setting);
    if (all === undefined) return false;
    const { globalValue, workspaceValue, workspaceFolderValue } = all;
    const { globalLanguageValue, workspaceLanguageValue, workspaceFolderLanguageValue, languageIds } = all;
    const values = [globalValue, workspaceValue, workspaceFolderValue];
    const byLanguage = [globalLanguageValue, workspaceLanguageValue, workspaceFolderLanguageValue];
    return [...values, ...byLanguage].includes(true) || (languageIds ?? []).some(isOnFor);
  }

  /** Why a document gets none; undefined where it does. */
  silence(document: vscode.TextDocument): Silence | undefined {
    const { offFiles, snoozedUntil } = this;
    const isEnabled = vscode.workspace.getConfiguration('textloom', document).get<boolean>(setting) === true;
    return silenceOf({ isEnabled, uri: document.uri.toString() }, { offFiles, snoozedUntil }, Date.now());
  }

  /** Turns it on or off in documents of a language. */
  async setLanguage(languageId: string, isOn: boolean): Promise<void> {
    const scope = { languageId };
    const configuration = vscode.workspace.getConfiguration('textloom', scope);
    await configuration.update(setting, isOn, vscode.ConfigurationTarget.Global, true);
  }

  /** Turns it on or off in a file, for this workspace. */
  async setFile(uri: vscode.Uri, isOn: boolean): Promise<void> {
    const others = [...this.offFiles].filter((each) => each !== uri.toString());
    this.offFiles = new Set((isOn ? others : [...others, uri.toString()]).slice(-mostFiles));
    this.changed.fire();
    await this.memory.update(filesKey, [...this.offFiles]);
  }

  /** Turns it off for some minutes; 0 turns it on again. */
  snooze(minutes: number): void {
    clearTimeout(this.timer);
    this.snoozedUntil = Date.now() + minutes * 60_000;
    if (minutes > 0) this.timer = setTimeout(() => this.changed.fire(), minutes * 60_000 + 50);
    this.changed.fire();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.listening.dispose();
    this.changed.dispose();
  }
}

function isOnFor(languageId: string): boolean {
  return vscode.workspace.getConfiguration('textloom', { languageId }).get<boolean>(setting) === true;
}
