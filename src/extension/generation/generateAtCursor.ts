import * as vscode from 'vscode';
import type { StopReason } from '../../generation/options';
import type { BackgroundProcess } from '../background/backgroundProcess';
import { UserError } from '../failure';
import type { Models } from '../models/models';
import { noModel } from '../models/selectModel';
import type { Session } from '../session';
import type { Settings } from '../settings';
import { DocumentWriter, type Interruption } from './documentWriter';
import { promptText } from './promptText';
import { interruptionText, UnknownCharacters } from './remarks';
import { chooseSeed, type GenerateOptions, writingOptions } from './writingOptions';

/** What was written at the cursors of an editor. */
export interface Written {
  /** Text at each cursor, in the order of the editor's selections. */
  readonly texts: readonly string[];
  /** Where the texts stand, in the same order. */
  readonly ranges: readonly vscode.Range[];
  readonly stopped: StopReason | Interruption;
  /** Of the first text; the next ones count on from it. */
  readonly seed: number;
  /** Distinct characters of the prompts that the model has never seen. */
  readonly unknownCharacters: readonly string[];
}

interface Target {
  /** Where the text goes, UTF-16. */
  readonly offset: number;
  readonly prompt: string;
}

/** Writes on from the cursors of the active editor with the active model: one text at a time in a window. */
export class GenerateAtCursor {
  private cancellation: vscode.CancellationTokenSource | undefined;
  private readonly unknown = new UnknownCharacters();

  constructor(
    private readonly session: Session,
    private readonly background: BackgroundProcess,
    private readonly models: Models,
    private readonly settings: () => Settings,
    private readonly mention: (sentence: string) => void,
  ) {}

  /**
   * Streams a text in at every cursor. A selection is the prompt, and is written on from, not over.
   * @throws UserError where there is nothing to write with or in.
   */
  async generate(options: GenerateOptions = {}): Promise<Written> {
    const editor = await editorToWriteIn();
    if (this.cancellation !== undefined) throw new UserError('A text is being written already: Esc stops it.');
    const cancellation = new vscode.CancellationTokenSource();
    this.cancellation = cancellation;
    const ended = this.session.beginGenerating();
    try {
      const folder = options.model ?? (await this.models.active())?.folder;
      if (folder === undefined) throw noModel();
      const written = await this.stream(editor, folder, options, cancellation);
      this.remark(folder, written);
      return written;
    } finally {
      ended();
      this.cancellation = undefined;
      cancellation.dispose();
    }
  }

  /** Ends what is being written; what stands there stays. */
  stop(): void {
    this.cancellation?.cancel();
  }

  private remark(folder: string, { stopped, unknownCharacters }: Written): void {
    if (stopped === 'changed' || stopped === 'closed') this.mention(interruptionText(stopped));
    const remark = this.unknown.remark(folder, unknownCharacters);
    if (remark !== undefined) this.mention(remark);
  }

  private async stream(
    editor: vscode.TextEditor,
    folder: string,
    options: GenerateOptions,
    cancellation: vscode.CancellationTokenSource,
  ): Promise<Written> {
    const settings = this.settings();
    const seed = chooseSeed(options.seed ?? settings['generation.seed']);
    const targets = targetsOf(editor, settings['generation.promptLength']);
    const writer = new DocumentWriter(
      editor,
      targets.map(({ offset }) => offset),
      () => cancellation.cancel(),
    );
    try {
      const results = await Promise.all(
        targets.map(({ prompt }, index) =>
          this.background.generate(
            { folder, prompt, ...writingOptions(settings, options, seed + index) },
            (piece) => writer.append(index, piece),
            cancellation.token,
          ),
        ),
      );
      await writer.finish();
      if (writer.interruption === 'read-only') throw readOnly();
      return {
        texts: results.map(({ text }) => text),
        ranges: writer.ranges,
        stopped: writer.interruption ?? results[0]?.stopped ?? 'length',
        seed,
        unknownCharacters: [...new Set(results.flatMap(({ unknownCharacters }) => unknownCharacters))],
      };
    } catch (error) {
      cancellation.cancel();
      await writer.finish();
      throw error;
    } finally {
      writer.dispose();
    }
  }
}

/** The editor with the cursor; where a panel has the focus, one that can be seen, which gets it back. */
async function editorToWriteIn(): Promise<vscode.TextEditor> {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  if (activeTextEditor !== undefined) return activeTextEditor;
  const visible = visibleTextEditors.find(({ document }) => document.uri.scheme !== 'output');
  if (visible === undefined) throw new UserError('No text is open: open a document to write in.');
  return vscode.window.showTextDocument(visible.document, visible.viewColumn);
}

/** Where to write and what from: at the end of each selection, from its text or from what stands before the cursor. */
function targetsOf({ document, selections }: vscode.TextEditor, promptLength: number): readonly Target[] {
  const targets = selections.map((selection) => {
    const offset = document.offsetAt(selection.end);
    // Two UTF-16 units a code point, and as many for a CR LF, are always enough.
    const start = selection.isEmpty ? document.positionAt(offset - 2 * promptLength) : selection.start;
    return { offset, prompt: promptText(document.getText(new vscode.Range(start, selection.end)), promptLength) };
  });
  return targets.filter(({ offset }, index) => targets.findIndex((target) => target.offset === offset) === index);
}

function readOnly(): UserError {
  return new UserError('This editor is read-only: copy the text to a new file and generate there.');
}
