import * as vscode from 'vscode';
import type { Effort } from '../../training/loop/effort';

/** Sets how much of the machine trainings take, the one that is on included: where it is set already, else for the user. */
export async function setEffort(effort: Effort): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('textloom');
  const name = 'background.effort';
  const isOfWorkspace = configuration.inspect(name)?.workspaceValue !== undefined;
  const target = isOfWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  await configuration.update(name, effort, target);
}
