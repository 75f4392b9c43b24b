import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ReadableModel } from '../../src/extension/models/models';
import { editorWith, eventually, type Messages, textloom, trainedModel, watchMessages } from './support';

const known = 'Call me Ishmael. Some years ago, never mind how long precisely, I thought I would sail about a little.';

async function hoverAt(editor: vscode.TextEditor, offset: number): Promise<string> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    editor.document.uri,
    editor.document.positionAt(offset),
  );
  return hovers
    .flatMap(({ contents }) => contents.map((content) => (content as vscode.MarkdownString).value))
    .join('\n');
}

function bitsIn(hover: string): number {
  return Number(/\*\*([\d.]+) bits/.exec(hover)?.[1]);
}

function toggle(): Thenable<unknown> {
  return vscode.commands.executeCommand('textloom.showSurprise');
}

describe('showing surprise', () => {
  let messages: Messages;

  before(async () => {
    await trainedModel();
  });

  beforeEach(() => {
    messages = watchMessages();
  });

  afterEach(async () => {
    messages.restore();
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('says on hover how many bits a character costs and what was expected', async () => {
    const editor = await editorWith(`${known} zzzqqq`);
    await toggle();
    const usual = await hoverAt(editor, known.indexOf('he little') + 20);
    const odd = await hoverAt(editor, known.length + 3);
    assert.match(odd, /\*\*[\d.]+ bits\*\* for `z` · 1 in /);
    const expected = odd.split('Expected: ')[1]!.split(' · ');
    assert.equal(expected.length, 5);
    assert.ok(bitsIn(odd) > bitsIn(usual), `${odd} against ${usual}`);
  });

  it('shows nothing before it is asked to, nor after it is told to stop', async () => {
    const editor = await editorWith(known);
    assert.equal(await hoverAt(editor, 5), '');
    await toggle();
    assert.notEqual(await hoverAt(editor, 5), '');
    await toggle();
    assert.equal(await hoverAt(editor, 5), '');
  });

  it('jumps to the most surprising place, then to the next one', async () => {
    const editor = await editorWith(`${known} ${known} xqzj ${known}`);
    await vscode.commands.executeCommand('textloom.nextSurprise');
    const first = editor.selection.active;
    const { bits } = await (await textloom()).score(editor.document.getText());
    assert.equal(editor.document.offsetAt(first), bits.indexOf(Math.max(...bits)));
    await vscode.commands.executeCommand('textloom.nextSurprise');
    assert.ok(!editor.selection.active.isEqual(first));
    const said = messages.shown.filter(({ kind }) => kind === 'status').map(({ text }) => text);
    assert.match(said[0]!, /bits: 1 of \d+ surprising places/);
    assert.match(said[1]!, /bits: 2 of/);
  });

  it('follows edits of the document', async () => {
    const editor = await editorWith(`${known}\n${known}`);
    await toggle();
    const before = bitsIn(await hoverAt(editor, known.length + 40));
    await editor.edit((edit) => edit.insert(editor.document.positionAt(10), 'zzqqxx'));
    await eventually(async () => (await hoverAt(editor, 12)) !== '', 'what was typed is scored');
    const after = bitsIn(await hoverAt(editor, known.length + 46));
    assert.ok(Math.abs(after - before) < 1, `${before} and ${after} bits far behind the edit`);
  });

  it('says that no text is open', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await toggle();
    assert.match(messages.shown[0]!.text, /No text is open/);
  });
});

/** What the extension puts into its list. */
interface ListItem extends vscode.QuickPickItem {
  readonly row: { readonly folder: ReadableModel['folder'] };
}

describe('comparing models', () => {
  let messages: Messages;
  let list: vscode.QuickPick<ListItem> | undefined;
  let accept: () => void;
  const original = vscode.window.createQuickPick.bind(vscode.window);

  before(async () => {
    await trainedModel();
  });

  beforeEach(() => {
    messages = watchMessages();
    vscode.window.createQuickPick = (() => {
      const made = original<ListItem>();
      const accepting = new vscode.EventEmitter<void>();
      accept = () => accepting.fire();
      list = made;
      const { onDidAccept } = made;
      Object.defineProperty(made, 'onDidAccept', {
        value: (listener: () => void) => vscode.Disposable.from(onDidAccept(listener), accepting.event(listener)),
      });
      return made;
    }) as typeof vscode.window.createQuickPick;
  });

  afterEach(async () => {
    vscode.window.createQuickPick = original;
    messages.restore();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('fills a list with the bits of each model, the best one marked, and makes the picked one write', async () => {
    await editorWith(known);
    const comparing = vscode.commands.executeCommand('textloom.compareModels');
    await eventually(() => list !== undefined && list.items.length > 0 && !list.busy, 'all are scored');
    const [best] = list!.items;
    assert.match(best!.label, /^\$\(star-full\) /);
    assert.match(best!.description!, /^[\d.]+ bits per character · best/);
    list!.selectedItems = [best!];
    accept();
    await comparing;
    assert.deepEqual(messages.shown, []);
  });

  it('has nothing to say of an empty document', async () => {
    await editorWith('  \n');
    await vscode.commands.executeCommand('textloom.compareModels');
    assert.match(messages.shown[0]!.text, /empty/);
  });
});
