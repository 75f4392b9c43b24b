import * as vscode from 'vscode';
import type { Copy } from '../../generation/copies/copyWatch';
import { UserError } from '../failure';
import { shiftOf } from './insertionPoints';
import type { CursorPrompt } from './prompt';
import type { WritingWishes } from './writingOptions';

/** One of the texts that were written together. */
interface WrittenPassage {
  readonly prompt: CursorPrompt;
  /** Where it stands: UTF-16. */
  readonly start: number;
  readonly end: number;
  /** What stands there, line ends as the document has them. */
  readonly text: string;
  readonly copies: readonly Copy[];
}

/** What one request has put into a document. */
export interface Writing {
  readonly document: vscode.TextDocument;
  /** Model folder. */
  readonly folder: string;
  /** The seed is that of the first passage; the next ones count on from it. */
  readonly wishes: WritingWishes;
  readonly passages: readonly WrittenPassage[];
}

/** How many drawings at one place are known. */
const mostKept = 32;

/** The last thing that was written in this window, followed through edits around it. */
export class LatestWriting implements vscode.Disposable {
  /** What was drawn at the same places, the latest last: an undo brings an earlier one back. */
  private drawn: readonly Writing[] = [];
  private readonly written = new vscode.EventEmitter<Writing>();
  private readonly subscriptions: vscode.Disposable;

  /** Fires when a text has been written, by whatever command. */
  readonly onDidWrite = this.written.event;

  constructor() {
    this.subscriptions = vscode.Disposable.from(
      this.written,
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (this.isOf(document)) this.drawn = this.drawn.map((writing) => moved(writing, contentChanges));
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        if (this.isOf(document)) this.drawn = [];
      }),
    );
  }

  remember(writing: Writing): void {
    const earlier = this.isOf(writing.document) ? this.drawn.filter((other) => isInPlaceOf(writing, other)) : [];
    this.drawn = [...earlier.slice(1 - mostKept), writing];
    this.written.fire(writing);
  }

  /** What was written last, where it stands now. @throws UserError where there is none, or not as it was written. */
  get(): Writing {
    if (this.drawn.length === 0) throw new UserError('Nothing was written here yet: use Generate at Cursor first.');
    const there = this.drawn.findLast(({ document, passages }) =>
      passages.every(({ start, end, text }) => textBetween(document, start, end) === text),
    );
    if (there === undefined)
      throw new UserError('That text has been edited since: use Generate at Cursor to write anew.');
    return there;
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private isOf(document: vscode.TextDocument): boolean {
    return this.drawn.at(-1)?.document === document;
  }
}

function isInPlaceOf(writing: Writing, other: Writing): boolean {
  const { passages } = writing;
  const isSame = other.passages.every(({ start }, index) => start === passages[index]?.start);
  return isSame && passages.length === other.passages.length;
}

function moved(writing: Writing, changes: readonly vscode.TextDocumentContentChangeEvent[]): Writing {
  const places = changes.map(({ rangeOffset, rangeLength, text }) => ({
    offset: rangeOffset,
    replaced: rangeLength,
    text,
  }));
  const passages = writing.passages.map((passage) => {
    // The changes of one event all mean the document as it was before.
    const shift = places.reduce((sum, change) => sum + shiftOf(passage.start, change), 0);
    return { ...passage, start: passage.start + shift, end: passage.end + shift };
  });
  return { ...writing, passages };
}

function textBetween(document: vscode.TextDocument, start: number, end: number): string {
  return document.getText(new vscode.Range(document.positionAt(start), document.positionAt(end)));
}
