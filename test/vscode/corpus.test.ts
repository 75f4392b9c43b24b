import iconv from 'iconv-lite';
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import {
  eventually,
  inWorkspace,
  type Messages,
  small,
  tales,
  textloom,
  until,
  watchMessages,
  whenIdle,
} from './support';

interface Description {
  readonly tokenizer: { readonly kind: string; readonly symbols: readonly string[] };
  readonly corpus: {
    readonly summary: { readonly characters: number };
    readonly documents: readonly { readonly name: string }[];
  };
}

function descriptionOf(folder: string): Description {
  return JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as Description;
}

function namesOf(folder: string): string[] {
  return descriptionOf(folder)
    .corpus.documents.map(({ name }) => name)
    .sort();
}

describe('the text to train on', () => {
  let messages: Messages;
  const recipe = () => inWorkspace('textloom.json');

  beforeEach(() => (messages = watchMessages()));

  afterEach(async () => {
    messages.restore();
    const { state } = await textloom();
    if (state.activity.kind === 'training') await vscode.commands.executeCommand('textloom.stop');
    await whenIdle();
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    rmSync(recipe(), { force: true });
  });

  it('is read as textloom.json says', async () => {
    tales();
    writeFileSync(
      recipe(),
      JSON.stringify({ include: ['tales'], exclude: ['chapter_1.txt'], tokenizer: 'byte', weights: { tales: 2 } }),
    );
    const api = await textloom();
    const { hiddenSize, streams, length } = small;
    const folder = await api.train({ hiddenSize, streams, length, recipe: inWorkspace(), name: 'told', steps: 2 });
    await whenIdle();
    assert.deepEqual(namesOf(folder), ['tales/chapter_2.txt', 'tales/chapter_3.txt', 'tales/chapter_4.txt']);
    assert.equal(descriptionOf(folder).tokenizer.kind, 'byte');
  });

  it('leaves out what the editor hides from its explorer and its search', async () => {
    const configuration = vscode.workspace.getConfiguration();
    const settings = { 'files.exclude': 'chapter_1.txt', 'search.exclude': '**/chapter_2.*' };
    const set = async (isOn: boolean) => {
      for (const [name, glob] of Object.entries(settings)) {
        await configuration.update(name, isOn ? { [glob]: true } : undefined, vscode.ConfigurationTarget.Workspace);
      }
    };
    await set(true);
    try {
      const folder = await (await textloom()).train({ ...small, paths: [tales()], name: 'hidden', steps: 2 });
      await whenIdle();
      assert.deepEqual(namesOf(folder), ['tales/chapter_3.txt', 'tales/chapter_4.txt']);
    } finally {
      await set(false);
    }
  });

  it('is composed where the settings say so, unless textloom.json says otherwise', async () => {
    const place = inWorkspace('accents');
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'a.md'), 'déjà vu, naïve, Ångström\n'.normalize('NFD').repeat(200));
    const setting = (value: string | undefined) =>
      vscode.workspace
        .getConfiguration()
        .update('textloom.corpus.normalization', value, vscode.ConfigurationTarget.Workspace);
    await setting('nfc');
    try {
      const api = await textloom();
      const symbolsOf = async (options: object) => {
        const folder = await api.train({ ...small, ...options, name: 'accents', steps: 2 });
        await whenIdle();
        return descriptionOf(folder).tokenizer.symbols;
      };
      const composed = await symbolsOf({ paths: [place] });
      assert.ok(composed.includes('é') && !composed.includes('\u0301'), composed.join(' '));
      writeFileSync(recipe(), JSON.stringify({ include: ['accents'], normalization: 'none' }));
      const asItIs = await symbolsOf({ recipe: inWorkspace() });
      assert.ok(asItIs.includes('\u0301') && !asItIs.includes('é'), asItIs.join(' '));
    } finally {
      await setting(undefined);
      rmSync(place, { recursive: true });
    }
  });

  it('is read in the encoding that the editor has for a folder, and for a language in it', async () => {
    const place = inWorkspace('encoded');
    mkdirSync(place, { recursive: true });
    const russian = 'Все счастливые семьи похожи друг на друга.\n'.repeat(80);
    const french = 'Les élèves ont été très étonnés à Noël.\n'.repeat(80);
    writeFileSync(join(place, 'a.txt'), iconv.encode(russian, 'iso88595'));
    writeFileSync(join(place, 'b.md'), iconv.encode(french, 'cp850'));
    const everywhere = vscode.workspace.getConfiguration('files');
    const forMarkdown = vscode.workspace.getConfiguration('files', { languageId: 'markdown' });
    const { Workspace } = vscode.ConfigurationTarget;
    await everywhere.update('encoding', 'iso88595', Workspace);
    await forMarkdown.update('encoding', 'cp850', Workspace, true);
    try {
      const folder = await (await textloom()).train({ ...small, paths: [place], name: 'encoded', steps: 2 });
      await whenIdle();
      const { symbols } = descriptionOf(folder).tokenizer;
      assert.deepEqual(new Set(symbols), new Set(Array.from(russian + french)));
    } finally {
      await forMarkdown.update('encoding', undefined, Workspace, true);
      await everywhere.update('encoding', undefined, Workspace);
      rmSync(place, { recursive: true });
    }
  });

  it('says where textloom.json is wrong, and opens it there', async () => {
    writeFileSync(recipe(), '{\n  "exclude": [],\n  "minutes": "five"\n}\n');
    messages.press('Open textloom.json');
    await vscode.commands.executeCommand('textloom.train', { recipe: inWorkspace() });
    const message = messages.shown.find(({ kind }) => kind === 'error');
    assert.equal(message?.text, 'textloom.json, line 3: "minutes" must be a number, not "five"; mend it or remove it.');
    await eventually(() => vscode.window.activeTextEditor?.document.fileName === recipe(), 'the recipe opens');
    await eventually(() => vscode.window.activeTextEditor?.selection.start.line === 2, 'at its third line');
  });

  it('is told by textloom.json with completion, and what is wrong in it is underlined', async () => {
    writeFileSync(recipe(), '{\n  "tokenizer": "letters"\n}\n');
    const document = await vscode.workspace.openTextDocument(recipe());
    await vscode.window.showTextDocument(document);
    await eventually(
      () => vscode.languages.getDiagnostics(document.uri).some(({ message }) => message.includes('"auto"')),
      'a wrong tokeniser is underlined',
      90,
    );
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      new vscode.Position(0, 1),
    );
    const labels = list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    for (const key of ['include', 'exclude', 'weights', 'minutes']) assert.ok(labels.includes(key), labels.join());
  });

  it('is made a recipe that leaves everything as it is where there is none', async () => {
    await vscode.commands.executeCommand('textloom.openRecipe');
    assert.equal(vscode.window.activeTextEditor?.document.fileName, recipe());
    assert.deepEqual(JSON.parse(readFileSync(recipe(), 'utf8')), { include: ['**/*'], exclude: [] });
  });

  it('may be a selection', async () => {
    const document = await vscode.workspace.openTextDocument(join(tales(), 'chapter_1.txt'));
    const editor = await vscode.window.showTextDocument(document);
    const lines = Math.floor(document.lineCount / 2);
    editor.selection = new vscode.Selection(0, 0, lines, 0);
    const selected = document.getText(editor.selection);
    const folder = await trainOffered('textloom.trainOnThis');
    const { corpus } = descriptionOf(folder);
    assert.deepEqual(namesOf(folder), ['chapter_1.txt (selection)']);
    assert.equal(corpus.summary.characters, Array.from(selected).length);
  });

  it('may be several files of the explorer', async () => {
    const uris = [1, 2].map((chapter) => vscode.Uri.file(join(tales(), `chapter_${chapter}.txt`)));
    const folder = await trainOffered('textloom.trainOnThis', uris[0], uris);
    assert.deepEqual(namesOf(folder), ['tales/chapter_1.txt', 'tales/chapter_2.txt']);
  });

  it('may be a notebook, which counts as it is on screen while it is not saved', async () => {
    const cell = (source: string) => ({ cell_type: 'markdown', metadata: {}, source: source.split(/(?<=\n)/) });
    const text = readFileSync(join(tales(), 'chapter_1.txt'), 'utf8');
    const file = inWorkspace('thoughts.ipynb');
    writeFileSync(file, JSON.stringify({ cells: [cell(text)], metadata: {}, nbformat: 4, nbformat_minor: 5 }));
    // In the browser, the editor would save it by itself.
    const saving = (how: string | undefined) =>
      vscode.workspace.getConfiguration('files').update('autoSave', how, vscode.ConfigurationTarget.Workspace);
    await saving('off');
    const notebook = await vscode.workspace.openNotebookDocument(vscode.Uri.file(file));
    try {
      await vscode.window.showNotebookDocument(notebook);
      const edit = new vscode.WorkspaceEdit();
      const added = new vscode.NotebookCellData(vscode.NotebookCellKind.Markup, 'ΨΨΨ is new', 'markdown');
      edit.set(notebook.uri, [vscode.NotebookEdit.insertCells(0, [added])]);
      assert.ok(await vscode.workspace.applyEdit(edit));
      assert.ok(notebook.isDirty);
      const api = await textloom();
      const folder = await api.train({ ...small, paths: [file], name: 'thoughts', steps: 2 });
      await whenIdle();
      const { corpus, tokenizer } = descriptionOf(folder);
      assert.deepEqual(namesOf(folder), ['thoughts.ipynb']);
      assert.ok(tokenizer.symbols.includes('Ψ'));
      // The sources of its cells, each with a line's end, and a blank line between: nothing of its JSON.
      const lines = ['ΨΨΨ is new', text].map((source) => `${source.trimEnd()}\n`);
      assert.equal(corpus.summary.characters, Array.from(lines.join('\n')).length);
      assert.ok(!readFileSync(file, 'utf8').includes('Ψ'));
    } finally {
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
      await saving(undefined);
      rmSync(file);
    }
  });

  it('may be a document that was never saved', async () => {
    const text = readFileSync(join(tales(), 'chapter_1.txt'), 'utf8');
    const document = await vscode.workspace.openTextDocument({ content: `ΩΩΩ ${text}` });
    await vscode.window.showTextDocument(document);
    const folder = await trainOffered('textloom.trainOnThis');
    assert.ok(descriptionOf(folder).tokenizer.symbols.includes('Ω'));
    assert.ok(existsSync(folder));
  });
});

/** Trains by a command that asks, taking what each question offers first, and stops. @returns the model's folder */
async function trainOffered(command: string, ...given: readonly unknown[]): Promise<string> {
  const training = vscode.commands.executeCommand<string>(command, ...given);
  const api = await textloom();
  await eventually(
    async () => {
      if (api.state.activity.kind === 'training') return true;
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return false;
    },
    'a training begins',
    90,
  );
  const folder = await training;
  await vscode.commands.executeCommand('textloom.stop');
  await until(({ run }) => run?.phase === 'finished');
  return folder;
}
