import { setImmediate as breathe } from 'node:timers/promises';
import { Turn } from '../base/yielding';
import { ItemFollower } from '../corpus/items/itemSplitter';
import { endOfDocument, type Tokenizer } from '../corpus/tokenizers/tokenizer';
import { batchesOf, type EvaluationBatch, evenPieces, type Piece } from '../corpus/tokens/evaluationBatches';
import { memorySequence } from '../corpus/tokens/tokenStore';
import type { Engine, Predictor, Scorer } from '../engine/engine';
import { EvaluatingScorer } from '../engine/scorer';
import type { ItemForm } from '../model/itemForm';
import type { Architecture, Parameters } from '../model/model';
import { type CharacterCosts, shareAmongCharacters } from './tokenCharacters';

/** What a text is scored with. */
export interface ScoringModel {
  readonly engine: Engine;
  readonly architecture: Architecture;
  readonly parameters: Parameters;
  readonly tokenizer: Tokenizer;
  /** How its text is made of items, each read from a fresh start on; left out: it isn't. */
  readonly items?: ItemForm | null;
}

/** How surprising a model finds a text. */
export interface Surprisal extends CharacterCosts {
  /** Nats of the whole text. */
  readonly total: number;
}

/** How a text is scored. */
export interface ScoringOptions {
  /** Parts of the text that are read side by side; 1 is exact. Left out: as many as pay. */
  readonly streams?: number;
  readonly signal?: AbortSignal;
  /** Told how much is done, from 0 to 1. */
  readonly report?: (share: number) => void;
}

/** Time steps of a batch: few, so that it soon lets others go first. */
export const batchLength = 16;

/** A stream reads at least this many tokens, so that its warm-up is a small share of the work. */
const tokensPerStream = 1024;

/** Tokens that each part is warmed up on, by which a state has forgotten that it began in the middle. */
const warmUp = 128;

/**
 * Parts that are read side by side at most: enough for what each thread does with weights that it has at hand, and a number
 * that many counts of threads divide into full tiles of six rows.
 */
export const mostStreams = 144;

/**
 * Scores every character of a text, in one pass. A long text is read in several parts side by side, each warmed up on what
 * stands before it. So at the seams its numbers differ a little from those of one reading from end to end (`streams` 1):
 * the total by less than one in a thousand, all but one in a hundred characters by less than a hundredth of a bit.
 * @throws the signal's reason once it is aborted.
 */
export async function surprisal(model: ScoringModel, text: string, options: ScoringOptions = {}): Promise<Surprisal> {
  const { tokenizer } = model;
  const tokens = tokenizer.encode(text);
  const streams = options.streams ?? Math.min(mostStreams, Math.max(1, Math.floor(tokens.length / tokensPerStream)));
  const { engine, architecture, parameters } = model;
  const scorer = new EvaluatingScorer(engine, architecture, parameters, { length: batchLength, streams });
  try {
    const starts = itemStarts(tokenizer, tokens, model.items ?? null);
    const losses = await tokenLosses(scorer, tokens, starts, streams, options);
    return surprisalOf(tokenizer, text, tokens, losses);
  } finally {
    scorer.dispose();
  }
}

/**
 * Scores every character of a short text with a model that is ready to write, without a trainer's preparations: exact, and
 * lets other work of this thread go first every few milliseconds.
 * @throws the signal's reason once it is aborted.
 */
export async function surprisalAtOnce(
  predictor: Predictor,
  tokenizer: Tokenizer,
  text: string,
  signal?: AbortSignal,
  items: ItemForm | null = null,
): Promise<Surprisal> {
  const tokens = tokenizer.encode(text);
  const starts = itemStarts(tokenizer, tokens, items);
  const losses = new Float64Array(tokens.length);
  const logits = new Float32Array(tokenizer.vocabularySize);
  const state = new Float32Array(predictor.stateSize);
  const turn = new Turn();
  for (let i = 0, before = endOfDocument; i < tokens.length; i++) {
    predictor.next(state, before, logits);
    before = tokens[i] ?? endOfDocument;
    losses[i] = crossEntropy(logits, before);
    if (starts?.[i + 1] === 1) {
      before = endOfDocument;
      state.fill(0);
    }
    if (!turn.isOver) continue;
    await turn.next();
    signal?.throwIfAborted();
  }
  return surprisalOf(tokenizer, text, tokens, losses);
}

function surprisalOf(tokenizer: Tokenizer, text: string, tokens: Uint16Array, losses: Float64Array): Surprisal {
  const total = losses.reduce((sum, loss) => sum + loss, 0);
  return { ...shareAmongCharacters(tokenizer, text, tokens, losses), total };
}

/** Nats that a token costs by the logits. */
function crossEntropy(logits: Float32Array, token: number): number {
  let highest = -Infinity;
  for (const logit of logits) if (logit > highest) highest = logit;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - highest);
  return Math.log(sum) + highest - (logits[token] ?? 0);
}

/** Nats of each token, the document starting before the first. */
async function tokenLosses(
  scorer: Scorer,
  tokens: Uint16Array,
  starts: Uint8Array | null,
  streams: number,
  { signal, report }: ScoringOptions,
): Promise<Float64Array> {
  const losses = new Float64Array(tokens.length);
  const pieces = evenPieces(tokens.length, streams);
  let batches = 0;
  for (const { length } of readPieces(scorer, documentOf(tokens), starts, pieces, losses)) {
    report?.(Math.min(1, (++batches * length * streams) / tokens.length));
    await breathe();
    signal?.throwIfAborted();
  }
  return losses;
}

/** Tokens as the model reads them that are to be foreseen: after the document's start, which stands before the first. */
export function documentOf(tokens: Uint16Array): Uint16Array {
  const sequence = new Uint16Array(tokens.length + 1);
  sequence[0] = endOfDocument;
  sequence.set(tokens, 1);
  return sequence;
}

/**
 * Where in a document, as {@link documentOf} makes it, items start: 1 in place of the token that ends the item before. Null
 * where the text isn't made of items.
 */
export function itemStarts(tokenizer: Tokenizer, tokens: Uint16Array, items: ItemForm | null): Uint8Array | null {
  if (items === null) return null;
  const starts = new Uint8Array(tokens.length + 1);
  const follower = new ItemFollower(items);
  const decoder = tokenizer.decoder();
  tokens.forEach((token, at) => (starts[at + 1] = follower.push(decoder.push(token)) ? 1 : 0));
  return starts;
}

/**
 * Reads pieces of a document side by side, each from a warm state on. Notes, batch by batch, what each token costs, nats.
 * @param starts See {@link itemStarts}: what ends an item is read as {@link endOfDocument}, from where the next one starts.
 */
export function* readPieces(
  scorer: Scorer,
  document: Uint16Array,
  starts: Uint8Array | null,
  pieces: readonly Piece[],
  losses: Float64Array,
): Generator<EvaluationBatch, void, void> {
  const streams = pieces.length;
  const batchLosses = new Float32Array(batchLength * streams);
  for (const batch of batchesOf(memorySequence(document), pieces, batchLength, warmUp)) {
    if (starts !== null) startItems(batch, starts);
    scorer.score(batch, batchLosses);
    for (let i = 0; i < batchLosses.length; i++) {
      // The target of the token at this place is the next one, which stands at the same index of the losses.
      const place = (batch.offsets[i % streams] ?? 0) + Math.floor(i / streams);
      if (batch.counted[i] === 1) losses[place] = batchLosses[i] ?? 0;
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
