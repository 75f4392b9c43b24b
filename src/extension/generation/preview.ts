import * as vscode from 'vscode';
import { cssString } from './cssString';

/** Most characters that a preview shows. */
const longest = 1500;

/**
 * Shows a text below a place of an editor without touching its document: nothing is to be undone, saved or lost. A
 * decoration is one line long, so the rest of its look is said in CSS behind one of its values; an editor that
 * wouldn't take that shows the first line.
 */
export class Preview implements vscode.Disposable {
  private readonly type = vscode.window.createTextEditorDecorationType({});

  constructor(
    private readonly editor: vscode.TextEditor,
    private readonly place: vscode.Position,
  ) {
    this.makeRoom();
  }

  show(text: string): void {
    const shown = text.length > longest ? `${text.slice(0, longest)}…` : text;
    const after: vscode.ThemableDecorationAttachmentRenderOptions = {
      contentText: shown.split('\n')[0] ?? '',
      color: new vscode.ThemeColor('editorHoverWidget.foreground'),
      backgroundColor: new vscode.ThemeColor('editorHoverWidget.background'),
      border: '1px solid',
      borderColor: new vscode.ThemeColor('editorHoverWidget.border'),
      textDecoration: `none; ${card(shown)}`,
    };
    const range = new vscode.Range(this.place, this.place);
    this.editor.setDecorations(this.type, shown === '' ? [] : [{ range, renderOptions: { after } }]);
  }

  dispose(): void {
    this.type.dispose();
  }

  /** The preview needs some lines below the place. */
  private makeRoom(): void {
    const range = new vscode.Range(this.place, this.place);
    const last = this.editor.visibleRanges.at(-1)?.end.line ?? this.place.line;
    const isLow = this.place.line > last - 12;
    const how = isLow ? vscode.TextEditorRevealType.InCenter : vscode.TextEditorRevealType.InCenterIfOutsideViewport;
    this.editor.revealRange(range, how);
  }
}

/** A card below the line, with all of the text. */
function card(text: string): string {
  return [
    `content: ${cssString(text)}`,
    'position: absolute',
    'left: 0',
    'top: calc(100% + 4px)',
    'z-index: 20',
    'box-sizing: border-box',
    'width: 72ch',
    'max-width: 60vw',
    'max-height: 45vh',
    'overflow: hidden',
    'padding: 6px 10px',
    'border-radius: 3px',
    'white-space: pre-wrap',
    'overflow-wrap: anywhere',
    'line-height: 1.5',
  ].join('; ');
}
