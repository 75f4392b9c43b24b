/**
 * training/validation/: how good a model is on unseen text, beside what counting reaches, and what it sounds like.
 */
import { yieldToOthers } from '../../base/yielding';
import type { TokenSequence } from '../../corpus/corpus';
import { type EvaluationBatch, evaluationBatches } from '../../corpus/tokens/evaluationBatches';
import type { Trainer, WeightKind } from '../../engine/engine';

/** Places of a long text that an excerpt of it is taken from. */
const excerptPlaces = 16;

/** Each stream of an evaluation reads at least this many tokens of its own, so that warming it up stays cheap. */
const fewestTokensPerStream = 256;

const evaluationStreams = 32;

/** Part of a text. */
export interface Excerpt extends TokenSequence {
  /** Where in the text a position of the excerpt is. */
  origin(position: number): number;
}

/**
 * About `limit` tokens of a sequence, from places spread evenly over it; the sequence itself where it isn't longer.
 * Scores of the same excerpt compare with each other; at its few joints the context is another text's.
 */
export function excerpt(sequence: TokenSequence, limit: number): Excerpt {
  if (limit >= sequence.length) {
    const { length } = sequence;
    return { length, origin: (position) => position, read: (offset, into) => sequence.read(offset, into) };
  }
  const part = Math.max(2, Math.floor(limit / excerptPlaces));
  const places = Math.max(1, Math.floor(limit / part));
  const spacing = places === 1 ? 0 : (sequence.length - part) / (places - 1);
  return {
    length: part * places,
    origin: (position) => Math.floor(Math.floor(position / part) * spacing) + (position % part),
    read(offset, into) {
      if (offset + into.length > part * places) throw new RangeError('Read past the end of an excerpt.');
      for (let filled = 0; filled < into.length;) {
        const place = Math.floor((offset + filled) / part);
        const within = (offset + filled) % part;
        const count = Math.min(part - within, into.length - filled);
        sequence.read(Math.floor(place * spacing) + within, into.subarray(filled, filled + count));
        filled += count;
      }
    },
  };
}

/**
 * Mean cross-entropy of a text under a trainer's weights, nats per token, every token but the first predicted once.
 * Lets other work of this thread go first between batches.
 * @param onLoss hears of each token by its position, and what it cost
 * @param pause between two batches; what it throws gives the scoring up
 * @param counts says of each token by its position whether it counts; null where all do
 */
export async function scoreText(
  trainer: Trainer,
  weights: WeightKind,
  text: TokenSequence,
  length: number,
  onLoss?: (position: number, nats: number) => void,
  pause: () => Promise<void> = yieldToOthers,
  counts: ((position: number) => boolean) | null = null,
): Promise<number> {
  const streams = streamsFor(text);
  const losses = new Float32Array(length * streams);
  let sum = 0;
  let counted = 0;
  for (const batch of evaluationBatches(text, streams, length)) {
    if (counts !== null) leaveOut(batch, counts);
    trainer.evaluate(batch, weights, losses);
    for (let i = 0; i < losses.length; i++) {
      if (batch.counted[i] !== 1) continue;
      sum += losses[i] ?? 0;
      counted++;
    }
    if (onLoss !== undefined) tellLosses(batch, losses, onLoss);
    await pause();
  }
  return sum / Math.max(1, counted);
}

/**
 * Shows what a trainer's newest weights foresee of each token of a text but the first, in some order.
 * @param read hears of each by its position: its logits [V], its own until it returns
 * @param pause between two batches; what it throws gives the reading up
 */
export async function readLogits(
  trainer: Trainer,
  text: TokenSequence,
  length: number,
  read: (position: number, logits: Float32Array) => void,
  pause: () => Promise<void> = yieldToOthers,
): Promise<void> {
  const streams = streamsFor(text);
  const losses = new Float32Array(length * streams);
  for (const batch of evaluationBatches(text, streams, length)) {
    trainer.evaluate(batch, 'current', losses, {
      positions: batch.counted,
      read: (at, logits) => read(positionOf(batch, at), logits),
    });
    await pause();
  }
}

function streamsFor({ length }: TokenSequence): number {
  return Math.max(1, Math.min(evaluationStreams, Math.floor((length - 1) / fewestTokensPerStream)));
}

/** Where in the text the target of a place in a batch stands. */
function positionOf({ offsets, streams }: EvaluationBatch, at: number): number {
  const stream = at % streams;
  return (offsets[stream] ?? 0) + (at - stream) / streams + 1;
}

function leaveOut(batch: EvaluationBatch, counts: (position: number) => boolean): void {
  const { counted } = batch;
  for (let i = 0; i < counted.length; i++) {
    if (counted[i] === 1 && !counts(positionOf(batch, i))) counted[i] = 0;
  }
}

function tellLosses(
  batch: EvaluationBatch,
  losses: Float32Array,
  onLoss: (position: number, nats: number) => void,
): void {
  for (let i = 0; i < losses.length; i++) {
    if (batch.counted[i] === 1) onLoss(positionOf(batch, i), losses[i] ?? 0);
  }
}
