import * as vscode from 'vscode';

/**
 * Does something in the turn after this one: what takes time and what nobody waits for yet, so that the editor has its
 * activation first. Not done once it has been disposed of.
 */
export function afterActivation(begin: () => void): vscode.Disposable {
  const waiting = setImmediate(begin);
  return new vscode.Disposable(() => clearImmediate(waiting));
}
