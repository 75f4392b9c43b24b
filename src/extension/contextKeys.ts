import * as vscode from 'vscode';
import type { Session, SessionState } from './session';

/** What `when` clauses of package.json may ask for. */
function contextKeys(state: SessionState): Readonly<Record<string, unknown>> {
  const { activity, generating, stepping, activeModel, modelsKnown, effort } = state;
  return {
    ...stepKeys(state),
    'textloom.activity': activity.kind,
    'textloom.generating': generating > 0,
    'textloom.stepping': stepping,
    // Absent until this extension runs and has looked, so that what needs a model is offered until then.
    'textloom.hasNoModel': activeModel === null && modelsKnown,
    'textloom.effort': effort,
  };
}

/**
 * What completes the steps of the walkthrough. The editor notices only what becomes true after it has read the walkthrough,
 * so that what an earlier window has left counts from when the walkthrough is opened or something is begun.
 */
function stepKeys({ guided, activity, activeModel, run, hasWritten }: SessionState): Readonly<Record<string, boolean>> {
  const counts = guided || hasWritten || activity.kind === 'training';
  return {
    'textloom.step.text': counts && (vscode.workspace.workspaceFolders ?? []).length > 0,
    'textloom.step.model': counts && activeModel !== null,
    'textloom.step.score': counts && (run?.evaluations.length ?? 0) > 0,
    'textloom.step.written': hasWritten,
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
