import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { formatProbability } from '../../base/format';
import { readDescription } from '../../model/readModel';
import { tokenizerKinds } from '../../model/tokenizerKinds';
import type { BackgroundProcess } from '../background/backgroundProcess';
import type { Models } from '../models/models';
import { noModel } from '../models/selectModel';
import type { Session } from '../session';
import type { Settings } from '../settings';
import { editorToWriteIn } from './editorToWriteIn';
import { promptBefore } from './prompt';
import { readOnly } from './remarks';
import type { WrittenText } from './writtenText';
import { endsInWord, isBeginningOfWord, stepFilter, stepLabel } from './stepText';

/** How many ways on are offered. */
const choices = 12;

/** The editor asks for its list at once, if it shows one: a read-only one shows none, and has no other way to tell. */
const patience = 3000;

/** Of the editor's commands, the one that asks for its list, unless it is shown, and the one that closes it if so. */
const trigger = 'editor.action.triggerSuggest';
const hide = 'hideSuggestWidget';

/** What one goes through a text by hand with: fixed while the mode is on. */
interface Stepping {
  readonly document: vscode.TextDocument;
  readonly folder: string;
  readonly unit: 'word' | 'symbol';
  /** The model reads whole words: what is typed of one says nothing to it. */
  readonly readsWords: boolean;
  readonly subscriptions: vscode.Disposable;
  /** Where the choice at hand begins: what is typed after it filters. */
  anchor: vscode.Position;
  /** Whether anything was found for the text as it stands, or may still be. */
  hasChoices: boolean;
  /** How often choices were shown anew: the latest of it is the one that counts. */
  showings: number;
  /** The editor has asked for choices. */
  wasAsked: boolean;
}

/**
 * Writing with the model, one choice at a time: the editor's own list at the cursor shows how the text may go on, and
 * how likely that is. Arrows and Enter pick, typing filters, Esc ends.
 */
export class StepByHand implements vscode.Disposable {
  private stepping: Stepping | undefined;

  constructor(
    private readonly session: Session,
    private readonly background: BackgroundProcess,
    private readonly models: Models,
    private readonly settings: () => Settings,
    private readonly written: WrittenText,
    private readonly tell: (error: unknown) => void,
  ) {}

  /** Begins at the cursor of the active editor. @throws UserError where there is nothing to write with or in. */
  async begin(): Promise<void> {
    this.end();
    const editor = await editorToWriteIn();
    const { document } = editor;
    const folder = (await this.models.active())?.folder;
    if (folder === undefined) throw noModel();
    const { tokenizer } = await readDescription(folder);
    this.stepping = {
      document,
      folder,
      unit: this.settings()['stepByHand.unit'] === 'word' ? 'word' : 'symbol',
      readsWords: tokenizerKinds[tokenizer.kind].each === 'word',
      subscriptions: this.listen(document),
      anchor: editor.selection.active,
      hasChoices: true,
      showings: 0,
      wasAsked: false,
    };
    this.session.stepByHand(true);
    await this.goOn();
    await this.refuseReadOnly(this.stepping);
  }

  /** @throws UserError where the editor doesn't ask for a list. */
  private async refuseReadOnly(begun: Stepping): Promise<void> {
    for (let waited = 0; !begun.wasAsked && this.stepping === begun; waited += 50) {
      if (waited >= patience) {
        this.end();
        throw readOnly();
      }
      await sleep(50);
    }
  }

  /** Shows the choices at a place: else at the cursor, where one was taken. */
  async goOn(place?: vscode.Position): Promise<void> {
    const { stepping } = this;
    const editor = vscode.window.activeTextEditor;
    if (stepping === undefined || editor?.document !== stepping.document) return;
    stepping.anchor = place ?? editor.selection.active;
    await this.showAnew(stepping);
  }

  /** Ends the mode and closes its list. */
  end(): void {
    if (this.stepping === undefined) return;
    this.stepping.subscriptions.dispose();
    this.stepping = undefined;
    this.session.stepByHand(false);
    void vscode.commands.executeCommand(hide);
  }

  dispose(): void {
    this.stepping?.subscriptions.dispose();
  }

  private listen(document: vscode.TextDocument): vscode.Disposable {
    // Of the providers that fit best, those of the document's kind among them, the editor asks no others.
    const selector = { scheme: document.uri.scheme };
    const provider = {
      provideCompletionItems: (asked: vscode.TextDocument, place: vscode.Position, token: vscode.CancellationToken) =>
        this.provide(asked, place, token),
    };
    return vscode.Disposable.from(
      vscode.languages.registerCompletionItemProvider(selector, provider),
      vscode.window.onDidChangeTextEditorSelection((event) => this.follow(event)),
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        if (editor?.document !== document) this.end();
      }),
    );
  }

  private async provide(
    document: vscode.TextDocument,
    place: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.CompletionList | undefined> {
    const { stepping } = this;
    if (stepping?.document !== document) return undefined;
    stepping.wasAsked = true;
    const { folder, unit, readsWords } = stepping;
    const { version } = document;
    const start = anchorOf(stepping, place);
    const asked = readsWords ? start : place;
    const typed = document.getText(new vscode.Range(start, asked));
    const settings = this.settings();
    const prompt = promptBefore(document, asked, settings['generation.promptLength']);
    const memory = settings['stepByHand.memory'] ? settings['generation.memory'] : 'off';
    const read = this.written.before(document, asked);
    try {
      const found = await this.background.choose({ folder, ...prompt, memory, read, unit, count: choices }, token);
      if (token.isCancellationRequested) return undefined;
      if (document.version === version) stepping.hasChoices = found.length > 0;
      // The editor asks anew by itself where more of a word was typed meanwhile, but not after an empty list.
      else if (found.length === 0) void this.showAnew(stepping);
      const range = new vscode.Range(start, place);
      const items = found.map(({ text, probability }, rank) => itemOf(typed + text, probability, rank, range));
      return new vscode.CompletionList(items, true);
    } catch (error) {
      if (this.stepping !== stepping) return undefined;
      this.end();
      this.tell(error);
      return undefined;
    }
  }

  /** What is typed of a word narrows the choice at hand; what else is typed, or a cursor put elsewhere, begins one. */
  private follow({ textEditor, selections }: vscode.TextEditorSelectionChangeEvent): void {
    const { stepping } = this;
    if (stepping?.document !== textEditor.document) return;
    const [selection] = selections;
    const isElsewhere = selection?.isEmpty !== true || selections.length > 1;
    if (isElsewhere || this.session.state.generating > 0) {
      this.end();
      return;
    }
    const { document, anchor, hasChoices } = stepping;
    const start = anchorOf(stepping, selection.active);
    const typed = document.getText(new vscode.Range(start, selection.active));
    const narrows = start.isEqual(anchor) && hasChoices && endsInWord(typed);
    if (!narrows) void this.goOn(selection.active);
    // Typed at once with the blank before it: the editor would go on with what it had before the blank.
    else if (/^\s/.test(typed)) void this.showAnew(stepping);
    else void this.show();
  }

  /** Has the editor ask for choices. One that shows a list doesn't hear, but asks by itself as a word is typed. */
  private async show(): Promise<void> {
    await vscode.commands.executeCommand(trigger);
  }

  /**
   * The same whatever the editor is about, which is of another text: the first of these commands gives up a list that is on
   * its way, the second one that is shown, after which the third is heard.
   */
  private async showAnew(stepping: Stepping): Promise<void> {
    const showing = ++stepping.showings;
    stepping.hasChoices = true;
    for (const command of [trigger, hide, trigger]) {
      if (this.stepping !== stepping || stepping.showings !== showing) return;
      await vscode.commands.executeCommand(command);
    }
  }
}

/** Where the choice begins that a place belongs to: where the last one ended, if no more than part of a word was typed. */
function anchorOf({ document, anchor, unit }: Stepping, place: vscode.Position): vscode.Position {
  const goesOn = unit === 'word' && anchor.line === place.line && anchor.isBeforeOrEqual(place);
  if (!goesOn) return place;
  return isBeginningOfWord(document.getText(new vscode.Range(anchor, place))) ? anchor : place;
}

function itemOf(text: string, probability: number, rank: number, range: vscode.Range): vscode.CompletionItem {
  const label = { label: stepLabel(text), description: formatProbability(probability) };
  const item = new vscode.CompletionItem(label, vscode.CompletionItemKind.Text);
  item.range = range;
  item.insertText = text;
  item.filterText = stepFilter(text);
  item.sortText = String(rank).padStart(4, '0');
  item.preselect = rank === 0;
  item.keepWhitespace = true;
  item.command = { command: 'textloom.stepByHand', title: 'The next choices', arguments: ['next'] };
  return item;
}
