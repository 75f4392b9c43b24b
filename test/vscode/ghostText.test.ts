import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { BackgroundProcess } from '../../src/extension/background/backgroundProcess';
import { promptBefore } from '../../src/extension/generation/prompt';
import { WrittenText } from '../../src/extension/generation/writtenText';
import { GhostText } from '../../src/extension/ghost/ghostText';
import { readSettings } from '../../src/extension/settings';
import { editorWith, eventually, type Messages, textloom, trainedModel, watchMessages } from './support';

const prompt = 'Call me Ishmael. Some years ago, never mind how long pre';

const ghost = 'textloom.ghostText';

async function set(name: string, value: unknown, languageId?: string): Promise<void> {
  const scope = languageId === undefined ? undefined : { languageId };
  const configuration = vscode.workspace.getConfiguration(ghost, scope);
  await configuration.update(name, value, vscode.ConfigurationTarget.Global, languageId !== undefined);
}

/** Takes what is suggested, waiting for it to come; the text that it was. */
async function take(editor: vscode.TextEditor, how = 'editor.action.inlineSuggest.commit'): Promise<string> {
  const before = editor.document.getText();
  await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
  await eventually(async () => {
    await vscode.commands.executeCommand(how);
    return editor.document.getText() !== before;
  }, 'something is suggested and taken');
  const after = editor.document.getText();
  assert.ok(after.startsWith(before));
  return after.slice(before.length);
}

/** Whether nothing comes within a time that is long enough for something to come, as it does where it may. */
async function nothingComes(editor: vscode.TextEditor): Promise<boolean> {
  const before = editor.document.getText();
  await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
  for (let attempt = 0; attempt < 15; attempt++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
  }
  return editor.document.getText() === before;
}

describe('ghost text', () => {
  let messages: Messages;
  let answer: ((labels: readonly string[]) => string) | undefined;
  const original = vscode.window.createQuickPick.bind(vscode.window);

  before(async () => {
    await trainedModel();
    await set('delay', 0);
  });

  beforeEach(() => {
    messages = watchMessages();
  });

  afterEach(async () => {
    vscode.window.createQuickPick = original;
    messages.restore();
    await set('enabled', undefined);
    await set('enabled', undefined, 'plaintext');
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  after(() => set('delay', undefined));

  /** Opens the menu and takes the row that has this. */
  async function choose(label: string): Promise<void> {
    answer = (labels) => labels.find((each) => each.includes(label)) ?? assert.fail(`${label}: ${labels.join()}`);
    vscode.window.createQuickPick = (() => {
      const list = original();
      const accepting = new vscode.EventEmitter<void>();
      const { show } = list;
      Object.defineProperty(list, 'onDidAccept', { value: accepting.event });
      Object.defineProperty(list, 'selectedItems', {
        get: () => list.items.filter((item) => item.label === answer?.(list.items.map((each) => each.label))),
      });
      Object.defineProperty(list, 'show', {
        value: () => {
          show.call(list);
          setTimeout(() => accepting.fire());
        },
      });
      return list;
    }) as typeof vscode.window.createQuickPick;
    await vscode.commands.executeCommand('textloom.ghostText');
    vscode.window.createQuickPick = original;
  }

  it('is off until it is turned on', async () => {
    const editor = await editorWith(prompt);
    assert.ok(await nothingComes(editor));
    await set('enabled', true);
    await take(editor);
  });

  it('suggests how the line goes on, and is taken whole or by the word', async () => {
    await set('enabled', true);
    const whole = await take(await editorWith(prompt));
    assert.ok(whole.trim() !== '' && !whole.includes('\n') && whole.length <= 60, whole);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    const word = await take(await editorWith(prompt), 'editor.action.inlineSuggest.acceptNextWord');
    assert.ok(word.length > 0 && word.length < whole.length && whole.startsWith(word), `${word} of ${whole}`);
  });

  it('can be on for one language alone', async () => {
    await set('enabled', true, 'plaintext');
    await take(await editorWith(prompt));
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    const document = await vscode.workspace.openTextDocument({ content: prompt, language: 'markdown' });
    const editor = await vscode.window.showTextDocument(document);
    const end = new vscode.Position(0, prompt.length);
    editor.selection = new vscode.Selection(end, end);
    assert.ok(await nothingComes(editor));
  });

  it('stays away from selected text, and from the middle of a line', async () => {
    await set('enabled', true);
    const editor = await editorWith(prompt);
    editor.selection = new vscode.Selection(0, 0, 0, prompt.length);
    assert.ok(await nothingComes(editor));
    editor.selection = new vscode.Selection(0, 10, 0, 10);
    assert.ok(await nothingComes(editor));
    editor.selection = new vscode.Selection(0, prompt.length, 0, prompt.length);
    await take(editor);
  });

  it('is snoozed, and wakes up', async () => {
    await set('enabled', true);
    const editor = await editorWith(prompt);
    await choose('Snooze for 30 Minutes');
    assert.ok(await nothingComes(editor));
    await choose('Wake Up');
    await take(editor);
  });

  it('is turned off in one file, and on again', async () => {
    await set('enabled', true);
    const editor = await editorWith(prompt);
    await choose('Turn Off in This File');
    assert.ok(await nothingComes(editor));
    await choose('Turn On in This File');
    await take(editor);
  });

  it('is turned off for a language, and on again', async () => {
    await set('enabled', true);
    const editor = await editorWith(prompt);
    await choose('Turn Off for plaintext');
    assert.ok(await nothingComes(editor));
    await choose('Turn On for plaintext');
    await take(editor);
    assert.equal((await textloom()).state.generating, 0);
    assert.deepEqual(messages.shown, []);
  });
});

describe('a request for ghost text', () => {
  const settings = { 'ghostText.delay': 150, 'copies.refuseFrom': 60, 'generation.promptLength': 1000 };
  const { settings: all } = readSettings((name) => (settings as Record<string, unknown>)[name]);
  let asked: Parameters<BackgroundProcess['generate']>[0][];
  let ghostText: GhostText;
  let written: WrittenText;

  beforeEach(() => {
    asked = [];
    written = new WrittenText();
    ghostText = new GhostText(
      {
        state: { activity: { kind: 'idle' }, activeModel: { name: 'm', folder: '/m' }, generating: 0 },
      } as ConstructorParameters<typeof GhostText>[0],
      {
        generate: (request) => {
          asked.push(request);
          return Promise.resolve({
            text: ' on and on.',
            stopped: 'boundary',
            unknownCharacters: [],
            copies: [],
            seconds: 0,
          });
        },
      },
      { active: () => Promise.resolve(null) },
      () => all,
      written,
      { onDidChange: () => new vscode.Disposable(() => undefined), isOnAnywhere: false, silence: () => undefined },
      () => undefined,
    );
  });

  afterEach(async () => {
    ghostText.dispose();
    written.dispose();
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  const automatic = { triggerKind: vscode.InlineCompletionTriggerKind.Automatic } as vscode.InlineCompletionContext;

  it('carries what Generate at Cursor reads there, with its limits and the wish about copies', async () => {
    const lines = Array.from({ length: 200 }, (_, i) => `Line ${i}: the whale looks on.`).join('\n');
    const { document, selection } = await editorWith(lines);
    const { token } = new vscode.CancellationTokenSource();
    const [item] = (await ghostText.provideInlineCompletionItems(document, selection.active, automatic, token)) ?? [];
    assert.equal(item?.insertText, ' on and on.');
    const [request] = asked;
    assert.ok(request !== undefined);
    const { prompt, startsDocument, promptLength, copies } = request;
    assert.deepEqual({ prompt, startsDocument, promptLength }, promptBefore(document, selection.active, 1000));
    assert.equal(startsDocument, false);
    assert.equal(copies?.refuseFrom, 60);
  });

  it('is made once for two keys within the delay, and not at all for one that was given up', async () => {
    const editor = await editorWith(prompt);
    const { document } = editor;
    const [first, second] = [new vscode.CancellationTokenSource(), new vscode.CancellationTokenSource()];
    const ask = (token: vscode.CancellationToken) =>
      ghostText.provideInlineCompletionItems(document, editor.selection.active, automatic, token);
    const givenUp = ask(first.token);
    first.cancel();
    const suggested = ask(second.token);
    assert.equal(await givenUp, undefined);
    assert.equal((await suggested)?.length, 1);
    assert.equal(asked.length, 1);
    assert.equal((await ask(new vscode.CancellationTokenSource().token))?.length, 1);
    assert.equal(asked.length, 1, 'a place that has its suggestion asks no more');
  });

  it('is not made while the list of completions is open', async () => {
    const { document, selection } = await editorWith(prompt);
    const { token } = new vscode.CancellationTokenSource();
    const range = new vscode.Range(selection.active, selection.active);
    const context = { ...automatic, selectedCompletionInfo: { range, text: 'precisely' } };
    assert.equal(await ghostText.provideInlineCompletionItems(document, selection.active, context, token), undefined);
    assert.deepEqual(asked, []);
    const open = await ghostText.provideInlineCompletionItems(document, selection.active, automatic, token);
    assert.equal(open?.length, 1, 'and is once it is closed');
  });
});
