import * as vscode from 'vscode';
import { type Insertion, InsertionPoints, type Place } from './insertionPoints';
import { UndoStep } from './undoStep';
import type { WrittenText } from './writtenText';

/** Why a text could not be written to its end. */
export type WritingInterruption = 'changed' | 'closed' | 'read-only';

/** Pieces that come within this time are inserted together: one frame of reading, far below a flicker. */
const coalesceMilliseconds = 40;

/**
 * Streams texts into a document: one undo step for all of it. It touches nothing but the places it was given, makes one
 * edit at a time, and stops for good as soon as anyone else changes the document or its editor goes; what was written
 * stays.
 */
export class DocumentWriter implements vscode.Disposable {
  private readonly points: InsertionPoints;
  private readonly step: UndoStep;
  private readonly subscriptions: vscode.Disposable;
  private readonly written: string[];
  private readonly waiting: string[];
  /** The edit that is on its way, to tell its change from everyone else's. */
  private expected: readonly Insertion[] = [];
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private begun = false;
  private interrupted: WritingInterruption | undefined;

  /**
   * @param places where the texts go, all at different offsets.
   * @param told learns what is Textloom's.
   * @param onInterrupt called once, when no more can be written.
   */
  constructor(
    private readonly editor: vscode.TextEditor,
    private readonly places: readonly Place[],
    private readonly told: Pick<WrittenText, 'startWriting' | 'expect'>,
    private readonly onInterrupt: (reason: WritingInterruption) => void,
  ) {
    this.points = new InsertionPoints(places, editor.document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n');
    this.step = new UndoStep(editor, places);
    this.written = places.map(() => '');
    this.waiting = places.map(() => '');
    told.startWriting(editor.document);
    this.subscriptions = vscode.Disposable.from(
      this.step,
      vscode.workspace.onDidChangeTextDocument((event) => this.watch(event)),
      vscode.window.onDidChangeVisibleTextEditors((editors) => {
        if (!editors.includes(editor)) this.interrupt('closed');
      }),
    );
  }

  /** Adds a piece to one of the texts. The first one of all is written at once. */
  append(index: number, text: string): void {
    if (this.interrupted !== undefined) return;
    this.points.append(index, text);
    this.waiting[index] = `${this.waiting[index] ?? ''}${text}`;
    this.timer ??= setTimeout(() => this.schedule({ last: false }), this.begun ? coalesceMilliseconds : 0);
  }

  /** Writes what still waits and closes the undo step. */
  async finish(): Promise<void> {
    this.schedule({ last: true });
    await this.writing;
  }

  /** What ended the writing early, if anything did. */
  get interruption(): WritingInterruption | undefined {
    return this.interrupted;
  }

  /** What stands in the document of each text, line ends as they came. */
  get texts(): readonly string[] {
    return this.written;
  }

  /** Where the texts stand, UTF-16, in the order of the places given. */
  get offsets(): InsertionPoints['ranges'] {
    return this.points.ranges;
  }

  /** The same as positions. */
  get ranges(): readonly vscode.Range[] {
    const { document } = this.editor;
    return this.offsets.map(({ start, end }) => new vscode.Range(document.positionAt(start), document.positionAt(end)));
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.subscriptions.dispose();
  }

  private schedule({ last }: { readonly last: boolean }): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing = this.writing.then(() => this.flush(last));
    this.begun = true;
  }

  private async flush(last: boolean): Promise<void> {
    if (this.interrupted !== undefined || (!this.step.begun && !this.points.hasPending)) return;
    const follows = this.caretFollows();
    const { version } = this.editor.document;
    const insertions = this.points.take();
    const texts = this.waiting.splice(0, this.waiting.length, ...this.waiting.map(() => ''));
    this.expected = insertions;
    this.told.expect(this.editor.document, insertions);
    try {
      const applied = await this.step.edit(insertions, last);
      if (insertions.length > 0 && this.editor.document.version === version) this.interrupt('read-only');
      else if (!applied) this.interrupt('changed');
      else texts.forEach((text, index) => (this.written[index] = `${this.written[index] ?? ''}${text}`));
      if (this.interruption === undefined && last) await this.join();
      if (follows) this.reveal();
    } catch {
      this.interrupt('closed');
    }
  }

  private async join(): Promise<void> {
    const whole = this.whole();
    this.told.expect(this.editor.document, whole);
    await this.step.join(whole);
    this.told.expect(this.editor.document, []);
  }

  /** All that was written, as one edit of the document as it was before. */
  private whole(): readonly Insertion[] {
    const texts = this.ranges.map((range) => this.editor.document.getText(range));
    return this.places
      .map((place, index) => ({ ...place, text: texts[index] ?? '' }))
      .filter(({ text }) => text !== '');
  }

  private watch({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (document !== this.editor.document || contentChanges.length === 0 || this.step.isJoining) return;
    const own =
      contentChanges.length === this.expected.length &&
      this.expected.every((insertion) => contentChanges.some((change) => isChangeOf(change, insertion)));
    this.expected = [];
    // A save that trims blanks or adds a line end counts as well: nothing tells it from a user's edit, and an edit of ours
    // that is under way would be refused after it. Saving by delay waits for the writing to rest, so it needs a save by hand.
    if (!own) this.interrupt('changed');
  }

  private interrupt(reason: WritingInterruption): void {
    if (this.interrupted !== undefined) return;
    this.interrupted = reason;
    this.onInterrupt(reason);
  }

  private endOfFirst(): vscode.Position {
    return this.ranges[0]?.end ?? this.editor.selection.active;
  }

  /** The one caret stands where the one text ends, so the view goes along. */
  private caretFollows(): boolean {
    return this.ranges.length === 1 && this.editor.selection.active.isEqual(this.endOfFirst());
  }

  private reveal(): void {
    const end = this.endOfFirst();
    this.editor.revealRange(new vscode.Range(end, end), vscode.TextEditorRevealType.Default);
  }
}

function isChangeOf(change: vscode.TextDocumentContentChangeEvent, insertion: Insertion): boolean {
  const { rangeOffset, rangeLength, text } = change;
  return rangeOffset === insertion.offset && rangeLength === insertion.replaced && text === insertion.text;
}
