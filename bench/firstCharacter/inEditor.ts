// The part that runs in the extension host: from the command to the change of the document.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { ExtensionApi } from '../../src/extension/api';

/** One row of the table. */
export interface Measurement {
  readonly what: string;
  readonly milliseconds: readonly number[];
}

/** The background process ends by itself so many minutes after its last work: at once, for cold starts. */
const coldIdleMinutes = 0.001;

/** Called by the editor. */
export async function run(): Promise<void> {
  const workspace = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const api = await vscode.extensions.getExtension<ExtensionApi>('textloom.textloom')?.activate();
  if (api === undefined) throw new Error('Textloom is not there.');
  await api.ready;
  const models = join(workspace, '.textloom', 'models');
  const rows: Measurement[] = [];
  for (const name of readdirSync(models).filter((entry) => !entry.startsWith('.'))) {
    const model = join(models, name);
    await setIdleMinutes(coldIdleMinutes);
    rows.push({ what: `${name}, cold`, milliseconds: await measure(model, 8, 3000) });
    await setIdleMinutes(undefined);
    await measure(model, 1, 0);
    rows.push({ what: `${name}, warm`, milliseconds: await measure(model, 30, 100) });
  }
  await api.train({ paths: [workspace], name: 'beside', minutes: 10, tokenizer: 'char', hiddenSize: 512, layers: 1 });
  for (const name of readdirSync(models).filter((entry) => entry.startsWith('h'))) {
    const model = join(models, name);
    rows.push({ what: `${name}, first while a training runs`, milliseconds: await measure(model, 1, 0) });
    rows.push({ what: `${name}, warm while a training runs`, milliseconds: await measure(model, 30, 100) });
  }
  await vscode.commands.executeCommand('textloom.stop');
  writeFileSync(process.env['TEXTLOOM_BENCH_RESULT'] ?? '', JSON.stringify(rows));
}

async function setIdleMinutes(minutes: number | undefined): Promise<void> {
  await vscode.workspace.getConfiguration('textloom').update('idleMinutes', minutes, true);
}

/** Milliseconds from the command to the first change, so often, in a text that goes on each time. */
async function measure(model: string, times: number, pause: number): Promise<readonly number[]> {
  const content = 'It was a damp, drizzly November in my soul. '.repeat(100);
  const document = await vscode.workspace.openTextDocument({ content, language: 'plaintext' });
  const editor = await vscode.window.showTextDocument(document);
  const found: number[] = [];
  for (let time = 0; time < times; time++) {
    const end = document.positionAt(document.getText().length);
    await editor.edit((edit) => edit.insert(end, ' and'));
    const caret = document.positionAt(document.getText().length);
    editor.selection = new vscode.Selection(caret, caret);
    await sleep(pause);
    found.push(await firstCharacter(model, document));
  }
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  return found;
}

async function firstCharacter(model: string, document: vscode.TextDocument): Promise<number> {
  let first = NaN;
  const start = performance.now();
  const listening = vscode.workspace.onDidChangeTextDocument((event) => {
    if (event.document === document && Number.isNaN(first)) first = performance.now() - start;
  });
  await vscode.commands.executeCommand('textloom.generate', { model, length: 20 });
  listening.dispose();
  return first;
}
