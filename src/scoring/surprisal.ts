import { Turn } from '../base/yielding';
import { endOfDocument } from '../corpus/tokenizers/tokenizer';
import type { Predictor } from '../engine/engine';
import type { MemoryUse } from '../memory/memory';
import { itemStarts } from './itemStarts';
import { Scoring, type ScoringModel, type ScoringOptions, spellingOf } from './scoring';
import { putTogether, type ScoredPart, TextTokens, unscored } from './textTokens';
import { type RememberingModel, TokenCosts } from './tokenCosts';

/** How surprising a model finds a text: all of it as one part. */
export interface Surprisal extends ScoredPart {
  /** Nats of the whole text, with the spelling of what the vocabulary lacks, which is no single character's. */
  readonly total: number;
  /** Characters of the text: code points, a CR LF being one. */
  readonly characters: number;
  /** The total by each use of the memory that was asked for, where there is one: else by the LSTM alone, which is off. */
  readonly totals: ReadonlyMap<MemoryUse, number>;
}

/**
 * Scores a text in one round: see {@link Scoring}.
 * @throws the signal's reason once it is aborted.
 */
export async function surprisal(
  model: ScoringModel,
  text: string,
  { signal, ...options }: Pick<ScoringOptions, 'streams' | 'uses'> & { readonly signal?: AbortSignal } = {},
): Promise<Surprisal> {
  const scoring = new Scoring(model, text, options);
  const whole = unscored(text.length);
  const total = await scoring.run(({ parts }) => putTogether(whole, parts), signal);
  return { ...whole, total, characters: scoring.text.characterCount, totals: scoring.totals };
}

/** A model that is ready to write. */
export interface PredictingModel extends RememberingModel {
  /** The LSTM alone. */
  readonly predictor: Predictor;
}

/**
 * Scores a short text with a model that is ready to write, without a trainer's preparations: exact, and lets other work of
 * this thread go first every few milliseconds.
 * @returns the parts that are wanted, by the first of the uses, and nats of what is wanted, spelling included: see {@link spellingOf}
 * @throws the signal's reason once it is aborted.
 */
export async function surprisalAtOnce(
  model: PredictingModel,
  text: string,
  {
    wanted = [{ start: 0, end: text.length }],
    uses = ['reading along'],
    before = '',
  }: Pick<ScoringOptions, 'wanted' | 'uses' | 'before'> = {},
  signal?: AbortSignal,
): Promise<{ readonly parts: readonly ScoredPart[]; readonly total: number }> {
  const { predictor, tokenizer, items = null } = model;
  const read = new TextTokens(tokenizer, text);
  const { tokens } = read;
  const starts = itemStarts(tokenizer, tokens, items);
  const pieces = read.pieces(wanted);
  const whole = [{ first: 0, end: tokens.length }];
  const costs = new TokenCosts(model, uses, tokens, starts, whole, before);
  await costs.readTo(tokens.length, () => {
    signal?.throwIfAborted();
    return true;
  });
  const logits = new Float32Array(tokenizer.vocabularySize);
  const state = new Float32Array(predictor.stateSize);
  const turn = new Turn();
  for (let i = 0, latest = endOfDocument; i < tokens.length; i++) {
    predictor.next(state, latest, logits);
    latest = tokens[i] ?? endOfDocument;
    costs.noteLogits(i, logits);
    costs.noteLoss(i, crossEntropy(logits, latest));
    if (starts?.[i + 1] === 1) {
      latest = endOfDocument;
      state.fill(0);
    }
    if (!turn.isOver) continue;
    await turn.next();
    signal?.throwIfAborted();
  }
  const { losses } = costs;
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
