/**
 * extension/surprise/: a document coloured by how unexpected each character is to a model, kept up as it is edited.
 */
import { code } from '../markdown';
import * as vscode from 'vscode';
import type { MemoryUse } from '../../memory/memory';
import { formatProgress, plural } from '../../base/format';
import type { BackgroundProcess } from '../background/backgroundProcess';
import { UserError } from '../failure';
import type { Models } from '../models/models';
import { noModel } from '../models/selectModel';
import type { Reporter } from '../reporter';
import type { ModelReference, Session } from '../session';
import { SurprisedDocument } from './surprisedDocument';
import { legend } from './surpriseHover';
import { SurprisePainter } from './surprisePainter';

/**
 * In longer documents, code units, the memory is left out: it reads from the start on, and what is looked at far down would wait
 * for seconds.
 */
const mostRemembered = 200_000;

/** Least time between two paintings of an editor, milliseconds. */
const paintInterval = 50;

/** Shows how surprising documents are to the active model: each document on or off by itself. */
export class Surprise implements vscode.Disposable {
  private readonly shown = new Map<string, SurprisedDocument>();
  /** Made when first shown: nobody else pays for them. */
  private surface: { readonly painter: SurprisePainter; readonly item: vscode.StatusBarItem } | undefined;
  private readonly subscriptions: vscode.Disposable[] = [];
  private timer: NodeJS.Timeout | undefined;
  /** How many of a document's places have been visited since it was scored. */
  private visited: { readonly places: SurprisedDocument['places']; readonly count: number } | undefined;

  constructor(
    private readonly session: Session,
    private readonly background: BackgroundProcess,
    private readonly models: Models,
    private readonly reporter: Reporter,
    private readonly memory: () => MemoryUse,
  ) {}

  /** Shows the surprise of the active editor's document, or hides it. @throws UserError */
  async toggle(): Promise<void> {
    const editor = activeEditor();
    const key = editor.document.uri.toString();
    if (this.shown.has(key)) this.hide(key);
    else await this.show(editor);
  }

  /** Puts the cursor on the most surprising place of the active editor's document, then on the next one. */
  async next(): Promise<void> {
    const editor = activeEditor();
    const known = this.shown.get(editor.document.uri.toString());
    if (known === undefined) await this.show(editor);
    const document = this.shown.get(editor.document.uri.toString());
    if (document === undefined) return;
    const places = await document.rank();
    if (places.length === 0) throw new UserError('Nothing in this text surprises the model.');
    const count = this.visited?.places === places ? this.visited.count % places.length : 0;
    const place = places[count];
    if (place === undefined) return;
    this.visited = { places, count: count + 1 };
    const position = editor.document.positionAt(place.offset);
    editor.selection = new vscode.Selection(position, position);
    editor.revealRange(new vscode.Range(position, position), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    this.reporter.mention(
      `${place.bits.toFixed(1)} bits: ${count + 1} of ${plural(places.length, 'surprising place')}`,
    );
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const document of this.shown.values()) document.dispose();
    vscode.Disposable.from(...this.subscriptions).dispose();
    this.surface?.painter.dispose();
    this.surface?.item.dispose();
  }

  private async show(editor: vscode.TextEditor): Promise<void> {
    const model = await this.models.active();
    if (model === null) throw noModel();
    this.prepare();
    await this.score(editor, model);
  }

  private async score({ document, visibleRanges }: vscode.TextEditor, model: ModelReference): Promise<void> {
    const key = document.uri.toString();
    const surprised = new SurprisedDocument(document, model, this.background, memoryFor(document, this.memory()));
    this.shown.set(key, surprised);
    surprised.onDidChange(() => this.paintSoon());
    surprised.onDidFail((error) => {
      this.hide(key);
      this.reporter.tell(error);
    });
    this.paintSoon();
    await surprised.readAll(visibleRanges[0]);
  }

  private hide(key: string): void {
    const document = this.shown.get(key);
    this.shown.delete(key);
    document?.dispose();
    this.paint();
  }

  /** What is needed once anything is shown. */
  private prepare(): void {
    if (this.surface !== undefined) return;
    const item = vscode.window.createStatusBarItem('textloom.surprise', vscode.StatusBarAlignment.Left, -1);
    item.name = 'Textloom Surprise';
    item.command = 'textloom.nextSurprise';
    this.surface = { painter: new SurprisePainter(), item };
    const { window, workspace, languages } = vscode;
    this.subscriptions.push(
      workspace.onDidChangeTextDocument((event) => this.shown.get(event.document.uri.toString())?.follow(event)),
      workspace.onDidCloseTextDocument(({ uri }) => this.hide(uri.toString())),
      window.onDidChangeTextEditorVisibleRanges(() => this.paintSoon()),
      window.onDidChangeVisibleTextEditors(() => this.paintSoon()),
      window.onDidChangeActiveTextEditor(() => this.paintSoon()),
      languages.registerHoverProvider(
        { scheme: '*' },
        {
          provideHover: (document, position, token) => this.shown.get(document.uri.toString())?.hover(position, token),
        },
      ),
      vscode.Disposable.from(
        this.session.onDidChange(({ activeModel }) => {
          if (activeModel !== null) this.changeModel(activeModel);
        }),
      ),
    );
  }

  /** Another model writes now: what is shown is shown by that one. */
  private changeModel(model: ModelReference): void {
    for (const [key, document] of this.shown) {
      if (document.model.folder === model.folder) continue;
      const editor = vscode.window.visibleTextEditors.find((each) => each.document === document.document);
      this.hide(key);
      if (editor !== undefined) void this.score(editor, model);
    }
  }

  private paintSoon(): void {
    this.timer ??= setTimeout(() => this.paint(), paintInterval);
  }

  private paint(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.surface === undefined) return;
    const { painter, item } = this.surface;
    for (const document of this.shown.values()) lookAt(document);
    for (const editor of vscode.window.visibleTextEditors) {
      const document = this.shown.get(editor.document.uri.toString());
      if (document === undefined) {
        painter.clear(editor);
      } else {
        painter.paint(editor, document.surprise);
        if (document.isReady) painter.markPlaces(editor, document.places);
      }
    }
    const active = this.shown.get(vscode.window.activeTextEditor?.document.uri.toString() ?? '');
    if (active === undefined) item.hide();
    else showStatus(item, active);
  }
}

/** Tells a document which part of it is seen: of several, the one with the cursor. */
function lookAt(document: SurprisedDocument): void {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  const editors = visibleTextEditors.filter((editor) => editor.document === document.document);
  const editor = editors.find((each) => each === activeTextEditor) ?? editors[0];
  const seen = editor?.visibleRanges[0];
  if (seen !== undefined) document.look(seen);
}

function showStatus(item: vscode.StatusBarItem, { status, model }: SurprisedDocument): void {
  switch (status.kind) {
    case 'scoring':
      item.text = `$(loading~spin) ${formatProgress(status.share)}`;
      break;
    case 'scored':
      item.text = `$(eye) ${status.bits.toFixed(2)} bits/character`;
      break;
    default:
      status satisfies never;
  }
  const links =
    '[Go to Next Surprising Passage](command:textloom.nextSurprise) · [Hide](command:textloom.showSurprise)';
  const tooltip = new vscode.MarkdownString(`**Surprise**: what ${code(model.name)} did not expect\n\n`, true);
  tooltip.supportHtml = true;
  tooltip.isTrusted = { enabledCommands: ['textloom.nextSurprise', 'textloom.showSurprise'] };
  tooltip.appendMarkdown(`${legend()}\n\n${links}`);
  item.tooltip = tooltip;
  item.accessibilityInformation = { label: `Textloom surprise: ${item.text.replace(/\$\([^)]*\) /, '')}` };
  item.show();
}

function memoryFor(document: vscode.TextDocument, use: MemoryUse): MemoryUse {
  return document.offsetAt(document.lineAt(document.lineCount - 1).range.end) > mostRemembered ? 'off' : use;
}

function activeEditor(): vscode.TextEditor {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) throw new UserError('No text is open: open a document to look at.');
  return editor;
}
