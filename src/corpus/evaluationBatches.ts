import { type TokenBatch, emptyBatch, layOut } from './batches';
import type { TokenSequence } from './corpus';

/** A batch of held-out text, and which of its positions count. */
export interface EvaluationBatch extends TokenBatch {
  /** 1 where the loss counts: every target of the sequence counts in exactly one batch. Else 0: warm-up or padding. */
  readonly counted: Uint8Array;
  /** Where in the sequence each stream's first token of this batch stands; what it says of a stream without any is moot. */
  readonly offsets: Float64Array;
}

/** Tokens that a stream reads before its own part, so that no part is judged from a cold start. */
const usualWarmUp = 64;

/**
 * A sequence in `streams` parts side by side, each target counted once. All streams are reset in the first batch; each but the first
 * begins a little before its part, uncounted, to have a state by then. Ends of parts are padded, uncounted.
 * The batch and its arrays are the same ones each time, overwritten.
 */
export function* evaluationBatches(
  sequence: TokenSequence,
  streams: number,
  length: number,
  warmUp = usualWarmUp,
): Generator<EvaluationBatch, void, void> {
  const targets = sequence.length - 1;
  const batch: EvaluationBatch = {
    ...emptyBatch(length, streams),
    counted: new Uint8Array(length * streams),
    offsets: new Float64Array(streams),
  };
  const row = new Uint16Array(length + 1);
  const parts = Array.from({ length: streams }, (_, stream) => {
    const first = Math.floor((stream * targets) / streams);
    const end = Math.floor(((stream + 1) * targets) / streams);
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
