import * as vscode from 'vscode';
import { withLineFeeds } from '../../base/text';
import type { MemoryUse } from '../../memory/memory';
import type { SurprisingPlace } from '../../scoring/surpriseLevels';
import type { Span } from '../../scoring/textTokens';
import type { BackgroundProcess } from '../background/backgroundProcess';
import { scoreText } from '../background/scoreText';
import { CancelledError, describeFailure } from '../failure';
import type { ModelReference } from '../session';
import { hoverText } from './surpriseHover';
import { type Score, type ScoreParts, SurpriseText } from './surpriseText';

/** Rest from typing after which what was typed is scored, milliseconds. */
const rest = 250;

/** Documents longer than this, in code units, are scored in parts, with a notification that tells how far it is. */
const longText = 50_000;

/** Code units before a place that the model reads to say what it expected there. */
const promptLength = 1000;

/** What a document's status says. */
export type SurpriseStatus =
  | { readonly kind: 'scoring'; /** From 0 to 1. */ readonly share: number }
  | { readonly kind: 'scored'; /** Mean, bits per character. */ readonly bits: number };

/** A document whose surprise is shown: scores it, and again where it is edited. */
export class SurprisedDocument implements vscode.Disposable {
  private text: SurpriseText;
  private current: SurpriseStatus = { kind: 'scoring', share: 0 };
  private cancellation = new vscode.CancellationTokenSource();
  private timer: NodeJS.Timeout | undefined;
  /** Where it is looked at, and what tells a scoring in parts that is under way. */
  private seen: Span = { start: 0, end: 0 };
  private lookAt: ((from: number) => void) | undefined;
  private isWhole = false;
  private ranking: readonly SurprisingPlace[] | undefined;
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly failed = new vscode.EventEmitter<unknown>();

  /** There is something new to show. */
  readonly onDidChange = this.changed.event;
  /** It could not be scored; CancelledError where the user gave it up. */
  readonly onDidFail = this.failed.event;

  constructor(
    readonly document: vscode.TextDocument,
    readonly model: ModelReference,
    private readonly background: BackgroundProcess,
    private readonly memory: MemoryUse,
  ) {
    this.text = new SurpriseText(document.getText().length);
  }

  get status(): SurpriseStatus {
    return this.current;
  }

  /** Scored as it stands now, so that its places can be told. */
  get isReady(): boolean {
    return this.current.kind === 'scored' && !this.text.isStale && this.ranking !== undefined;
  }

  /** Bits of each code unit; NaN where they aren't known. */
  get surprise(): Float32Array {
    return this.text.surprise;
  }

  /** The places that stand out, most surprising first: all of them once it is ready. */
  get places(): readonly SurprisingPlace[] {
    return this.ranking ?? [];
  }

  /** The same at any time, as far as they are known. @throws CancelledError where the text is edited meanwhile. */
  async rank(): Promise<readonly SurprisingPlace[]> {
    if (this.ranking !== undefined) return this.ranking;
    const { places } = await this.text.summarize(this.document.getText());
    return (this.ranking ??= places);
  }

  /** Scores what isn't known of the document, what is seen of it first. */
  async readAll(seen: vscode.Range | undefined): Promise<void> {
    if (seen !== undefined) this.seen = this.spanOf(seen);
    this.current = { kind: 'scoring', share: 0 };
    await this.attempt(async (text, score, token) => {
      if (text.length <= longText) return this.text.readAll(text, score);
      await this.text.refresh(text, score, () => this.tell());
      return this.readMissing(text, token);
    });
  }

  /** This part of it is seen now: where anything of it isn't known, that is scored next. */
  look(seen: vscode.Range): void {
    const span = this.spanOf(seen);
    if (span.start === this.seen.start) return;
    this.seen = span;
    if (this.lookAt !== undefined && this.text.lacks(span)) this.lookAt(span.start);
  }

  /** Follows an edit, and scores it once the typing rests. */
  follow({ contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (contentChanges.length === 0) return;
    this.cancellation.cancel();
    for (const { rangeOffset, rangeLength, text } of contentChanges) {
      this.text.edit(rangeOffset, rangeLength, text.length);
    }
    this.tell();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void (this.isWhole ? this.refresh() : this.readAll(undefined)), rest);
  }

  /** What is to be said of a place. */
  async hover(position: vscode.Position, token: vscode.CancellationToken): Promise<vscode.Hover | undefined> {
    const { document } = this;
    const text = document.getText();
    const place = this.text.tokenAt(document.offsetAt(position));
    const bits = this.text.bitsOf(place, text);
    if (Number.isNaN(bits)) return undefined;
    const from = Math.max(0, place.start - promptLength);
    const expected = await this.background.choose(
      {
        folder: this.model.folder,
        prompt: withLineFeeds(text.slice(from, place.start)),
        startsDocument: from === 0,
        unit: 'symbol',
        count: 5,
      },
      token,
    );
    const range = new vscode.Range(document.positionAt(place.start), document.positionAt(place.end));
    return new vscode.Hover(
      new vscode.MarkdownString(hoverText(withLineFeeds(text.slice(place.start, place.end)), bits, expected)),
      range,
    );
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.cancellation.cancel();
    this.cancellation.dispose();
    this.changed.dispose();
    this.failed.dispose();
  }

  private refresh(): Promise<void> {
    return this.attempt((text, score) => this.text.refresh(text, score, () => this.tell()));
  }

  /** Scores; an edit that comes meanwhile ends it, and starts another. */
  private async attempt(
    deed: (text: string, score: Score, token: vscode.CancellationToken) => Promise<void>,
  ): Promise<void> {
    this.cancellation.dispose();
    this.cancellation = new vscode.CancellationTokenSource();
    const { token } = this.cancellation;
    const { folder } = this.model;
    const { memory } = this;
    const score: Score = (text, before) => {
      const read = memory === 'reading along' ? before : '';
      return scoreText(this.background, { folder, text, memory, before: read }, token);
    };
    try {
      const text = this.document.getText();
      await deed(text, score, token);
      if (token.isCancellationRequested) return;
      this.isWhole = true;
      const { mean, places } = await this.text.summarize(text);
      this.current = { kind: 'scored', bits: mean };
      this.ranking = places;
      this.changed.fire();
    } catch (error) {
      if (token.isCancellationRequested) return;
      this.failed.fire(describeFailure(error).kind === 'silent' ? new CancelledError() : error);
    }
  }

  /** Scores what isn't known of a long text, which takes seconds: shows what becomes known on the way. */
  private async readMissing(text: string, edited: vscode.CancellationToken): Promise<void> {
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: `Textloom: scoring with ${this.model.name}`,
      cancellable: true,
    };
    await vscode.window.withProgress(options, async (progress, token) => {
      const both = new vscode.CancellationTokenSource();
      const listening = [token, edited].map((each) => each.onCancellationRequested(() => both.cancel()));
      const { folder } = this.model;
      const score: ScoreParts = (wanted, tell) =>
        this.background.perform(
          'score',
          { folder, text, wanted, from: this.seen.start, memory: this.memory },
          {
            token: both.token,
            onProgress: ({ parts, share }) => {
              const before = this.current.kind === 'scoring' ? this.current.share : 0;
              progress.report({ increment: 100 * (share - before) });
              this.current = { kind: 'scoring', share };
              tell(parts);
            },
            onStart: (order) => (this.lookAt = (from) => order({ from })),
          },
        );
      try {
        await this.text.readMissing(score, () => this.tell());
      } finally {
        this.lookAt = undefined;
        vscode.Disposable.from(both, ...listening).dispose();
      }
    });
  }

  private spanOf(range: vscode.Range): Span {
    return { start: this.document.offsetAt(range.start), end: this.document.offsetAt(range.end) };
  }

  private tell(): void {
    this.ranking = undefined;
    this.changed.fire();
  }
}
