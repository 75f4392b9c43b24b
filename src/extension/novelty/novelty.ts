/**
 * extension/novelty/: marks of what a model has copied from its corpus.
 */
import { escapeMarkdown } from '../markdown';
import * as vscode from 'vscode';
import type { Copy } from '../../generation/copies/copyWatch';
import type { SourceLine } from '../../training/record/copiesOfModel';
import type { BackgroundProcess } from '../background/backgroundProcess';
import type { Reporter } from '../reporter';
import { type CopyRange, copyRanges, copyText } from './copyRanges';

/** How long copies stay underlined, milliseconds. */
const moment = 30_000;

/** What has been written into a document. */
export interface WrittenTexts {
  readonly document: vscode.TextDocument;
  /** Model folder. */
  readonly folder: string;
  readonly passages: readonly {
    /** UTF-16 offset in the document. */
    readonly start: number;
    /** What stands there. */
    readonly text: string;
    readonly copies: readonly Copy[];
  }[];
}

/** Underlines for a moment what a model has copied from its corpus, and says on hover from where. */
export class Novelty implements vscode.Disposable {
  private readonly listening: vscode.Disposable;
  /** Underlined now, by editor. */
  private readonly marks = new Map<vscode.TextEditorDecorationType, NodeJS.Timeout>();

  constructor(
    onDidWrite: vscode.Event<WrittenTexts>,
    private readonly background: BackgroundProcess,
    private readonly reporter: Reporter,
  ) {
    this.listening = onDidWrite((written) => void reporter.attempt(() => this.mark(written)));
  }

  dispose(): void {
    this.listening.dispose();
    for (const type of [...this.marks.keys()]) this.unmark(type);
  }

  private async mark({ document, folder, passages }: WrittenTexts): Promise<void> {
    const ranges = passages.flatMap(({ start, text, copies }) => copyRanges(text, start, copies));
    if (ranges.length === 0) return;
    const { version } = document;
    const lines = await this.background.locate({
      folder,
      passages: ranges.map(({ copy, text }) => ({ document: copy.document, offset: copy.offset, text })),
    });
    const [first] = ranges;
    if (first !== undefined) this.reporter.mention(`Copied: ${copyText(first, lines[0]?.line ?? null)}`);
    const editors = vscode.window.visibleTextEditors.filter((editor) => editor.document === document);
    if (document.version !== version || editors.length === 0) return;
    const type = underline();
    const decorations = ranges.map((range, index) => decorationOf(document, range, lines[index] ?? null));
    for (const editor of editors) editor.setDecorations(type, decorations);
    this.marks.set(
      type,
      setTimeout(() => this.unmark(type), moment),
    );
  }

  private unmark(type: vscode.TextEditorDecorationType): void {
    clearTimeout(this.marks.get(type));
    this.marks.delete(type);
    type.dispose();
  }
}

function underline(): vscode.TextEditorDecorationType {
  return vscode.window.createTextEditorDecorationType({
    borderWidth: '0 0 2px 0',
    borderStyle: 'dotted',
    borderColor: new vscode.ThemeColor('editorInfo.foreground'),
    overviewRulerColor: new vscode.ThemeColor('editorInfo.foreground'),
    overviewRulerLane: vscode.OverviewRulerLane.Center,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
}

function decorationOf(
  document: vscode.TextDocument,
  range: CopyRange,
  source: SourceLine | null,
): vscode.DecorationOptions {
  const hover = new vscode.MarkdownString();
  const sentence = copyText(range, source?.line ?? null);
  if (source === null) {
    hover.appendText(sentence);
  } else {
    // The place is everything after " as in ".
    const place = sentence.slice(sentence.indexOf(' as in ') + 7);
    const file = vscode.Uri.file(source.path).with({ fragment: source.line === null ? '' : `L${source.line}` });
    hover.appendText(sentence.slice(0, -place.length));
    hover.appendMarkdown(`[${escapeMarkdown(place)}](${file.toString()})`);
  }
  return {
    range: new vscode.Range(document.positionAt(range.start), document.positionAt(range.end)),
    hoverMessage: hover,
  };
}
