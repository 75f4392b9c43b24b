/**
 * extension/generation/: writing into a document: prompt, streaming, places that move as the user types, one undo step.
 */
import * as vscode from 'vscode';
import type { Copy } from '../../generation/copies/copyWatch';
import type { StopReason } from '../../generation/options';
import type { GenerateResult } from '../../protocol/background';
import type { BackgroundProcess } from '../background/backgroundProcess';
import { UserError } from '../failure';
import type { Models } from '../models/models';
import { noModel } from '../models/selectModel';
import type { Session } from '../session';
import type { Settings } from '../settings';
import type { DocumentWriter, WritingInterruption } from './documentWriter';
import { editorToWriteIn } from './editorToWriteIn';
import type { LatestWriting } from './latestWriting';
import { Pacer } from './pacer';
import type { PromptDoctor } from './promptDoctor';
import { interruptionText, readOnly } from './remarks';
import { type Target, targetsOf } from './targets';
import type { WrittenText } from './writtenText';
import { chooseSeed, type GenerateOptions, withSeed, writingOptions, type WritingWishes } from './writingOptions';

/** What was written at the cursors of an editor. */
export interface WrittenAtCursor {
  /** Text at each cursor, in the order of the editor's selections. */
  readonly texts: readonly string[];
  /** Where the texts stand, in the same order. */
  readonly ranges: readonly vscode.Range[];
  readonly stopped: StopReason | WritingInterruption;
  /** Of the first text; the next ones count on from it. */
  readonly seed: number;
  /** Distinct characters of the prompts that the model has never seen. */
  readonly unknownCharacters: readonly string[];
  /** Passages of each text that stand verbatim in the model's corpus. */
  readonly copies: readonly (readonly Copy[])[];
}

/** With what texts are written, and how. */
interface Terms {
  readonly folder: string;
  /** The seed is that of the first text; the next ones count on from it. */
  readonly wishes: WritingWishes;
}

/** Texts to be written together. */
interface Task extends Terms {
  readonly targets: readonly Target[];
}

/** Writes on from the cursors of the active editor with the active model: one text at a time in a window. */
export class GenerateAtCursor {
  private cancellation: vscode.CancellationTokenSource | undefined;

  constructor(
    private readonly session: Pick<Session, 'beginGenerating' | 'wrote'>,
    private readonly background: Pick<BackgroundProcess, 'generate'>,
    private readonly models: Pick<Models, 'active'>,
    private readonly settings: () => Settings,
    private readonly latest: LatestWriting,
    private readonly doctor: PromptDoctor,
    private readonly written: WrittenText,
    private readonly mention: (sentence: string) => void,
  ) {}

  /**
   * Streams a text in at every cursor. A selection is the prompt, and is written on from, not over.
   * @throws UserError where there is nothing to write with or in.
   */
  async generate(options: GenerateOptions = {}): Promise<WrittenAtCursor> {
    const editor = await editorToWriteIn();
    return this.write(
      editor,
      () => this.terms(options),
      (terms) => ({ ...terms, targets: targetsOf(editor, this.settings()['generation.promptLength'], this.written) }),
    );
  }

  /**
   * Draws what was written last again, in its place: one undo step, which brings the former text back.
   * @throws UserError where there is none, or where it was changed since.
   */
  async regenerate(how: 'same' | 'differently'): Promise<WrittenAtCursor> {
    const editor = await vscode.window.showTextDocument(this.latest.get().document, { preserveFocus: false });
    return this.write(
      editor,
      () => Promise.resolve(),
      () => {
        const { folder, wishes, passages } = this.latest.get();
        const seed = how === 'same' ? wishes.sampling.seed : chooseSeed(-1);
        const targets = passages.map(({ start, end, prompt }) => ({ offset: start, replaced: end - start, prompt }));
        return { folder, wishes: withSeed(wishes, seed), targets };
      },
    );
  }

  /** Ends what is being written, as Esc does (textloom.stopGenerating in package.json); what stands there stays. */
  stop(): void {
    this.cancellation?.cancel();
  }

  /** What is waited for comes first; the places are taken last of all, since edits move them until they are followed. */
  private write<T>(
    editor: vscode.TextEditor,
    prepare: () => Promise<T>,
    place: (prepared: T) => Task,
  ): Promise<WrittenAtCursor> {
    return this.alone(async (cancellation) => {
      const [prepared, { DocumentWriter }] = await Promise.all([prepare(), import('./documentWriter')]);
      const task = place(prepared);
      const writer = new DocumentWriter(editor, task.targets, this.written, () => cancellation.cancel());
      const written = await this.stream(editor, task, writer, cancellation);
      if (written.texts.some((text) => text !== '')) this.session.wrote();
      this.remark(editor.document.uri, task.folder, written);
      return written;
    });
  }

  /** With what, and how: from the options, else the settings. */
  private async terms(options: GenerateOptions): Promise<Terms> {
    const folder = options.model ?? (await this.models.active())?.folder;
    if (folder === undefined) throw noModel();
    const settings = this.settings();
    const seed = chooseSeed(options.seed ?? settings['generation.seed']);
    return { folder, wishes: writingOptions(settings, options, seed) };
  }

  /** One at a time, seen to be on, and stopped by {@link stop}. */
  private async alone<T>(deed: (cancellation: vscode.CancellationTokenSource) => Promise<T>): Promise<T> {
    if (this.cancellation !== undefined) throw new UserError('A text is being written already: Esc stops it.');
    const cancellation = new vscode.CancellationTokenSource();
    this.cancellation = cancellation;
    const ended = this.session.beginGenerating();
    try {
      return await deed(cancellation);
    } finally {
      ended();
      this.cancellation = undefined;
      cancellation.dispose();
    }
  }

  private async stream(
    editor: vscode.TextEditor,
    task: Task,
    writer: DocumentWriter,
    cancellation: vscode.CancellationTokenSource,
  ): Promise<WrittenAtCursor> {
    try {
      const results = await this.drawAll(task, writer, cancellation.token);
      await writer.finish();
      if (writer.interruption === 'read-only') throw readOnly();
      const written = writtenBy(writer, results, task.wishes);
      if (writer.interruption === undefined) this.remember(editor.document, task, writer, written);
      return written;
    } catch (error) {
      cancellation.cancel();
      await writer.finish();
      throw error;
    } finally {
      writer.dispose();
    }
  }

  /** Draws the texts side by side, and lets them into the document at the speed that is set. */
  private drawAll(
    { folder, wishes, targets }: Task,
    writer: DocumentWriter,
    token: vscode.CancellationToken,
  ): Promise<readonly GenerateResult[]> {
    const speed = this.settings()['generation.speed'];
    return Promise.all(
      targets.map(async ({ prompt }, index) => {
        const pacer = new Pacer(speed, (piece) => writer.append(index, piece));
        const stopping = token.onCancellationRequested(() => pacer.stop());
        try {
          const request = { folder, ...prompt, ...withSeed(wishes, wishes.sampling.seed + index) };
          const result = await this.background.generate(request, (piece) => pacer.push(piece), token);
          await pacer.emptied();
          return result;
        } finally {
          stopping.dispose();
        }
      }),
    );
  }

  private remember(
    document: vscode.TextDocument,
    { folder, wishes, targets }: Task,
    writer: DocumentWriter,
    { copies, ranges, texts }: WrittenAtCursor,
  ): void {
    if (texts.every((text) => text === '')) return;
    const passages = targets.map(({ prompt }, index) => ({
      prompt,
      ...(writer.offsets[index] ?? { start: 0, end: 0 }),
      text: document.getText(ranges[index]),
      copies: copies[index] ?? [],
    }));
    this.latest.remember({ document, folder, wishes, passages });
  }

  private remark(uri: vscode.Uri, folder: string, written: WrittenAtCursor): void {
    const { stopped, unknownCharacters, texts } = written;
    if (stopped === 'changed' || stopped === 'closed') this.mention(interruptionText(stopped));
    else if (stopped !== 'cancelled' && texts.every((text) => text === '')) {
      this.mention('The model predicts the end of the text here.');
    }
    this.doctor.examine(uri, folder, unknownCharacters);
  }
}

function writtenBy(
  writer: DocumentWriter,
  results: readonly GenerateResult[],
  { sampling }: WritingWishes,
): WrittenAtCursor {
  const { texts, ranges, interruption } = writer;
  const isCut = results.some(({ text }, index) => text !== texts[index]);
  return {
    texts,
    ranges,
    stopped: interruption ?? (isCut ? 'cancelled' : (results[0]?.stopped ?? 'length')),
    seed: sampling.seed,
    unknownCharacters: [...new Set(results.flatMap(({ unknownCharacters }) => unknownCharacters))],
    copies: results.map(({ copies }, index) => {
      return copies.filter(({ start, length }) => start + length <= (texts[index] ?? '').length);
    }),
  };
}
