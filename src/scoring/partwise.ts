import { setImmediate as breathe } from 'node:timers/promises';
import type { EvaluationBatch, Piece } from '../corpus/tokens/evaluationBatches';
import type { Scorer } from '../engine/engine';
import { ReadingOrder } from './readingOrder';
import { batchLength, documentOf, itemStarts, mostStreams, readPieces, type ScoringModel } from './surprisal';
import { type ScoredPart, type Span, TextTokens } from './textTokens';

/** Tokens of a piece of the first round, and its pieces: all of them together are a screen or two, which is there at once. */
const firstPiece = 64;
const firstStreams = 64;

/** Each round's pieces are so much longer than those of the one before: the longer, the less is read twice. */
const growth = 16;

/** The longest: a round is bounded, and so what is kept of it. */
const longestPiece = firstPiece * growth ** 2;

/** Milliseconds between two tellings. */
const interval = 150;

/** What is told on the way. */
export interface PartsTold {
  /** What has become known since. */
  readonly parts: readonly ScoredPart[];
  /** How much of what is wanted is known, from 0 to 1. */
  readonly share: number;
}

/**
 * Scores a text a part at a time, beginning where it is looked at: in rounds of pieces that are read side by side, a short
 * round first, then longer ones. As good as {@link surprisal}, with more seams.
 */
export class PartwiseScoring {
  private readonly text: TextTokens;
  private readonly document: Uint16Array;
  private readonly starts: Uint8Array | null;
  private readonly nats: Float64Array;
  private readonly agenda: ReadingOrder;
  private readonly wanted: number;
  private looksElsewhere = false;
  private nextTelling = 0;

  /** @param from where it is looked at, in code units, as `wanted` is. */
  constructor(
    private readonly model: ScoringModel,
    text: string,
    wanted: readonly Span[],
    from: number,
  ) {
    this.text = new TextTokens(model.tokenizer, text);
    this.document = documentOf(this.text.tokens);
    this.starts = itemStarts(model.tokenizer, this.text.tokens, model.items ?? null);
    this.nats = new Float64Array(this.text.tokens.length);
    const pieces = apart(wanted.map((span) => this.text.piece(span)));
    this.agenda = new ReadingOrder(pieces, this.text.tokenAt(from), (place) => this.text.wholeEnd(place));
    this.wanted = this.agenda.left;
  }

  /** It is looked at this unit now: what stands from there on is read next. */
  lookAt(unit: number): void {
    this.agenda.lookAt(this.text.tokenAt(unit));
    this.looksElsewhere = true;
  }

  /** Reads it all. @throws the signal's reason once it is aborted. */
  async run(tell: (told: PartsTold) => void, signal?: AbortSignal): Promise<void> {
    const { engine, architecture, parameters } = this.model;
    const scorer = engine.createScorer(architecture, parameters, { length: batchLength, streams: mostStreams });
    try {
      let length = firstPiece;
      for (;;) {
        const pieces = this.agenda.take(length === firstPiece ? firstStreams : mostStreams, length);
        if (pieces.length === 0) return;
        // A round of what is looked at is short, and read to its end: else one that scrolls on and on would never see any.
        if (length === firstPiece) this.looksElsewhere = false;
        await this.round(scorer, pieces, length > firstPiece, tell, signal);
        length = this.looksElsewhere ? firstPiece : Math.min(longestPiece, growth * length);
      }
    } finally {
      scorer.dispose();
    }
  }

  private async round(
    scorer: Scorer,
    pieces: readonly Piece[],
    canBreak: boolean,
    tell: (told: PartsTold) => void,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    let untold = pieces;
    for (const batch of readPieces(scorer, this.document, this.starts, pieces, this.nats)) {
      const isTime = performance.now() >= this.nextTelling;
      if (isTime) untold = this.tell(untold, batch, tell);
      await breathe();
      signal?.throwIfAborted();
      if (!canBreak || !this.looksElsewhere) continue;
      if (!isTime) untold = this.tell(untold, batch, tell);
      this.agenda.putBack(untold);
      return;
    }
    this.tell(untold, null, tell);
  }

  /** Tells what of these pieces a round has come to know; all of them where it is over. @returns what is left of them. */
  private tell(
    untold: readonly Piece[],
    batch: EvaluationBatch | null,
    tell: (told: PartsTold) => void,
  ): readonly Piece[] {
    const known = untold.map(({ first, end }, stream) => {
      const reached = batch === null ? end : Math.min(end, (batch.offsets[stream] ?? 0) + batch.length);
      return { first, end: Math.max(first, this.text.wholeStart(reached)) };
    });
    const left = untold.map(({ end }, stream) => ({ first: known[stream]?.end ?? end, end }));
    const parts = known.filter(({ first, end }) => end > first).map((piece) => this.text.part(piece, this.nats));
    const open = this.agenda.left + left.reduce((sum, { first, end }) => sum + end - first, 0);
    if (parts.length > 0) tell({ parts, share: 1 - open / this.wanted });
    this.nextTelling = performance.now() + interval;
    return left;
  }
}

/** Pieces that have no token in common, where a token may have something of two spans. */
function apart(pieces: readonly Piece[]): readonly Piece[] {
  let last = 0;
  return pieces.map(({ first, end }) => {
    const piece = { first: Math.max(first, last), end };
    last = Math.max(last, end);
    return piece;
  });
}
