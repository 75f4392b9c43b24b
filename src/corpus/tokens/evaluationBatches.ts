import type { Batch } from '../../model/model';
import type { TokenSequence } from '../corpus';
import { emptyBatch, layOut } from './batches';

/** A batch of held-out text, and which of its positions count. */
export interface EvaluationBatch extends Batch {
  /** 1 where the loss counts: every target of the sequence counts in exactly one batch. Else 0: warm-up or padding. */
  readonly counted: Uint8Array;
  /** Where in the sequence each stream's first token of this batch stands; what it says of a stream without any is moot. */
  readonly offsets: Float64Array;
}

/** Tokens that a stream reads before its own part, so that no part is judged from a cold start. */
const usualWarmUp = 64;

/** A part of a sequence: its targets from `first` up to `end`. */
export interface Piece {
  readonly first: number;
  readonly end: number;
}

/** A sequence in `streams` parts side by side, each target counted once. See {@link batchesOf}. */
export function evaluationBatches(
  sequence: TokenSequence,
  streams: number,
  length: number,
): Generator<EvaluationBatch, void, void> {
  return batchesOf(sequence, evenPieces(sequence.length - 1, streams), length, usualWarmUp);
}

/** So many targets in parts of about the same length, none of them shared. */
export function evenPieces(targets: number, count: number): readonly Piece[] {
  return Array.from({ length: count }, (_, piece) => ({
    first: Math.floor((piece * targets) / count),
    end: Math.floor(((piece + 1) * targets) / count),
  }));
}

/**
 * Pieces of a sequence side by side, a stream each. All streams are reset in the first batch; one whose piece isn't the
 * sequence's beginning starts a little before it, uncounted, to have a state by then. Ends of pieces are padded, uncounted.
 * The batch and its arrays are the same ones each time, overwritten.
 */
export function* batchesOf(
  sequence: TokenSequence,
  pieces: readonly Piece[],
  length: number,
  warmUp: number,
): Generator<EvaluationBatch, void, void> {
  const streams = pieces.length;
  const batch: EvaluationBatch = {
    ...emptyBatch(length, streams),
    counted: new Uint8Array(length * streams),
    offsets: new Float64Array(streams),
  };
  const row = new Uint16Array(length + 1);
  const parts = pieces.map(({ first, end }) => {
    return { first, end, start: end > first ? Math.max(0, first - warmUp) : end };
  });
  const longest = Math.max(...parts.map(({ start, end }) => end - start));
  for (let read = 0; read < longest; read += length) {
    for (const array of [batch.inputs, batch.targets, batch.resets, batch.counted]) array.fill(0);
    for (const [stream, { first, end, start }] of parts.entries()) {
      const from = start + read;
      const taken = Math.min(length, end - from);
      batch.offsets[stream] = from;
      if (taken <= 0) continue;
      const part = row.subarray(0, taken + 1);
      sequence.read(from, part);
      layOut(batch, part, taken, 0, stream);
      for (let t = Math.max(0, first - from); t < taken; t++) batch.counted[t * streams + stream] = 1;
    }
    if (read === 0) batch.resets.fill(1, 0, streams);
    yield batch;
  }
}
