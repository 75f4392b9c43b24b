/**
 * scoring/: how surprising a model finds a text, told by its code units: of a text as a whole or in parts (this file), and at
 * once by a model that is ready to write (surprisal.ts); what of it stands out (surpriseLevels.ts).
 */
import { withLineFeeds } from '../base/text';
import { yieldToOthers } from '../base/yielding';
import { endOfDocument, type Tokenizer } from '../corpus/tokenizers/tokenizer';
import { spellingNats } from '../corpus/tokens/spelling';
import { batchesOf, type EvaluationBatch, type Piece } from '../corpus/tokens/evaluationBatches';
import { memorySequence } from '../corpus/tokens/tokenStore';
import type { Engine, LogitsReader, Scorer, ScorerShape } from '../engine/engine';
import { EvaluatingScorer } from '../engine/scorer';
import type { Memory, MemoryUse } from '../memory/memory';
import type { ItemForm } from '../model/itemForm';
import type { Architecture, Parameters } from '../model/model';
import { itemStarts } from './itemStarts';
import { ReadingOrder } from './readingOrder';
import { type ScoredPart, type Span, TextTokens } from './textTokens';
import { TokenCosts } from './tokenCosts';

/** What a text is scored with. */
export interface ScoringModel {
  readonly engine: Engine;
  readonly architecture: Architecture;
  readonly parameters: Parameters;
  readonly tokenizer: Tokenizer;
  /** How its text is made of items, each read from a fresh start on; left out: it isn't. */
  readonly items?: ItemForm | null;
  /** What it remembers; left out: nothing. */
  readonly memory?: Memory | null;
}

/** What of a text is scored, and how. */
export interface ScoringOptions {
  /** The parts that are asked for, code units, ascending and apart; left out: all of it. */
  readonly wanted?: readonly Span[] | undefined;
  /**
   * Where it is looked at, code units: what stands from there on is read first, in rounds that are soon over, as fast as the
   * engine can. Left out: all of it in one round, as precisely as in training.
   */
  readonly from?: number | undefined;
  /** Pieces that one round reads side by side; 1 is exact. Left out: as many as pay. */
  readonly streams?: number;
  /** How the memory is used, if the model has one: the parts are told by the first. Left out: it reads along. */
  readonly uses?: readonly MemoryUse[];
  /** What stands before the text: only the memory that reads along reads it. */
  readonly before?: string | undefined;
}

/** What is told on the way. */
export interface PartsTold {
  /** What has become known since. */
  readonly parts: readonly ScoredPart[];
  /** How much of what is wanted is known, from 0 to 1. */
  readonly share: number;
}

/** Time steps of a batch: few, so that it soon lets others go first. */
const batchLength = 16;

/** Tokens that each piece is warmed up on, by which a state has forgotten that it began in the middle. */
const warmUp = 128;

/** A piece of a single round has at least this many tokens, so that its warm-up is a small share of the work. */
const tokensPerStream = 1024;

/**
 * Pieces that are read side by side at most: enough for what each thread does with weights that it has at hand, and a number
 * that many counts of threads divide into full tiles of six rows.
 */
const mostStreams = 144;

/** Tokens of a piece of the first round, and its pieces: all of them together are a screen or two, which is there at once. */
const firstPiece = 64;
const firstStreams = 64;

/** Each round's pieces are so much longer than those of the one before: the longer, the less is read twice. */
const growth = 16;

/** The longest: a round is bounded, and so what is kept of it. */
const longestPiece = firstPiece * growth ** 2;

/** Milliseconds between two tellings. */
const interval = 150;

/** Tokens that the memory may be ahead of the LSTM: what it says of each takes some 40 bytes. */
const mostAhead = 1 << 22;

/** Of the time that a text takes, the memory's share is about this. */
const memoryShare = 0.1;

/**
 * Scores a text in pieces that are read side by side, each warmed up on what stands before it. So at the seams its numbers
 * differ a little from those of one reading from end to end (`streams` 1): the total by less than one in a thousand, all but
 * one in a hundred characters by less than a hundredth of a bit. Where the text is looked at, it begins there: with a short
 * round, then longer ones.
 */
export class Scoring {
  /** The text, and the tokens of it. */
  readonly text: TextTokens;
  private readonly document: Uint16Array;
  private readonly starts: Uint8Array | null;
  private readonly costs: TokenCosts;
  private readonly agenda: ReadingOrder;
  /** What it takes to spell out what the vocabulary lacks of what is wanted, nats. */
  private readonly spelling: number;
  private readonly wanted: number;
  private readonly isLookedAt: boolean;
  /** Longer than the memory may be ahead: the rounds go from its start to its end. */
  private readonly isInOrder: boolean;
  private readonly streams: number;
  private looksElsewhere = false;
  private nextTelling = 0;

  constructor(
    private readonly model: ScoringModel,
    text: string,
    {
      wanted = [{ start: 0, end: text.length }],
      from,
      streams,
      uses = ['reading along'],
      before = '',
    }: ScoringOptions = {},
  ) {
    this.text = new TextTokens(model.tokenizer, text);
    const { tokens } = this.text;
    this.document = documentOf(tokens);
    this.starts = itemStarts(model.tokenizer, tokens, model.items ?? null);
    const pieces = this.text.pieces(wanted);
    this.costs = new TokenCosts(model, uses, tokens, this.starts, pieces, before);
    this.spelling = spellingOf(model.tokenizer, text, wanted);
    this.isInOrder = this.costs.needsLogits && tokens.length > mostAhead;
    const firstWanted = this.isInOrder ? 0 : this.text.tokenAt(from ?? 0);
    this.agenda = new ReadingOrder(pieces, firstWanted, (place) => this.text.wholeEnd(place));
    this.wanted = this.agenda.left;
    this.isLookedAt = from !== undefined;
    this.streams = streams ?? Math.min(mostStreams, Math.max(1, Math.floor(this.wanted / tokensPerStream)));
  }

  /** It is looked at this unit now: what stands from there on is read next, where there is more than one round. */
  lookAt(unit: number): void {
    if (this.isInOrder) return;
    this.agenda.lookAt(this.text.tokenAt(unit));
    this.looksElsewhere = true;
  }

  /** Reads it all. @returns nats of what is wanted, spelling included: see {@link spellingOf}. @throws the signal's reason once it is aborted. */
  async run(tell: (told: PartsTold) => void, signal?: AbortSignal): Promise<number> {
    const scorer = this.scorer();
    try {
      if (this.isLookedAt) await this.growingRounds(scorer, tell, signal);
      else await this.evenRounds(scorer, tell, signal);
    } finally {
      scorer.dispose();
    }
    return this.totals.get(this.costs.main) ?? NaN;
  }

  /** Nats of what is wanted, spelling included, by each of the uses, once it is read; where there is no memory, it is off. */
  get totals(): ReadonlyMap<MemoryUse, number> {
    return new Map(this.costs.uses.map((use) => [use, this.spelling + this.costs.total(use)]));
  }

  private scorer(): Scorer {
    const { engine, architecture, parameters } = this.model;
    const shape: ScorerShape = { length: batchLength, streams: this.isLookedAt ? mostStreams : this.streams };
    return this.isLookedAt
      ? engine.createScorer(architecture, parameters, shape)
      : new EvaluatingScorer(engine, architecture, parameters, shape);
  }

  /** One round, unless what is wanted is scattered. */
  private async evenRounds(
    scorer: Scorer,
    tell: (told: PartsTold) => void,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    while (this.agenda.left > 0) {
      const most = this.isInOrder ? Math.floor(mostAhead / this.streams) : Infinity;
      await this.round(scorer, this.agenda.take(this.streams, most), false, tell, signal);
    }
  }

  private async growingRounds(
    scorer: Scorer,
    tell: (told: PartsTold) => void,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    let length = firstPiece;
    for (;;) {
      const pieces = this.agenda.take(length === firstPiece ? firstStreams : mostStreams, length);
      if (pieces.length === 0) return;
      // A round of what is looked at is short, and read to its end: else one that scrolls on and on would never see any.
      if (length === firstPiece) this.looksElsewhere = false;
      await this.round(scorer, pieces, length > firstPiece, tell, signal);
      length = this.looksElsewhere ? firstPiece : Math.min(longestPiece, growth * length);
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
    const breaks = (): boolean => canBreak && this.looksElsewhere;
    const goesOn = (): boolean => {
      signal?.throwIfAborted();
      if (performance.now() >= this.nextTelling) this.tell(untold, untold, tell);
      return !breaks();
    };
    if (!(await this.costs.readTo(Math.max(...pieces.map(({ end }) => end)), goesOn))) {
      this.agenda.putBack(pieces);
      return;
    }
    for (const batch of readPieces(scorer, this.document, this.starts, pieces, this.costs)) {
      const isTime = performance.now() >= this.nextTelling;
      if (isTime) untold = this.tell(untold, this.leftOf(untold, batch), tell);
      await yieldToOthers();
      signal?.throwIfAborted();
      if (!breaks()) continue;
      if (!isTime) untold = this.tell(untold, this.leftOf(untold, batch), tell);
      this.agenda.putBack(untold);
      return;
    }
    const isEnd = untold.map(({ end }) => ({ first: end, end }));
    this.tell(untold, isEnd, tell);
    if (this.isInOrder) this.costs.forgetBefore(Math.max(...pieces.map(({ end }) => end)));
  }

  /** What of these pieces isn't known yet after a batch of them. */
  private leftOf(untold: readonly Piece[], { offsets, length }: EvaluationBatch): readonly Piece[] {
    return untold.map(({ first, end }, stream) => {
      const reached = Math.min(end, (offsets[stream] ?? 0) + length);
      return { first: Math.max(first, this.text.wholeStart(reached)), end };
    });
  }

  /** Tells what of these pieces a round has come to know since, and how far the whole is. @returns what is left of them. */
  private tell(untold: readonly Piece[], left: readonly Piece[], tell: (told: PartsTold) => void): readonly Piece[] {
    const known = untold.map(({ first }, stream) => ({ first, end: left[stream]?.first ?? first }));
    const parts = known
      .filter(({ first, end }) => end > first)
      .map((piece) => this.text.part(piece, this.costs.losses));
    const open = this.agenda.left + left.reduce((sum, { first, end }) => sum + end - first, 0);
    const share = 1 - open / this.wanted;
    const isByMemory = this.costs.needsLogits;
    if (parts.length > 0 || isByMemory) {
      tell({ parts, share: isByMemory ? share + memoryShare * (this.costs.shareRead - share) : share });
    }
    this.nextTelling = performance.now() + interval;
    return left;
  }
}

/**
 * What it costs to spell out what a vocabulary lacks of parts of a text, nats: without it, a model would score the better the
 * less it knows. No single character has it: how dear one is depends on all before it.
 */
export function spellingOf(tokenizer: Tokenizer, text: string, wanted: readonly Span[]): number {
  return spellingNats(tokenizer, ...wanted.map(({ start, end }) => withLineFeeds(text.slice(start, end))));
}

/** Tokens as the model reads them that are to be foreseen: after the document's start, which stands before the first. */
function documentOf(tokens: Uint16Array): Uint16Array {
  const sequence = new Uint16Array(tokens.length + 1);
  sequence[0] = endOfDocument;
  sequence.set(tokens, 1);
  return sequence;
}

/**
 * Reads pieces of a document side by side, each from a warm state on. Notes, batch by batch, what each token costs.
 * @param starts See {@link itemStarts}: what ends an item is read as {@link endOfDocument}, from where the next one starts.
 */
function* readPieces(
  scorer: Scorer,
  document: Uint16Array,
  starts: Uint8Array | null,
  pieces: readonly Piece[],
  costs: TokenCosts,
): Generator<EvaluationBatch, void, void> {
  const streams = pieces.length;
  const batchLosses = new Float32Array(batchLength * streams);
  // The target of the token at this place is the next one, which stands at the same index of the text.
  const placeOf = ({ offsets }: EvaluationBatch, i: number): number =>
    (offsets[i % streams] ?? 0) + Math.floor(i / streams);
  for (const batch of batchesOf(memorySequence(document), pieces, batchLength, warmUp)) {
    if (starts !== null) startItems(batch, starts);
    const reader: LogitsReader = {
      positions: batch.counted,
      read: (i, logits) => costs.noteLogits(placeOf(batch, i), logits),
    };
    scorer.score(batch, batchLosses, costs.needsLogits ? reader : undefined);
    for (let i = 0; i < batchLosses.length; i++) {
      if (batch.counted[i] === 1) costs.noteLoss(placeOf(batch, i), batchLosses[i] ?? 0);
    }
    yield batch;
  }
}

function startItems({ inputs, resets, offsets, streams }: EvaluationBatch, starts: Uint8Array): void {
  for (let i = 0; i < inputs.length; i++) {
    const place = (offsets[i % streams] ?? 0) + Math.floor(i / streams);
    if (starts[place] !== 1) continue;
    inputs[i] = endOfDocument;
    resets[i] = 1;
  }
}
