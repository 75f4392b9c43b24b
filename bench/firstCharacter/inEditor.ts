// The part that runs in the extension host: from the command, as a user gives it, to the change of the document.
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { ExtensionApi } from '../../src/extension/api';
import { modelFiles } from '../../src/model/modelFolder';

/** One row of the table. */
export interface Measurement {
  readonly what: string;
  readonly milliseconds: readonly number[];
}

/** The background process ends by itself so many minutes after its last work: at once, for cold starts. */
const coldIdleMinutes = 0.001;

/** Milliseconds between two texts, of which one would have to look at the first. */
const pause = 1000;

/** Milliseconds that the editor takes for any edit after the same pause, the least that a first character can take. */
let edits: number[] = [];

/** Called by the editor, which tells its caller only whether this went well. */
export async function run(): Promise<void> {
  try {
    await measureAll();
  } catch (error) {
    writeFileSync(
      process.env['TEXTLOOM_BENCH_FAILURE'] ?? '',
      error instanceof Error ? String(error.stack) : String(error),
    );
    throw error;
  }
}

async function measureAll(): Promise<void> {
  const workspace = workspaceFolder();
  const api = await vscode.extensions.getExtension<ExtensionApi>('textloom.textloom')?.activate();
  if (api === undefined) throw new Error('Textloom is not there.');
  await api.ready;
  const models = join(workspace, '.textloom', 'models');
  const rows: Measurement[] = [];
  const names = readdirSync(models).filter((entry) => entry.startsWith('h'));
  for (const name of names) {
    const model = join(models, name);
    await setIdleMinutes(coldIdleMinutes);
    rows.push({ what: `${name}, cold`, milliseconds: await measure(model, 8, () => sleep(3000)) });
    await setIdleMinutes(undefined);
    await measure(model, 1, () => Promise.resolve());
    rows.push({ what: `${name}, warm`, milliseconds: await measure(model, 30, () => sleep(pause)) });
  }
  rows.push({ what: 'any edit', milliseconds: edits });
  edits = [];
  await api.train({ paths: [workspace], name: 'beside', minutes: 15, tokenizer: 'char', hiddenSize: 512, layers: 1 });
  for (const name of names) {
    const model = join(models, name);
    const first = await measure(model, 8, () => forget(model));
    rows.push({ what: `${name}, first while a training runs`, milliseconds: first });
    const warm = await measure(model, 30, () => sleep(pause));
    rows.push({ what: `${name}, warm while a training runs`, milliseconds: warm });
  }
  rows.push({ what: 'any edit while a training runs', milliseconds: edits });
  if (api.state.activity.kind !== 'training') throw new Error('The training ended before the measurement did.');
  await vscode.commands.executeCommand('textloom.stop');
  writeFileSync(process.env['TEXTLOOM_BENCH_RESULT'] ?? '', JSON.stringify(rows));
}

function workspaceFolder(): string {
  return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
}

/** Has the background process read the model again: its file looks new. */
async function forget(model: string): Promise<void> {
  const now = new Date();
  utimesSync(join(model, modelFiles.weights), now, now);
  await sleep(500);
}

async function setIdleMinutes(minutes: number | undefined): Promise<void> {
  await vscode.workspace.getConfiguration('textloom').update('idleMinutes', minutes, true);
}

/** Milliseconds from the command to the first change, so often, in a text that goes on each time. */
async function measure(model: string, times: number, before: () => Promise<void>): Promise<readonly number[]> {
  await vscode.commands.executeCommand('textloom.useModel', model);
  const content = readFileSync(join(workspaceFolder(), 'chapter_1.txt'), 'utf8').slice(0, 6000);
  const document = await vscode.workspace.openTextDocument({ content, language: 'plaintext' });
  const editor = await vscode.window.showTextDocument(document);
  const found: number[] = [];
  for (let time = 0; time < times; time++) {
    await sleep(pause);
    edits.push(await firstChange(document, () => editor.edit((edit) => edit.insert(endOf(document), ' and'))));
    const caret = endOf(document);
    editor.selection = new vscode.Selection(caret, caret);
    await before();
    found.push(await firstChange(document, () => vscode.commands.executeCommand('textloom.generate')));
  }
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  return found;
}

/** Milliseconds from the beginning of a deed to the first change that it makes. */
async function firstChange(document: vscode.TextDocument, deed: () => Thenable<unknown>): Promise<number> {
  let first = NaN;
  const start = performance.now();
  const listening = vscode.workspace.onDidChangeTextDocument((event) => {
    if (event.document === document && Number.isNaN(first)) first = performance.now() - start;
  });
  await deed();
  listening.dispose();
  return first;
}

function endOf(document: vscode.TextDocument): vscode.Position {
  return document.positionAt(document.getText().length);
}
