import * as vscode from 'vscode';
import type { Session, SessionState } from './session';

/** What `when` clauses of package.json may ask for. */
function contextKeys({ activity, generating, stepping, activeModel }: SessionState): Readonly<Record<string, unknown>> {
  return {
    'textloom.activity': activity.kind,
    'textloom.generating': generating > 0,
    'textloom.stepping': stepping,
    'textloom.hasModel': activeModel !== null,
  };
}

/** Keeps the editor's context keys equal to the session's state. */
export function keepContextKeys(session: Session): vscode.Disposable {
  const told = new Map<string, unknown>();
  const tell = (): void => {
    for (const [key, value] of Object.entries(contextKeys(session.state))) {
      if (told.get(key) === value) continue;
      told.set(key, value);
      void vscode.commands.executeCommand('setContext', key, value);
    }
  };
  const listening = session.onDidChange(tell);
  tell();
  return vscode.Disposable.from(listening);
}
