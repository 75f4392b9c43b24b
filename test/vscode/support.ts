/**
 * test/vscode/: what runs inside the real extension host. This file is what its tests share: the extension's interface,
 * texts to train on, a small trained model, and what the user would have been shown.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ExtensionApi } from '../../src/extension/api';
import type { SessionState } from '../../src/extension/session';

/** The extension, activated. */
export async function textloom(): Promise<ExtensionApi> {
  const extension = vscode.extensions.getExtension<ExtensionApi>('textloom.textloom');
  assert.ok(extension);
  const api = await extension.activate();
  await api.ready;
  return api;
}

/** Path of something in the workspace folder. */
export function inWorkspace(...parts: readonly string[]): string {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder);
  return join(folder.uri.fsPath, ...parts);
}

/** The beginning of Moby-Dick, about 60 kB, in the workspace's folder `tales`: a file a chapter. */
export function tales(): string {
  const folder = inWorkspace('tales');
  if (existsSync(folder)) return folder;
  const data = join(process.env['TEXTLOOM_ROOT'] ?? '', 'node_modules', '@stdlib', 'datasets-moby-dick', 'data');
  mkdirSync(folder);
  for (const chapter of [1, 2, 3, 4]) {
    const name = `chapter_${chapter}.txt`;
    writeFileSync(join(folder, name), readFileSync(join(data, name)));
  }
  return folder;
}

/** All text of a folder. */
export function textOf(folder: string): string {
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}

/** Nats per character of a model that knows nothing but how frequent each character is. */
export function orderZeroLoss(text: string): number {
  const counts = new Map<string, number>();
  const characters = Array.from(text);
  for (const character of characters) counts.set(character, (counts.get(character) ?? 0) + 1);
  const shares = [...counts.values()].map((count) => count / characters.length);
  return -shares.reduce((sum, share) => sum + share * Math.log(share), 0);
}

/** A small, quick recipe. */
export const small = {
  tokenizer: 'char',
  hiddenSize: 64,
  embeddingSize: 32,
  layers: 1,
  streams: 16,
  length: 32,
} as const;

/** Waits until the state is as wished. */
export async function until(wished: (state: SessionState) => boolean, seconds = 90): Promise<SessionState> {
  const api = await textloom();
  if (wished(api.state)) return api.state;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      listening.dispose();
      reject(new Error(`Not within ${seconds} s: ${wished.toString()}; it is ${JSON.stringify(api.state.activity)}`));
    }, seconds * 1000);
    const listening = api.onDidChange((state) => {
      if (!wished(state)) return;
      clearTimeout(timer);
      listening.dispose();
      resolve(state);
    });
  });
}

/** Waits until something holds that no event tells of. */
export async function eventually(holds: () => boolean | Promise<boolean>, what: string, seconds = 30): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > end) assert.fail(`Not within ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits until no training is on, whatever became of it. */
export async function whenIdle(): Promise<void> {
  await until(({ activity }) => activity.kind === 'idle' || activity.kind === 'failed');
}

/** The folder of a model that has learned for a moment: trained once, for whoever needs one. */
export async function trainedModel(): Promise<string> {
  const folder = inWorkspace('.textloom', 'models', 'sailor');
  if (!existsSync(join(folder, 'model.safetensors'))) {
    const api = await textloom();
    await api.train({ ...small, paths: [tales()], name: 'sailor', steps: 150, seed: 1 });
    await whenIdle();
    await eventually(() => !existsSync(join(folder, 'training.lock')), 'the folder is given back');
  }
  await vscode.commands.executeCommand('textloom.selectModel', folder);
  return folder;
}

/** A new document with this text, shown, with the cursor at its end. */
export async function editorWith(text: string, eol = vscode.EndOfLine.LF): Promise<vscode.TextEditor> {
  const document = await vscode.workspace.openTextDocument({ content: text, language: 'plaintext' });
  const editor = await vscode.window.showTextDocument(document);
  if (document.eol !== eol) await editor.edit((edit) => edit.setEndOfLine(eol));
  const end = document.positionAt(document.getText().length);
  editor.selection = new vscode.Selection(end, end);
  return editor;
}

/** What was shown to the user, and what the user answers. */
export interface Messages {
  /** Sentences, errors first marked as such: "error: …", "info: …", "warning: …", "status: …". */
  readonly shown: readonly { readonly kind: string; readonly text: string; readonly buttons: readonly string[] }[];
  /** The next message that offers this button gets it pressed. */
  press(button: string): void;
  restore(): void;
}

/** Stands in for the user in front of the messages. */
export function watchMessages(): Messages {
  const shown: { kind: string; text: string; buttons: readonly string[] }[] = [];
  const answers: string[] = [];
  const window = vscode.window as unknown as Record<string, unknown>;
  const names = {
    showErrorMessage: 'error',
    showWarningMessage: 'warning',
    showInformationMessage: 'info',
    setStatusBarMessage: 'status',
  };
  const originals = new Map(Object.keys(names).map((name) => [name, window[name]]));
  for (const [name, kind] of Object.entries(names)) {
    window[name] = (text: string, ...rest: unknown[]): unknown => {
      const buttons = rest.filter((item) => typeof item === 'string');
      shown.push({ kind, text, buttons });
      if (kind === 'status') return new vscode.Disposable(() => undefined);
      const answer = answers.findIndex((wanted) => buttons.includes(wanted));
      return Promise.resolve(answer < 0 ? undefined : answers.splice(answer, 1)[0]);
    };
  }
  return {
    shown,
    press: (button) => answers.push(button),
    restore: () => {
      for (const [name, original] of originals) window[name] = original;
    },
  };
}
