import * as vscode from 'vscode';
import type { Insertion, Place } from './insertionPoints';

/**
 * Edits of an editor that one undo takes back together. The editor ends an undo step whenever it saves, so one that was
 * saved meanwhile, as by auto-save, is taken back and made again in one piece.
 */
export class UndoStep implements vscode.Disposable {
  /** What stands at the places before the first edit. */
  private readonly before: readonly string[];
  private readonly lengthBefore: number;
  private readonly listening: vscode.Disposable;
  private edits = 0;
  /** Saves since the first edit, counted once or twice each. */
  private saves = 0;
  private joining = false;

  constructor(
    private readonly editor: vscode.TextEditor,
    private readonly places: readonly Place[],
  ) {
    this.before = places.map((place) => this.textAt(place));
    const { document } = editor;
    this.lengthBefore = lengthOf(document);
    const count = (saved: vscode.TextDocument): void => {
      if (saved === document && this.begun) this.saves++;
    };
    this.listening = vscode.Disposable.from(
      vscode.workspace.onWillSaveTextDocument((event) => count(event.document)),
      vscode.workspace.onDidSaveTextDocument(count),
    );
  }

  get begun(): boolean {
    return this.edits > 0;
  }

  /** The document changes because the step is made again. */
  get isJoining(): boolean {
    return this.joining;
  }

  /** Makes one more edit. @returns whether the editor took it. */
  async edit(insertions: readonly Insertion[], last: boolean): Promise<boolean> {
    const options = { undoStopBefore: !this.begun, undoStopAfter: last };
    this.edits++;
    return this.editor.edit((edit) => this.fill(edit, insertions), options);
  }

  /**
   * Makes one step of several that saves have made of it. Leaves them as they are where that can't be done safely.
   * @param whole all that was written, as one edit of the document as it was before.
   */
  async join(whole: readonly Insertion[]): Promise<void> {
    const { document } = this.editor;
    const isNotebook = document.uri.scheme === 'vscode-notebook-cell';
    if (this.saves === 0 || isNotebook || vscode.window.activeTextEditor !== this.editor) return;
    this.joining = true;
    try {
      const undone = await this.takeBack(document);
      if (this.isAsBefore(document)) {
        await this.editor.edit((edit) => this.fill(edit, whole), { undoStopBefore: true, undoStopAfter: true });
      } else {
        for (let i = 0; i < undone; i++) await vscode.commands.executeCommand('redo');
      }
    } finally {
      this.joining = false;
    }
  }

  dispose(): void {
    this.listening.dispose();
  }

  private fill(edit: vscode.TextEditorEdit, insertions: readonly Insertion[]): void {
    const { document } = this.editor;
    for (const insertion of insertions) {
      // An insertion takes a caret at its place along, a replacement of nothing wouldn't.
      if (insertion.replaced === 0) edit.insert(document.positionAt(insertion.offset), insertion.text);
      else edit.replace(rangeOf(document, insertion), insertion.text);
    }
    // An edit without content is dropped with its undo stop; one of no text isn't.
    if (insertions.length === 0) edit.insert(document.positionAt(this.places[0]?.offset ?? 0), '');
  }

  /** @returns how many steps were undone: no more than it takes, and few where the undo goes elsewhere. */
  private async takeBack(document: vscode.TextDocument): Promise<number> {
    let undone = 0;
    let idle = 0;
    // One step may be of no text: that which closes the writing.
    while (!this.isAsBefore(document) && undone < this.saves + 2 && idle < 2) {
      const { version } = document;
      await vscode.commands.executeCommand('undo');
      undone++;
      idle = document.version === version ? idle + 1 : 0;
    }
    return undone;
  }

  private isAsBefore(document: vscode.TextDocument): boolean {
    return (
      lengthOf(document) === this.lengthBefore && this.places.every((place, i) => this.textAt(place) === this.before[i])
    );
  }

  private textAt(place: Place): string {
    return this.editor.document.getText(rangeOf(this.editor.document, place));
  }
}

function rangeOf(document: vscode.TextDocument, { offset, replaced }: Place): vscode.Range {
  return new vscode.Range(document.positionAt(offset), document.positionAt(offset + replaced));
}

/** UTF-16 units. */
function lengthOf(document: vscode.TextDocument): number {
  return document.offsetAt(new vscode.Position(document.lineCount, 0));
}
