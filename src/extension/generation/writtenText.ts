import * as vscode from 'vscode';
import { withLineFeeds } from '../../base/text';
import { startOfReading } from '../../generation/readingWindow';
import type { DocumentText } from '../../generation/readText';
import type { Insertion } from './insertionPoints';
import { cellsAbove } from './prompt';
import { WrittenRanges } from './writtenRanges';

/** What is known of a document that Textloom has written in or read. */
interface Known {
  readonly written: WrittenRanges;
  /** Changes that Textloom is about to make. */
  expected: readonly Insertion[];
  /** What is offered to be taken at a place. */
  offered: Insertion | null;
  /** Text from an offset on, as far as it was asked for and hasn't changed since. */
  from: number;
  text: string;
  eol: vscode.EndOfLine;
}

/** Tells what the user wrote of each document from what Textloom did, as long as the window is open. */
export class WrittenText implements vscode.Disposable {
  private readonly documents = new Map<vscode.TextDocument, Known>();
  private readonly subscriptions = vscode.Disposable.from(
    vscode.workspace.onDidChangeTextDocument((event) => this.follow(event)),
    vscode.workspace.onDidCloseTextDocument((document) => this.documents.delete(document)),
  );

  /** What the user wrote before a place: of a long document the last megabyte; in a notebook, of the cells above too. */
  before(document: vscode.TextDocument, place: vscode.Position): DocumentText {
    const known = this.of(document);
    const offset = document.offsetAt(place);
    const from = this.readTo(document, known, offset, place);
    let text = cellsAbove(document, mostAbove);
    const seams: number[] = [];
    let next = from;
    for (const { start, text: theirs } of known.written.ranges) {
      if (start >= offset) break;
      const end = start + theirs.length;
      if (end <= from) continue;
      text += withLineFeeds(known.text.slice(next - from, Math.max(0, start - from)));
      if (text !== '' && seams.at(-1) !== text.length) seams.push(text.length);
      next = Math.min(end, offset);
    }
    text += withLineFeeds(known.text.slice(next - from, offset - from));
    return { key: document.uri.toString(), text, seams: seams.filter((seam) => seam < text.length) };
  }

  /** A text of Textloom's is begun: the next insertions belong together. */
  startWriting(document: vscode.TextDocument): void {
    this.of(document).written.startWriting();
  }

  /** The next change that is made of these insertions is Textloom's. */
  expect(document: vscode.TextDocument, insertions: readonly Insertion[]): void {
    this.of(document).expected = insertions;
  }

  /** A text is offered at a place: what of it is taken at once, and not typed, is Textloom's. */
  offer(document: vscode.TextDocument, offset: number, text: string): void {
    this.of(document).offered = { offset, replaced: 0, text };
  }

  dispose(): void {
    this.subscriptions.dispose();
    this.documents.clear();
  }

  private of(document: vscode.TextDocument): Known {
    const known = this.documents.get(document) ?? {
      written: new WrittenRanges(),
      expected: [],
      offered: null,
      from: 0,
      text: '',
      eol: document.eol,
    };
    this.documents.set(document, known);
    return known;
  }

  /** Makes the text known up to a place. @returns where it starts */
  private readTo(document: vscode.TextDocument, known: Known, offset: number, place: vscode.Position): number {
    const from = startOfReading(offset);
    if (known.from !== from || known.eol !== document.eol) Object.assign(known, { from, text: '', eol: document.eol });
    const end = from + known.text.length;
    if (end < offset) known.text += document.getText(new vscode.Range(document.positionAt(end), place));
    return from;
  }

  private follow({ document, contentChanges, reason }: vscode.TextDocumentChangeEvent): void {
    const known = this.documents.get(document);
    if (known === undefined || contentChanges.length === 0) return;
    const changes = contentChanges.map(({ rangeOffset, rangeLength, text }) => ({
      offset: rangeOffset,
      replaced: rangeLength,
      text,
    }));
    const first = Math.min(...changes.map(({ offset }) => offset));
    known.text = known.text.slice(0, Math.max(0, first - known.from));
    if (isSame(changes, known.expected)) {
      known.expected = [];
      known.written.change(changes, 'textloom');
    } else if (isTaken(changes, known.offered)) {
      known.written.startWriting();
      known.written.change(changes, 'textloom');
    } else {
      known.written.change(changes, reason === undefined ? 'user' : 'undo');
    }
    known.offered = restOf(changes, known.offered);
  }
}

/** Characters of the cells above a notebook's that are read along. */
const mostAbove = 1 << 18;

function isSame(changes: readonly Insertion[], expected: readonly Insertion[]): boolean {
  return changes.length === expected.length && expected.every((one) => changes.some((other) => isEqual(one, other)));
}

function isEqual(one: Insertion, other: Insertion): boolean {
  return one.offset === other.offset && one.replaced === other.replaced && one.text === other.text;
}

/** What is left of an offer after a change that puts its beginning there; null after any other. */
function restOf([change, ...others]: readonly Insertion[], offered: Insertion | null): Insertion | null {
  if (change === undefined || offered === null || others.length > 0) return null;
  const { offset, replaced, text } = change;
  if (offset !== offered.offset || replaced > 0 || !offered.text.startsWith(text)) return null;
  return { offset: offset + text.length, replaced: 0, text: offered.text.slice(text.length) };
}

/** Whether a change takes something of what was offered: what comes one character at a time is typed. */
function isTaken(changes: readonly Insertion[], offered: Insertion | null): boolean {
  return restOf(changes, offered) !== null && (changes[0]?.text.length ?? 0) > 1;
}
