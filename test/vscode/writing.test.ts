import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { GenerateAtCursor, type WrittenAtCursor } from '../../src/extension/generation/generateAtCursor';
import type { BackgroundProcess } from '../../src/extension/background/backgroundProcess';
import { LatestWriting } from '../../src/extension/generation/latestWriting';
import { promptBefore, promptOf } from '../../src/extension/generation/prompt';
import { PromptDoctor } from '../../src/extension/generation/promptDoctor';
import { WrittenText } from '../../src/extension/generation/writtenText';
import { readSettings } from '../../src/extension/settings';
import { createTokenizer } from '../../src/corpus/tokenizers/create';
import { endOfDocument } from '../../src/corpus/tokenizers/tokenizer';
import { Memory } from '../../src/memory/memory';
import { memoryFile, saveMemory } from '../../src/memory/memoryFile';
import { readDescription } from '../../src/model/modelFolder';
import {
  editorWith,
  eventually,
  inWorkspace,
  type Messages,
  textloom,
  trainedModel,
  watchMessages,
  whenIdle,
} from './support';

const prompt = 'Call me Ishmael. Some years ago';

async function write(command: string, options: object = {}): Promise<WrittenAtCursor> {
  const written = await vscode.commands.executeCommand<WrittenAtCursor | undefined>(command, options);
  assert.ok(written, command);
  return written;
}

function generate(options: object): Promise<WrittenAtCursor> {
  return write('textloom.generate', options);
}

async function withSettings(settings: Readonly<Record<string, unknown>>, deed: () => Promise<void>): Promise<void> {
  const configuration = vscode.workspace.getConfiguration();
  for (const [name, value] of Object.entries(settings)) await configuration.update(name, value, true);
  try {
    await deed();
  } finally {
    for (const name of Object.keys(settings)) await configuration.update(name, undefined, true);
  }
}

/** A file of the workspace with this text, shown, with the cursor at its end. */
async function editorOnFile(name: string, text: string): Promise<vscode.TextEditor> {
  writeFileSync(inWorkspace(name), text);
  const document = await vscode.workspace.openTextDocument(inWorkspace(name));
  const editor = await vscode.window.showTextDocument(document);
  const end = document.positionAt(document.getText().length);
  editor.selection = new vscode.Selection(end, end);
  return editor;
}

describe('writing at the cursor', () => {
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

  it('is one undo step and one redo even where it was saved on the way', async () => {
    const editor = await editorOnFile('saved.md', `${prompt}\n${prompt}`);
    const { document } = editor;
    const before = document.getText();
    await withSettings({ 'textloom.generation.speed': 100 }, async () => {
      const writing = generate({ length: 120, seed: 21 });
      for (const length of [20, 60]) {
        await eventually(() => document.getText().length > before.length + length, 'some text is there');
        await document.save();
      }
      const { stopped, texts } = await writing;
      assert.equal(stopped, 'length');
      const after = before + texts[0]!;
      assert.equal(document.getText(), after);
      const saved = readFileSync(document.uri.fsPath, 'utf8');
      assert.ok(saved.length > before.length && after.startsWith(saved), 'it was saved half-way');
      assert.ok(editor.selection.active.isEqual(document.positionAt(after.length)), 'the cursor is at its end');
      await vscode.commands.executeCommand('undo');
      assert.equal(document.getText(), before);
      await vscode.commands.executeCommand('redo');
      assert.equal(document.getText(), after);
    });
  });

  it('writes at the cursor where it is once the model is known, whatever was typed before', async () => {
    const editor = await editorWith(`${prompt}\nThe end.`);
    const { document } = editor;
    editor.selection = new vscode.Selection(0, prompt.length, 0, prompt.length);
    const latest = new LatestWriting();
    const written = new WrittenText();
    const read: string[] = [];
    const writer = new GenerateAtCursor(
      { beginGenerating: () => () => undefined, wrote: () => undefined },
      {
        generate: (request, onPiece) => {
          read.push(request.prompt);
          onPiece(' and on');
          const result = { text: ' and on', stopped: 'length', unknownCharacters: [], copies: [], seconds: 0 } as const;
          return Promise.resolve(result);
        },
      },
      {
        // Which model writes is read from disk: someone types meanwhile.
        active: async () => {
          await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'A title\n\n'));
          return { name: 'm', folder: '/m' };
        },
      },
      () => readSettings(() => undefined).settings,
      latest,
      new PromptDoctor(() => undefined),
      written,
      () => undefined,
    );
    const { stopped } = await writer.generate();
    latest.dispose();
    written.dispose();
    assert.equal(document.getText(), `A title\n\n${prompt} and on\nThe end.`);
    assert.deepEqual(read, [`A title\n\n${prompt}`]);
    assert.equal(stopped, 'length');
  });

  it('keeps to the speed that is set, and stops with what can be seen', async () => {
    const { document } = await editorWith(prompt);
    await withSettings({ 'textloom.generation.speed': 50 }, async () => {
      const writing = generate({ length: 5000, seed: 22 });
      await eventually(() => document.getText().length > prompt.length + 10, 'some text is there');
      await vscode.commands.executeCommand('textloom.stopGenerating');
      const { stopped, texts } = await writing;
      assert.equal(stopped, 'cancelled');
      assert.ok(texts[0]!.length < 2500, `${texts[0]!.length} characters`);
      assert.equal(document.getText(), prompt + texts[0]!);
    });
  });

  it('reads the text before the cursor only, and knows where a document starts', async () => {
    const { document } = await editorWith(`One\n${prompt} and so on`);
    const end = new vscode.Position(1, prompt.length);
    assert.deepEqual(promptBefore(document, end, 1000), {
      prompt: `One\n${prompt}`,
      startsDocument: true,
      promptLength: 1000,
    });
    const { prompt: short, startsDocument } = promptBefore(document, end, 10);
    assert.equal(short, prompt.slice(-15));
    assert.equal(startsDocument, false);
    assert.equal(promptOf(document, new vscode.Range(1, 0, 1, 7), 1000).startsDocument, false);
    assert.equal(promptOf(document, new vscode.Range(0, 0, 0, 3), 1000).startsDocument, true);
  });

  it('writes in the cell of a notebook, with the cells above as its prompt', async () => {
    const cell = (text: string) => new vscode.NotebookCellData(vscode.NotebookCellKind.Markup, text, 'markdown');
    const above = ['It was a damp, drizzly November.', 'The whale!\n\n'];
    const notebook = await vscode.workspace.openNotebookDocument(
      'jupyter-notebook',
      new vscode.NotebookData([...above, prompt, 'Below.'].map(cell)),
    );
    await vscode.window.showNotebookDocument(notebook, { selections: [new vscode.NotebookRange(2, 3)] });
    await vscode.commands.executeCommand('notebook.cell.edit');
    const { document } = notebook.cellAt(2);
    await eventually(() => vscode.window.activeTextEditor?.document === document, 'the cell is edited');
    const end = document.positionAt(prompt.length);
    vscode.window.activeTextEditor!.selection = new vscode.Selection(end, end);
    const read = promptBefore(document, end, 1000);
    assert.equal(read.prompt, `It was a damp, drizzly November.\n\nThe whale!\n\n${prompt}`);
    assert.equal(read.startsDocument, true);
    const { texts } = await generate({ length: 40, seed: 23 });
    assert.equal(document.getText(), prompt + texts[0]!);
    assert.deepEqual(
      notebook.getCells().map((each) => each.document.getText()),
      [...above, prompt + texts[0]!, 'Below.'],
    );
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), prompt);
  });

  it('reads the end of a large document only', async () => {
    const line = 'The quick brown fox jumps over the lazy dog, and the whale looks on.\n';
    const editor = await editorWith(line.repeat(Math.ceil((8 * 2 ** 20) / line.length)) + prompt);
    const { document } = editor;
    const { texts } = await generate({ length: 30, seed: 24 });
    assert.ok(document.getText().endsWith(prompt + texts[0]!));
    await vscode.commands.executeCommand('undo');
    assert.equal(document.lineAt(document.lineCount - 1).text, prompt);
  });

  it('says so where the editor keeps a document to itself for its size', async () => {
    const path = inWorkspace('huge.txt');
    writeFileSync(path, 'The whale looks on.\n'.repeat(Math.ceil((52 * 2 ** 20) / 20)));
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(path));
    assert.equal(await vscode.commands.executeCommand('textloom.generate', { length: 5 }), undefined);
    assert.match(messages.shown[0]!.text, /above 50 MB/);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    rmSync(path);
  });

  it('names characters that the model has never seen once for each document, and offers to teach them', async () => {
    const said = () => messages.shown.filter(({ text }) => text.includes('never seen'));
    for (const expected of [1, 2]) {
      await editorOnFile(`greek-${expected}.md`, 'Ω and ☃ and Ω');
      await generate({ length: 5, seed: 16 });
      await generate({ length: 5, seed: 17 });
      assert.equal(said().length, expected, JSON.stringify(messages.shown));
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    }
    assert.match(said()[0]!.text, /Ω ☃: it reads each of them as \ufffd/);
    assert.deepEqual(said()[0]!.buttons, ['Extend the Vocabulary…']);
  });
});

describe('reading along', () => {
  const name = 'Quillvorn';

  before(async function () {
    this.timeout(120_000);
    const folder = await trainedModel();
    const { tokenizer } = await readDescription(folder);
    const learned = createTokenizer(tokenizer);
    const memory = new Memory(learned);
    memory.learn([...learned.encode('the sailor sees the whale and the sea. '.repeat(50)), endOfDocument]);
    await saveMemory(folder, memory);
  });

  after(async () => {
    rmSync(join(await trainedModel(), memoryFile), { force: true });
  });

  it('leaves out what was generated, until the user edits inside it', async () => {
    const editor = await editorWith(`${prompt}\n`);
    const { document } = editor;
    const { settings } = readSettings(() => undefined);
    const { background, written, writer } = writerThat(' LOOM AND ON', settings);
    const end = (): vscode.Position => document.positionAt(document.getText().length);
    await writer.generate();
    assert.equal(document.getText(), `${prompt}\n LOOM AND ON`);
    assert.deepEqual(written.before(document, end()).text, `${prompt}\n`);
    await editor.edit((edit) => edit.insert(end(), ' and mine'));
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'Title\n'));
    const { text, seams } = written.before(document, end());
    assert.deepEqual([text, seams], [`Title\n${prompt}\n and mine`, [`Title\n${prompt}\n`.length]]);
    await writer.generate();
    assert.equal(background.at(-1)?.read?.text, text);
    assert.equal(background.at(-1)?.memory, 'reading along');
    await vscode.commands.executeCommand('undo');
    assert.equal(written.before(document, end()).text, text);
    await vscode.commands.executeCommand('redo');
    assert.ok(document.getText().endsWith('and mine LOOM AND ON'));
    assert.equal(written.before(document, end()).text, text, 'what a redo brings back is as it was');
    await editor.edit((edit) => edit.insert(document.positionAt(document.getText().length - 2), 'x'));
    assert.equal(written.before(document, end()).text, `${text} LOOM AND xON`);
    written.dispose();
  });

  it('writes a name of the open document, far above the prompt, more often', async () => {
    const far = `${`${name} is here. ${name} is gone. `.repeat(20)}\n${`${prompt}\n`.repeat(80)}`;
    const count = async (memory: 'reading along' | 'off'): Promise<number> => {
      let found = 0;
      for (let seed = 1; seed <= 8; seed++) {
        await editorWith(`${far}${name.slice(0, 4)}`);
        const { texts } = await generate({ length: 5, seed, temperature: 0.5, memory });
        if (texts[0]?.startsWith(name.slice(4, 7)) === true) found++;
      }
      return found;
    };
    const [along, off] = [await count('reading along'), await count('off')];
    assert.ok(along > off, `${along} ${off}`);
  }).timeout(60_000);

  /** Writes a given text wherever it is asked to. */
  function writerThat(text: string, settings: ReturnType<typeof readSettings>['settings']) {
    const background: Parameters<BackgroundProcess['generate']>[0][] = [];
    const written = new WrittenText();
    const writer = new GenerateAtCursor(
      { beginGenerating: () => () => undefined, wrote: () => undefined },
      {
        generate: (request, onPiece) => {
          background.push(request);
          onPiece(text);
          return Promise.resolve({ text, stopped: 'length', unknownCharacters: [], copies: [], seconds: 0 } as const);
        },
      },
      { active: () => Promise.resolve({ name: 'm', folder: '/m' }) },
      () => settings,
      new LatestWriting(),
      new PromptDoctor(() => undefined),
      written,
      () => undefined,
    );
    return { background, written, writer };
  }
});

describe('writing again', () => {
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

  it('writes something else in place, and one undo brings the former text back', async () => {
    const editor = await editorWith(`${prompt}\nThe end.`);
    const { document } = editor;
    editor.selection = new vscode.Selection(0, prompt.length, 0, prompt.length);
    const first = await generate({ length: 50, seed: 31 });
    const before = document.getText();
    const second = await write('textloom.regenerate');
    assert.notEqual(second.texts[0], first.texts[0]);
    assert.equal(document.getText(), `${prompt}${second.texts[0]}\nThe end.`);
    assert.equal(document.getText(second.ranges[0]), second.texts[0]);
    assert.ok(editor.selection.isEmpty && editor.selection.active.isEqual(second.ranges[0]!.end), 'the cursor follows');
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), before);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), `${prompt}\nThe end.`);
  });

  it('writes the same by its seed, at every cursor, whatever was edited around it', async () => {
    const editor = await editorWith('Call me\nThe whale');
    const { document } = editor;
    editor.selections = [0, 1].map((line) => {
      const { end } = document.lineAt(line).range;
      return new vscode.Selection(end, end);
    });
    const first = await generate({ length: 25 });
    await write('textloom.regenerate');
    await vscode.commands.executeCommand('undo');
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'A title\n\n'));
    await write('textloom.regenerate');
    const again = await write('textloom.regenerateSame');
    assert.equal(document.getText(), `A title\n\nCall me${again.texts[0]}\nThe whale${again.texts[1]}`);
    assert.notDeepEqual(again.texts, first.texts);
    const same = await write('textloom.regenerateSame');
    assert.deepEqual(same.texts, again.texts);
    assert.equal(same.seed, again.seed);
  });

  it('takes the place of what was written where it stands once its editor is shown', async () => {
    const editor = await editorWith(`${prompt}\nThe end.`);
    const { document } = editor;
    editor.selection = new vscode.Selection(0, prompt.length, 0, prompt.length);
    await generate({ length: 30, seed: 34 });
    const original = vscode.window.showTextDocument;
    const window = vscode.window as unknown as Record<string, unknown>;
    window['showTextDocument'] = async (...args: Parameters<typeof original>) => {
      const shown = await original(...args);
      await shown.edit((edit) => edit.insert(new vscode.Position(0, 0), 'A title\n\n'));
      return shown;
    };
    try {
      const { texts } = await write('textloom.regenerate');
      assert.equal(document.getText(), `A title\n\n${prompt}${texts[0]}\nThe end.`);
    } finally {
      window['showTextDocument'] = original;
    }
  });

  it('refuses where the text was changed since, or taken back, and works again once it stands there', async () => {
    const editor = await editorWith(prompt);
    const { document } = editor;
    const { ranges } = await generate({ length: 40, seed: 32 });
    const written = document.getText();
    await editor.edit((edit) => edit.insert(ranges[0]!.start.translate(0, 3), '!'));
    const changed = document.getText();
    assert.equal(await vscode.commands.executeCommand('textloom.regenerate'), undefined);
    assert.match(messages.shown.at(-1)!.text, /edited since/);
    assert.equal(document.getText(), changed);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), written);
    await vscode.commands.executeCommand('undo');
    assert.equal(await vscode.commands.executeCommand('textloom.regenerateSame'), undefined);
    assert.match(messages.shown.at(-1)!.text, /edited since/);
    await vscode.commands.executeCommand('redo');
    await write('textloom.regenerateSame');
    assert.equal(document.getText(), written);
  });

  it('refuses where nothing was written, or its document is closed', async () => {
    await editorWith(prompt);
    await generate({ length: 5, seed: 33 });
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await editorWith(prompt);
    await eventually(async () => {
      await vscode.commands.executeCommand('textloom.regenerate');
      return messages.shown.some(({ text }) => text.includes('Nothing was written here yet'));
    }, 'a refusal');
  });
});

/** The next list that is opened, once it has rows. */
function nextList(): Promise<vscode.QuickPick<vscode.QuickPickItem>> {
  const original = vscode.window.createQuickPick;
  return new Promise((resolve) => {
    vscode.window.createQuickPick = (() => {
      vscode.window.createQuickPick = original;
      const list = original();
      list.onDidChangeActive(() => resolve(list));
      return list;
    }) as typeof original;
  });
}

/** Accepts the row with the focus, until the list has closed: it may be filled anew at that moment. */
async function takeFirst(list: vscode.QuickPick<vscode.QuickPickItem>): Promise<void> {
  let isOpen = true;
  list.onDidHide(() => (isOpen = false));
  await eventually(async () => {
    if (isOpen) await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    return !isOpen;
  }, 'a row is taken');
}

describe('extending the vocabulary', () => {
  before(async () => {
    await trainedModel();
    await whenIdle();
  });

  it('goes on from the model, with new symbols, as a new model', async () => {
    const known = (await readDescription(await trainedModel())).tokenizer;
    const { document } = await editorOnFile('omega.md', 'Ω and ☃, and a whale. '.repeat(40));
    const api = await textloom();
    const offered = nextList();
    void vscode.commands.executeCommand('textloom.extendVocabulary', undefined, document.uri);
    await takeFirst(await offered);
    await eventually(
      () => api.state.activity.kind === 'training' && api.state.run?.started.name.startsWith('sailor ') === true,
      'the training has begun',
      90,
    );
    const { started } = api.state.run!;
    const { tokenizer } = await readDescription(started.folder);
    assert.ok(known.kind === 'char' && tokenizer.kind === 'char');
    assert.deepEqual(tokenizer.symbols.slice(0, known.symbols.length), known.symbols);
    assert.ok(['Ω', '☃'].every((symbol) => tokenizer.symbols.includes(symbol)));
    await vscode.commands.executeCommand('textloom.stop');
    await whenIdle();
    await trainedModel();
  });
});

describe('stepping by hand', () => {
  before(async () => {
    await trainedModel();
  });

  afterEach(async () => {
    await vscode.commands.executeCommand('textloom.stopStepping');
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  /** What the list at the cursor offers, the mode being on. */
  async function offered(editor: vscode.TextEditor): Promise<readonly vscode.CompletionItem[]> {
    const { document, selection } = editor;
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      selection.active,
    );
    return list.items.filter(({ command }) => command?.command === 'textloom.stepByHand');
  }

  function percent({ label }: vscode.CompletionItem): number {
    return parseFloat(typeof label === 'string' ? '' : (label.description ?? ''));
  }

  it('offers words with their probabilities, likeliest first, filtered by what is typed', async () => {
    const editor = await editorWith(prompt);
    assert.deepEqual(await offered(editor), []);
    await vscode.commands.executeCommand('textloom.stepByHand');
    assert.equal((await textloom()).state.stepping, true);
    const items = [...(await offered(editor))].sort((a, b) => a.sortText!.localeCompare(b.sortText!));
    assert.ok(items.length >= 5, `${items.length} choices`);
    const percents = items.map(percent);
    assert.deepEqual(
      percents,
      [...percents].sort((a, b) => b - a),
    );
    assert.ok(percents[0]! > 0 && percents.reduce((sum, value) => sum + value, 0) <= 101);
    for (const { insertText } of items) assert.match(insertText as string, /^\s*\S+$/u);
    await vscode.commands.executeCommand('type', { text: ' t' });
    const filtered = await offered(editor);
    assert.ok(filtered.length > 0);
    for (const { insertText } of filtered) assert.match(insertText as string, /^ ?t/u);
  });

  it('offers characters where they are asked for, and nothing once it has ended', async () => {
    const editor = await editorWith(prompt);
    await withSettings({ 'textloom.stepByHand.unit': 'character' }, async () => {
      await vscode.commands.executeCommand('textloom.stepByHand');
      for (const { insertText } of await offered(editor)) assert.equal(Array.from(insertText as string).length, 1);
      await vscode.commands.executeCommand('textloom.stopStepping');
      assert.equal((await textloom()).state.stepping, false);
      assert.deepEqual(await offered(editor), []);
    });
  });

  it('refuses a read-only editor with a sentence', async () => {
    const messages = watchMessages();
    await withSettings({ 'files.readonlyInclude': { '**/locked.md': true } }, async () => {
      const { document } = await editorOnFile('locked.md', prompt);
      await vscode.commands.executeCommand('textloom.stepByHand');
      messages.restore();
      assert.ok(
        messages.shown.some(({ kind, text }) => kind === 'error' && text.includes('read-only')),
        JSON.stringify(messages.shown),
      );
      assert.equal((await textloom()).state.stepping, false);
      assert.equal(document.getText(), prompt);
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    });
  });

  it('ends when its editor is closed', async () => {
    await editorWith(prompt);
    await vscode.commands.executeCommand('textloom.stepByHand');
    await editorWith('Another text');
    await eventually(async () => !(await textloom()).state.stepping, 'the mode has ended');
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });
});
