import * as vscode from 'vscode';
import { levels, runsIn, type SurprisingPlace } from '../../scoring/surpriseLevels';
import { colorOf } from './colors';

/** Lines beyond those on the screen that are coloured, so that scrolling a little shows no gap. */
const marginLines = 60;

/** Code units coloured at most: a document may be one long line. */
const mostUnits = 100_000;

/** Colours the part of a document that is on the screen, and marks the places that stand out in the overview ruler. */
export class SurprisePainter implements vscode.Disposable {
  private readonly types = levels.map(({ name }) =>
    vscode.window.createTextEditorDecorationType({
      backgroundColor: new vscode.ThemeColor(colorOf(name)),
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    }),
  );
  private readonly mark = vscode.window.createTextEditorDecorationType({
    overviewRulerColor: new vscode.ThemeColor(colorOf('astonishing')),
    overviewRulerLane: vscode.OverviewRulerLane.Right,
  });

  /** Colours what is on the screen of an editor. */
  paint(editor: vscode.TextEditor, surprise: Float32Array): void {
    const { document } = editor;
    const ranges: vscode.Range[][] = levels.map(() => []);
    for (const visible of editor.visibleRanges) {
      const start = document.offsetAt(new vscode.Position(Math.max(0, visible.start.line - marginLines), 0));
      const end = document.offsetAt(new vscode.Position(visible.end.line + marginLines, 0));
      for (const run of runsIn(surprise, start, Math.min(end, start + mostUnits))) {
        ranges[run.level]?.push(new vscode.Range(document.positionAt(run.start), document.positionAt(run.end)));
      }
    }
    this.types.forEach((type, level) => editor.setDecorations(type, ranges[level] ?? []));
  }

  /** Marks places in the overview ruler. */
  markPlaces(editor: vscode.TextEditor, places: readonly SurprisingPlace[]): void {
    const positions = places.map(({ offset }) => editor.document.positionAt(offset));
    editor.setDecorations(
      this.mark,
      positions.map((position) => new vscode.Range(position, position)),
    );
  }

  /** Takes all colours away. */
  clear(editor: vscode.TextEditor): void {
    for (const type of [...this.types, this.mark]) editor.setDecorations(type, []);
  }

  dispose(): void {
    for (const type of [...this.types, this.mark]) type.dispose();
  }
}
