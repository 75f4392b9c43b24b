import { Turn } from '../base/yielding';
import { endOfDocument, type Tokenizer } from '../corpus/tokenizers/tokenizer';
import type { Predictor } from '../engine/engine';
import type { ItemForm } from '../model/itemForm';
import { itemStarts, Scoring, type ScoringModel, spellingOf } from './scoring';
import { putTogether, type ScoredPart, type Span, TextTokens, unscored } from './textTokens';

/** How surprising a model finds a text: all of it as one part. */
export interface Surprisal extends ScoredPart {
  /** Nats of the whole text, with the spelling of what the vocabulary lacks, which is no single character's. */
  readonly total: number;
  /** Characters of the text: code points, a CR LF being one. */
  readonly characters: number;
}

/**
 * Scores a text in one round: see {@link Scoring}.
 * @param streams pieces of the text that are read side by side; 1 is exact. Left out: as many as pay.
 * @throws the signal's reason once it is aborted.
 */
export async function surprisal(
  model: ScoringModel,
  text: string,
  { streams, signal }: { readonly streams?: number; readonly signal?: AbortSignal } = {},
): Promise<Surprisal> {
  const scoring = new Scoring(model, text, streams === undefined ? {} : { streams });
  const whole = unscored(text.length);
  const total = await scoring.run(({ parts }) => putTogether(whole, parts), signal);
  return { ...whole, total, characters: scoring.text.characterCount };
}

/**
 * Scores a short text with a model that is ready to write, without a trainer's preparations: exact, and lets other work of
 * this thread go first every few milliseconds.
 * @param wanted parts that are asked for, ascending and apart; left out: all of it
 * @returns the parts, and nats of what is wanted, spelling included: see {@link spellingOf}
 * @throws the signal's reason once it is aborted.
 */
export async function surprisalAtOnce(
  predictor: Predictor,
  tokenizer: Tokenizer,
  text: string,
  signal?: AbortSignal,
  wanted: readonly Span[] = [{ start: 0, end: text.length }],
  items: ItemForm | null = null,
): Promise<{ readonly parts: readonly ScoredPart[]; readonly total: number }> {
  const read = new TextTokens(tokenizer, text);
  const { tokens } = read;
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
  const pieces = read.pieces(wanted);
  const totals = pieces.map(({ first, end }) => losses.subarray(first, end).reduce((sum, loss) => sum + loss, 0));
  return {
    parts: pieces.map((piece) => read.part(piece, losses)),
    total: totals.reduce((sum, each) => sum + each, spellingOf(tokenizer, text, wanted)),
  };
}

/** Nats that a token costs by the logits. */
function crossEntropy(logits: Float32Array, token: number): number {
  let highest = -Infinity;
  for (const logit of logits) if (logit > highest) highest = logit;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - highest);
  return Math.log(sum) + highest - (logits[token] ?? 0);
}
