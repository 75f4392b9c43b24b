/**
 * What a report of an issue begins with: versions, engine, machine and settings, never a text, a name or a path. It is shown
 * before anything is done with it, and Textloom itself sends nothing.
 */
import * as vscode from 'vscode';
import type { StartedEvent } from '../training/record/events';
import { changedSettings, issueText } from './issueText';
import type { Settings, settingsTable } from './settings';

/** Opens the report as a page of its own; it is sent, if at all, by the editor's own form, once the user has said so. */
export async function reportIssue(
  settings: Settings,
  table: typeof settingsTable,
  engine: StartedEvent['engine'] | undefined,
  extension: vscode.Extension<unknown>,
): Promise<void> {
  const { version } = extension.packageJSON as { readonly version: string };
  const { remoteName = 'none' } = vscode.env;
  const used = engine === undefined ? 'not used yet' : `${engine.name}, ${engine.threads} threads`;
  const where = { appVersion: version, editorVersion: vscode.version, remote: remoteName, engine: used };
  const body = issueText(where, changedSettings(settings, table));
  const document = await vscode.workspace.openTextDocument({ language: 'markdown', content: body });
  await vscode.window.showTextDocument(document);
  const open = "Open the Editor's Form";
  const copy = 'Copy';
  const chosen = await vscode.window.showInformationMessage(
    'This is all that a report holds until you add to it. Nothing has been sent.',
    open,
    copy,
  );
  const text = document.getText();
  if (chosen === copy) await vscode.env.clipboard.writeText(text);
  if (chosen === open) {
    const issue = { extensionId: extension.id, issueTitle: '', issueBody: text };
    await vscode.commands.executeCommand('workbench.action.openIssueReporter', issue);
  }
}
