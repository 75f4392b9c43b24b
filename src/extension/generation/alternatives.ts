import * as vscode from 'vscode';
import type { BackgroundProcess } from '../background/backgroundProcess';
import { UserError } from '../failure';
import type { Models } from '../models/models';
import { noModel } from '../models/selectModel';
import type { Settings } from '../settings';
import { DocumentWriter } from './documentWriter';
import { DraftPick } from './draftPick';
import { type Alternative, newRound } from './drafts';
import { editorToWriteIn } from './editorToWriteIn';
import type { LatestWriting } from './latestWriting';
import { Preview } from './preview';
import type { PromptDoctor } from './promptDoctor';
import { readOnly } from './remarks';
import { type Target, targetOf } from './targets';
import type { WrittenText } from './writtenText';
import { chooseSeed, type GenerateOptions, writingOptions, type WritingWishes } from './writingOptions';

/** What a choice is made with: fixed when it begins. */
interface Choosing {
  readonly editor: vscode.TextEditor;
  readonly folder: string;
  readonly target: Target;
  readonly wishes: WritingWishes;
}

/** Offers several ways on from the cursor, at several temperatures, and writes the one that is taken. */
export class Alternatives {
  constructor(
    private readonly background: BackgroundProcess,
    private readonly models: Models,
    private readonly settings: () => Settings,
    private readonly latest: LatestWriting,
    private readonly doctor: PromptDoctor,
    private readonly written: WrittenText,
  ) {}

  /**
   * Shows the drafts as they are drawn; nothing is written until one is taken.
   * @returns the text written.
   * @throws CancelledError when none is taken; UserError where nothing can be written.
   */
  async choose(options: GenerateOptions = {}): Promise<string> {
    const editor = await editorToWriteIn();
    const folder = options.model ?? (await this.models.active())?.folder;
    if (folder === undefined) throw noModel();
    const settings = this.settings();
    const seed = chooseSeed(options.seed ?? settings['generation.seed']);
    const wishes = writingOptions(settings, options, seed);
    const target = targetOf(editor.document, editor.selection, settings['generation.promptLength'], this.written);
    const choosing = { editor, folder, target, wishes };
    const draft = await this.pick(choosing);
    return this.take(choosing, draft);
  }

  private async pick(choosing: Choosing): Promise<Alternative> {
    const { editor, wishes } = choosing;
    const cancellation = new vscode.CancellationTokenSource();
    const preview = new Preview(editor, editor.selection.end);
    let { seed } = wishes.sampling;
    const drawMore = (): void => {
      const round = newRound(wishes.sampling.temperature, seed);
      seed += round.length;
      list.add(round);
      for (const draft of round) {
        this.draw(draft, choosing, () => list.update(), cancellation.token).catch((error: unknown) => list.fail(error));
      }
    };
    const list = new DraftPick('Enter takes one, Esc leaves the text as it is', {
      onMore: drawMore,
      onLook: (draft) => preview.show(draft?.text ?? ''),
    });
    try {
      const chosen = list.choose();
      drawMore();
      return await chosen;
    } finally {
      cancellation.cancel();
      cancellation.dispose();
      list.dispose();
      preview.dispose();
    }
  }

  private async draw(
    draft: Alternative,
    { editor, folder, target, wishes }: Choosing,
    onGrowth: () => void,
    token: vscode.CancellationToken,
  ): Promise<void> {
    const { seed, temperature } = draft;
    const sampling = { ...wishes.sampling, seed, temperature };
    const grow = (piece: string): void => {
      draft.text += piece;
      onGrowth();
    };
    const request = { folder, ...target.prompt, ...wishes, sampling };
    const { unknownCharacters, copies } = await this.background.generate(request, grow, token);
    draft.isComplete = true;
    draft.copies = copies;
    onGrowth();
    this.doctor.examine(editor.document.uri, folder, unknownCharacters);
  }

  /** Writes a draft as one undo step, where the text before it is still what it was drawn from. */
  private async take({ editor, folder, target, wishes }: Choosing, draft: Alternative): Promise<string> {
    const { document, selection } = editor;
    const { prompt, ...place } = targetOf(document, selection, target.prompt.promptLength, this.written);
    if (prompt.prompt !== target.prompt.prompt) {
      throw new UserError('The text before the cursor was changed meanwhile, so nothing was inserted.');
    }
    const writer = new DocumentWriter(editor, [place], this.written, () => undefined);
    try {
      writer.append(0, draft.text);
      await writer.finish();
      if (writer.interruption === 'read-only') throw readOnly();
      if (writer.interruption !== undefined) throw new UserError('The document was changed meanwhile: try again.');
      const { start, end } = writer.offsets[0] ?? { start: 0, end: 0 };
      const { seed, temperature } = draft;
      this.latest.remember({
        document,
        folder,
        wishes: { ...wishes, sampling: { ...wishes.sampling, seed, temperature } },
        passages: [{ prompt, start, end, text: document.getText(writer.ranges[0]), copies: draft.copies }],
      });
      return draft.text;
    } finally {
      writer.dispose();
    }
  }
}
