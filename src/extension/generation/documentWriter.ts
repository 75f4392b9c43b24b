import * as vscode from 'vscode';
import { type Insertion, InsertionPoints } from './insertionPoints';

/** Why a text could not be written to its end. */
export type Interruption = 'changed' | 'closed' | 'read-only';

/** Pieces that come within this time are inserted together: one frame of reading, far below a flicker. */
const coalesceMilliseconds = 40;

/**
 * Streams texts into a document: one undo step for all of it. It inserts and never replaces, one edit at a time, and
 * stops for good as soon as anyone else changes the document or its editor goes; what was written stays.
 */
export class DocumentWriter implements vscode.Disposable {
  private readonly points: InsertionPoints;
  private readonly subscriptions: vscode.Disposable[];
  /** The edit that is on its way, to tell its change from everyone else's. */
  private expected: readonly Insertion[] = [];
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private begun = false;
  private interrupted: Interruption | undefined;

  /**
   * @param offsets where the texts go, all different.
   * @param onInterrupt called once, when no more can be written.
   */
  constructor(
    private readonly editor: vscode.TextEditor,
    offsets: readonly number[],
    private readonly onInterrupt: (reason: Interruption) => void,
  ) {
    this.points = new InsertionPoints(offsets, editor.document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n');
    this.subscriptions = [
      vscode.workspace.onDidChangeTextDocument((event) => this.watch(event)),
      vscode.window.onDidChangeVisibleTextEditors((editors) => {
        if (!editors.includes(editor)) this.interrupt('closed');
      }),
    ];
  }

  /** Adds a piece to one of the texts. */
  append(index: number, text: string): void {
    if (this.interrupted !== undefined) return;
    this.points.append(index, text);
    this.timer ??= setTimeout(() => this.schedule({ last: false }), coalesceMilliseconds);
  }

  /** Writes what still waits and closes the undo step. */
  async finish(): Promise<void> {
    this.schedule({ last: true });
    await this.writing;
  }

  /** What ended the writing early, if anything did. */
  get interruption(): Interruption | undefined {
    return this.interrupted;
  }

  /** Where the texts stand, in the order of the offsets given. */
  get ranges(): readonly vscode.Range[] {
    const { document } = this.editor;
    return this.points.ranges.map(
      ({ start, end }) => new vscode.Range(document.positionAt(start), document.positionAt(end)),
    );
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private schedule({ last }: { readonly last: boolean }): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing = this.writing.then(() => this.flush(last));
  }

  private async flush(last: boolean): Promise<void> {
    if (this.interrupted !== undefined || (!this.begun && !this.points.hasPending)) return;
    const { document } = this.editor;
    const follows = this.caretFollows();
    const { version } = document;
    const insertions = this.points.take();
    this.expected = insertions;
    try {
      const applied = await this.editor.edit(
        (edit) => {
          for (const { offset, text } of insertions) edit.insert(document.positionAt(offset), text);
          // An edit without content is dropped with its undo stop; one of no text isn't.
          if (insertions.length === 0) edit.insert(this.endOfFirst(), '');
        },
        { undoStopBefore: !this.begun, undoStopAfter: last },
      );
      if (insertions.length > 0 && document.version === version) this.interrupt('read-only');
      else if (!applied) this.interrupt('changed');
      else if (follows) this.reveal();
    } catch {
      this.interrupt('closed');
    }
    this.begun = true;
  }

  private watch({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (document !== this.editor.document || contentChanges.length === 0) return;
    const own =
      contentChanges.length === this.expected.length &&
      this.expected.every((insertion) => contentChanges.some((change) => isChangeOf(change, insertion)));
    this.expected = [];
    if (!own) this.interrupt('changed');
  }

  private interrupt(reason: Interruption): void {
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
  return change.rangeOffset === insertion.offset && change.rangeLength === 0 && change.text === insertion.text;
}
